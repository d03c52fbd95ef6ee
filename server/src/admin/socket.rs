//! The administration socket in the data directory, open to the server's owner and root only.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use papo_shared::protocol::limits::MAX_LINE_BYTES;
use tokio::net::{UnixListener, UnixStream};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::codec::{Framed, LinesCodec};

use super::protocol::{AdminRequest, AdminResponse};
use super::service::AdminService;
use crate::accept::{Listener, serve_connections};
use crate::supervisor::Supervisor;

/// File name of the socket, next to `chat.db`.
const FILE_NAME: &str = "admin.sock";

/// Maximum number of commands handled at a time; further ones wait.
const MAX_CONCURRENT_COMMANDS: usize = 8;

/// How long a connection may be idle, and how long it may take to read an answer.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// Longest answer a command accepts. A list of ten thousand sessions takes about a tenth of this.
const MAX_ANSWER_BYTES: usize = 16 * 1024 * 1024;

/// Name of the task that serves the socket.
const TASK: &str = "answering the operator's commands";

/// The listening socket; closed and removed when dropped.
pub(crate) struct AdminSocket {
    file: PathBuf,
    serving: JoinHandle<()>,
}

/// Result of contacting the server.
pub(crate) enum Contact {
    /// A server is running and answered the request.
    Answered(AdminResponse),
    /// No server is running.
    NotRunning,
}

impl AdminSocket {
    /// Opens the socket and serves it in the current runtime. The caller must hold the lock on the data directory:
    /// the socket of an earlier server is removed.
    ///
    /// # Errors
    /// The socket cannot be created, for example because its path is longer than about a hundred bytes.
    pub(crate) fn open(data_dir: &Path, service: AdminService, supervisor: &Supervisor) -> io::Result<Self> {
        let file = data_dir.join(FILE_NAME);
        match fs::remove_file(&file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let listener = UnixListener::bind(&file)?;
        // Connections made before the permissions are set are checked by uid in `serve`.
        fs::set_permissions(&file, Permissions::from_mode(0o600))?;
        Ok(Self { file, serving: spawn(listener, service, supervisor) })
    }
}

impl Drop for AdminSocket {
    fn drop(&mut self) {
        self.serving.abort();
        // The next server would remove it too, so a failure does not matter.
        let _ = fs::remove_file(&self.file);
    }
}

fn spawn<L>(listener: L, service: AdminService, supervisor: &Supervisor) -> JoinHandle<()>
where
    L: Listener<Connection = UnixStream> + Send + Sync + 'static,
{
    let service = Arc::new(service);
    let serve = move |stream| {
        let service = service.clone();
        async move {
            if let Err(error) = serve(stream, &service).await {
                tracing::warn!(%error, "an admin request failed");
            }
        }
    };
    supervisor.spawn(TASK, serve_connections("administration", listener, MAX_CONCURRENT_COMMANDS, serve))
}

async fn serve(stream: UnixStream, service: &AdminService) -> io::Result<()> {
    let uid = stream.peer_cred()?.uid();
    if !is_allowed(uid) {
        tracing::warn!(uid, "refused an admin connection from another user");
        return Ok(());
    }
    let mut lines = Framed::new(stream, LinesCodec::new_with_max_length(MAX_LINE_BYTES));
    while let Some(line) = timeout(IDLE_TIMEOUT, lines.next()).await? {
        let answer = match serde_json::from_str::<AdminRequest>(&line.map_err(io::Error::other)?) {
            Ok(request) => {
                tracing::info!(uid, request = request.name(), "handling an admin request");
                service.answer(uid, request).await
            }
            // The parser's error is withheld, because it may quote a password.
            Err(_) => {
                AdminResponse::Refused { reason: "The server is of another version and does not know this command.".to_owned() }
            }
        };
        let answer = serde_json::to_string(&answer)?;
        timeout(IDLE_TIMEOUT, lines.send(answer)).await?.map_err(io::Error::other)?;
    }
    Ok(())
}

/// Effective user id of this process.
pub(crate) fn own_uid() -> u32 {
    rustix::process::geteuid().as_raw()
}

/// Allows the server's owner, and root, who could do anything anyway.
fn is_allowed(uid: u32) -> bool {
    uid == 0 || uid == own_uid()
}

/// Sends a request to the server that runs on this data directory.
///
/// # Errors
/// The server is running but does not answer, or refuses this user.
pub(crate) async fn ask(data_dir: &Path, request: &AdminRequest) -> io::Result<Contact> {
    let stream = match UnixStream::connect(data_dir.join(FILE_NAME)).await {
        Ok(stream) => stream,
        Err(error) => {
            return match error.kind() {
                // `InvalidInput`: the path is too long for a socket, so no server can have one there.
                io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused | io::ErrorKind::InvalidInput => {
                    Ok(Contact::NotRunning)
                }
                _ => Err(error),
            };
        }
    };
    let mut lines = Framed::new(stream, LinesCodec::new_with_max_length(MAX_ANSWER_BYTES));
    lines.send(serde_json::to_string(request)?).await.map_err(io::Error::other)?;
    let line = lines.next().await.ok_or(io::ErrorKind::UnexpectedEof)?.map_err(io::Error::other)?;
    Ok(Contact::Answered(serde_json::from_str(&line)?))
}

#[cfg(test)]
mod tests {
    use super::{AdminService, Supervisor, TASK, is_allowed, own_uid, spawn};
    use crate::accept::tests::PanickingListener;

    #[tokio::test]
    async fn a_panic_of_the_accept_loop_is_reported() {
        let context = crate::session::tests::context(crate::Config::default());
        let service = AdminService::new(crate::Operator::new(context.services, context.open, "host"), "chat.db".as_ref(), None);
        let (supervisor, mut reports) = Supervisor::new();
        spawn(PanickingListener::new(), service, &supervisor).await.unwrap();
        assert_eq!(*reports.wait_for(Option::is_some).await.unwrap(), Some(TASK));
    }

    #[test]
    fn only_the_owner_and_root_are_allowed() {
        let own = own_uid();
        assert!(is_allowed(own) && is_allowed(0));
        assert!(!is_allowed(own + 1));
    }
}
