//! The socket in the data directory: for the server's owner and root, and for nobody else.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use papo_shared::protocol::limits::MAX_LINE_BYTES;
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::codec::{Framed, LinesCodec};

use super::desk::Desk;
use super::protocol::{Answer, Ask};

/// Its name, beside chat.db.
const FILE_NAME: &str = "admin.sock";

/// Commands at once; who comes beyond them waits.
const AT_ONCE: usize = 8;

/// How long a connection may say nothing.
const PATIENCE: Duration = Duration::from_secs(30);

/// The longest answer that is read. A list of ten thousand sessions is a tenth of it.
const MAX_ANSWER_BYTES: usize = 16 * 1024 * 1024;

/// The pause after accepting failed.
const PAUSE_AFTER_ERROR: Duration = Duration::from_millis(100);

/// The open socket, until it is dropped.
pub(crate) struct AdminSocket {
    file: PathBuf,
    serving: JoinHandle<()>,
}

/// How a server was reached.
pub(crate) enum Reached {
    /// It answered.
    Answered(Answer),
    /// Nobody is there.
    NobodyThere,
}

impl AdminSocket {
    /// Opens it in the current runtime. Only for who holds the data: what an earlier server left behind is removed.
    ///
    /// # Errors
    /// It cannot be made. A path of more than about a hundred bytes is too long for a socket.
    pub(crate) fn open(data_dir: &Path, desk: Desk) -> io::Result<Self> {
        let file = data_dir.join(FILE_NAME);
        match fs::remove_file(&file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let listener = UnixListener::bind(&file)?;
        // Who came before this is told apart by who they are.
        fs::set_permissions(&file, Permissions::from_mode(0o600))?;
        Ok(Self { file, serving: tokio::spawn(run(listener, Arc::new(desk))) })
    }
}

impl Drop for AdminSocket {
    fn drop(&mut self) {
        self.serving.abort();
        // Nobody listens there any more; the next server would remove it as well.
        let _ = fs::remove_file(&self.file);
    }
}

async fn run(listener: UnixListener, desk: Arc<Desk>) {
    let places = Arc::new(Semaphore::new(AT_ONCE));
    loop {
        let Ok(place) = places.clone().acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, _)) => {
                let desk = desk.clone();
                tokio::spawn(async move {
                    if let Err(error) = serve(stream, &desk).await {
                        tracing::warn!(%error, "who asked over the admin socket got no answer");
                    }
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection to the admin socket could not be accepted");
                tokio::time::sleep(PAUSE_AFTER_ERROR).await;
            }
        }
    }
}

async fn serve(stream: UnixStream, desk: &Desk) -> io::Result<()> {
    let uid = stream.peer_cred()?.uid();
    if !may_ask(uid) {
        tracing::warn!(uid, "somebody who is not the server's owner opened the admin socket");
        return Ok(());
    }
    let mut lines = Framed::new(stream, LinesCodec::new_with_max_length(MAX_LINE_BYTES));
    while let Some(line) = timeout(PATIENCE, lines.next()).await? {
        let answer = match serde_json::from_str::<Ask>(&line.map_err(io::Error::other)?) {
            Ok(ask) => {
                tracing::info!(uid, ask = ask.name(), "the operator asks");
                desk.answer(uid, ask).await
            }
            // The parser's words may quote what it was given.
            Err(_) => Answer::Refused { why: "The server does not know this command: it is of another version.".to_owned() },
        };
        let answer = serde_json::to_string(&answer)?;
        timeout(PATIENCE, lines.send(answer)).await?.map_err(io::Error::other)?;
    }
    Ok(())
}

/// Who runs this process.
pub(crate) fn own_uid() -> u32 {
    rustix::process::geteuid().as_raw()
}

/// The server's owner, and root, who can do everything anyway.
fn may_ask(uid: u32) -> bool {
    uid == 0 || uid == own_uid()
}

/// Asks the server that has this directory.
///
/// # Errors
/// It is there and does not answer, or does not answer this user.
pub(crate) async fn ask(data_dir: &Path, ask: &Ask) -> io::Result<Reached> {
    let stream = match UnixStream::connect(data_dir.join(FILE_NAME)).await {
        Ok(stream) => stream,
        Err(error) => {
            return match error.kind() {
                // The last: the path is too long for a socket, so that no server can have one there.
                io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused | io::ErrorKind::InvalidInput => {
                    Ok(Reached::NobodyThere)
                }
                _ => Err(error),
            };
        }
    };
    let mut lines = Framed::new(stream, LinesCodec::new_with_max_length(MAX_ANSWER_BYTES));
    lines.send(serde_json::to_string(ask)?).await.map_err(io::Error::other)?;
    let line = lines.next().await.ok_or(io::ErrorKind::UnexpectedEof)?.map_err(io::Error::other)?;
    Ok(Reached::Answered(serde_json::from_str(&line)?))
}

#[cfg(test)]
mod tests {
    use super::{may_ask, own_uid};

    #[test]
    fn the_owner_and_root_may_ask_and_nobody_else() {
        let own = own_uid();
        assert!(may_ask(own) && may_ask(0));
        assert!(!may_ask(own + 1));
    }
}
