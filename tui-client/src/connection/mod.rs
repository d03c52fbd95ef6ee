//! The connection to the server: one task that connects, keeps the line alive, and comes back after a loss.
//!
//! It knows lines and silence. What the frames mean is the update's; only pings are answered here, since they are about
//! the line itself.

mod backoff;
mod command;
mod link;
mod local_host;
mod local_port;
mod tls;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use papo_shared::model::Fingerprint;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_util::sync::{CancellationToken, DropGuard};

use self::backoff::Backoff;
pub use self::command::Command;
use self::local_host::{Hosting, LocalHost, NotHosted};
use self::local_port::LocalPort;
use crate::event::{Event, Lost, Privacy};
use crate::keyed_file::KeyedFile;

/// The port of a papo server, where none is given.
pub const DEFAULT_PORT: u16 = 12345;
/// How long a connection may take to open.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long the hosted server may take to take leave of its clients when the program ends. What it acknowledged is on the disk.
const HOST_STOP_TIMEOUT: Duration = Duration::from_secs(1);
/// The machine we are on.
const LOOPBACK: &str = "127.0.0.1";
/// As good as for ever: the person is asked first.
const UNTIL_ASKED: Duration = Duration::from_secs(365 * 24 * 60 * 60);
/// No server keeps us away for longer.
const LONGEST_COME_BACK: Duration = Duration::from_secs(60);
/// Most commands that wait for the connection. The update keeps far fewer requests open; when it is full all the same,
/// the line is wedged, and the command is dropped with it.
const COMMAND_QUEUE: usize = 1024;

/// Which server to talk to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Another one.
    Remote {
        /// Its name or address.
        host: String,
        /// Its port.
        port: u16,
        /// Whether and how the line is encrypted.
        encryption: Encryption,
    },
    /// The one on this machine.
    Local {
        /// Where none listens, one is hosted in this process, with its data in this folder; without a folder none is.
        data: Option<PathBuf>,
        /// The port on loopback.
        port: u16,
    },
}

/// Whether and how the line to a server is encrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// By TLS. Certificates that were believed are remembered in this file.
    Tls {
        /// The file.
        known_servers: PathBuf,
    },
    /// Not at all: the person spelled it out.
    None,
}

impl Target {
    /// What this server is remembered by: the same at each start.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Remote { host, port, .. } => address(host, *port),
            Self::Local { port, .. } => format!("here:{port}"),
        }
    }
}

/// The running connection, from the runtime's side. Dropping it ends the task.
pub struct Connection {
    commands: mpsc::Sender<Command>,
    hosting: Hosting,
    stop: DropGuard,
    task: tokio::task::JoinHandle<()>,
}

impl Connection {
    /// Starts connecting to the target. What happens is told by events.
    #[must_use]
    pub fn start(target: Target, events: mpsc::Sender<Event>) -> Self {
        let (commands, queue) = mpsc::channel(COMMAND_QUEUE);
        let hosting = Hosting::default();
        let stop = CancellationToken::new();
        let task = tokio::spawn(run(target, LocalHost::new(hosting.clone()), events, queue, stop.clone()));
        Self { commands, hosting, stop: stop.drop_guard(), task }
    }

    /// Acts unless this process hosts a server, and gives what that gives. No server is started meanwhile.
    pub fn unless_hosting<T>(&self, act: impl FnOnce() -> T) -> Option<T> {
        self.hosting.unless(act)
    }

    /// Hands over a command; where the queue is full it is dropped, and the silence that follows ends the line.
    pub fn command(&self, command: Command) {
        if self.commands.try_send(command).is_err() {
            tracing::warn!("the connection takes no more commands");
        }
    }

    /// Closes the connection, and stops the server if this process hosts one. Each takes at most a second.
    pub async fn stop(self) {
        drop(self.commands);
        drop(self.stop);
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the connection ended badly");
        }
    }
}

/// Connects again and again until the runtime lets go of it.
async fn run(
    target: Target,
    mut host: LocalHost,
    events: mpsc::Sender<Event>,
    commands: mpsc::Receiver<Command>,
    stop: CancellationToken,
) {
    stay_connected(&target, &events, commands, &stop, &mut host).await;
    if timeout(HOST_STOP_TIMEOUT, host.stop()).await.is_err() {
        tracing::error!("the server takes too long to stop, and ends with the program");
    }
}

/// As [`run`], with the server that is hosted meanwhile. Each wait ends when the runtime lets go.
async fn stay_connected(
    target: &Target,
    events: &mpsc::Sender<Event>,
    mut commands: mpsc::Receiver<Command>,
    stop: &CancellationToken,
    host: &mut LocalHost,
) {
    let tell = async |event| matches!(stop.run_until_cancelled(events.send(event)).await, Some(Ok(())));
    let mut backoff = Backoff::default();
    let mut local_port = match target {
        Target::Local { data: Some(data), port } => Some(LocalPort::new(*port, data)),
        Target::Local { data: None, .. } | Target::Remote { .. } => None,
    };
    loop {
        if !tell(Event::Connecting).await {
            return;
        }
        let Some(opened) = stop.run_until_cancelled(open(target, host, local_port.as_ref())).await else { return };
        let ended = match opened {
            Err(why) => Err(link::Loss::from(why)),
            // Whatever waited was meant for a connection that is gone.
            Ok(_) if drain(&mut commands) => return,
            Ok(open) => {
                let connected = Event::Connected { server: open.server, hosting: host.is_hosting(), privacy: open.privacy };
                if !tell(connected).await {
                    return;
                }
                host.want_no_more();
                if let Some(local_port) = &mut local_port {
                    local_port.connected(host.is_hosting());
                }
                link::run(open.stream, events, &mut commands, stop, &mut backoff, local_port.as_mut()).await
            }
        };
        let wait = match ended {
            Ok(link::Ended::Stopped) => return,
            Ok(link::Ended::Again) => continue,
            Err(link::Loss { why, come_back }) => {
                tracing::info!(?why, "no connection");
                let wait = match (come_back, &why) {
                    // Only the person can tell what to believe.
                    (_, Lost::CertificateUnknown { .. } | Lost::CertificateChanged { .. }) => UNTIL_ASKED,
                    // The server spreads those who come back, and knows how long it is away.
                    (Some(asked), _) => asked.min(LONGEST_COME_BACK),
                    _ => backoff.next_wait(),
                };
                if !tell(Event::Disconnected { why, retry_in: wait }).await {
                    return;
                }
                wait
            }
        };
        if wait_or_stop(&mut commands, wait, target, host).await {
            return;
        }
    }
}

/// A connection on which nothing was said yet.
struct Open {
    server: SocketAddr,
    privacy: Privacy,
    stream: Box<dyn Stream>,
}

/// What lines can be carried over.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// Opens a connection; hosts a server first where the target says so and none listens.
async fn open(target: &Target, host: &mut LocalHost, local_port: Option<&LocalPort>) -> Result<Open, Lost> {
    let unreachable = |error: std::io::Error| Lost::Unreachable(error.to_string());
    match target {
        Target::Remote { host: name, port, encryption } => {
            let stream = connect(name, *port).await?;
            let server = stream.peer_addr().map_err(unreachable)?;
            let Encryption::Tls { known_servers } = encryption else {
                return Ok(Open { server, privacy: Privacy::Plain, stream: Box::new(stream) });
            };
            let known = KeyedFile::at(known_servers).get(&address(name, *port));
            let known = known.map_err(|error| Lost::KnownServers(error.to_string()))?;
            let known = known.and_then(|fingerprint| fingerprint.parse().ok());
            let encrypted = timeout(CONNECT_TIMEOUT, tls::encrypt(stream, name, known)).await;
            let (encrypted, privacy) = encrypted.map_err(|_| Lost::NoTls("no answer".to_owned()))??;
            Ok(Open { server, privacy, stream: Box::new(encrypted) })
        }
        Target::Local { data, port } => {
            let stream = match (connect(LOOPBACK, *port).await, data, local_port) {
                (Err(_), Some(data), Some(local_port)) => match host.start(*port, data, local_port).await {
                    Ok(()) => connect(LOOPBACK, *port).await?,
                    Err(NotHosted::Another(why)) => {
                        connect(LOOPBACK, *port).await.map_err(|lost| why.map_or(lost, Lost::CannotHost))?
                    }
                    Err(NotHosted::Lost(why)) => return Err(why),
                },
                (connected, ..) => connected?,
            };
            let server = stream.peer_addr().map_err(unreachable)?;
            Ok(Open { server, privacy: Privacy::OnThisMachine, stream: Box::new(stream) })
        }
    }
}

async fn connect(host: &str, port: u16) -> Result<TcpStream, Lost> {
    let unreachable = |error: std::io::Error| Lost::Unreachable(error.to_string());
    let connected = timeout(CONNECT_TIMEOUT, TcpStream::connect((host, port))).await;
    let stream = connected.map_err(|_| Lost::Unreachable(format!("{host}: no answer")))?.map_err(unreachable)?;
    // A chat's lines are short, and each should go at once.
    stream.set_nodelay(true).map_err(unreachable)?;
    Ok(stream)
}

/// How a server's place is written, and what it is remembered by.
fn address(host: &str, port: u16) -> String {
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}

/// Throws away what waits. Returns whether the runtime let go.
fn drain(commands: &mut mpsc::Receiver<Command>) -> bool {
    loop {
        match commands.try_recv() {
            Ok(_) => {}
            Err(mpsc::error::TryRecvError::Empty) => return false,
            Err(mpsc::error::TryRecvError::Disconnected) => return true,
        }
    }
}

/// Waits until it is time to try again, or somebody asks for it. Returns whether the runtime let go.
async fn wait_or_stop(commands: &mut mpsc::Receiver<Command>, wait: Duration, target: &Target, host: &mut LocalHost) -> bool {
    let asked = async {
        loop {
            match commands.recv().await {
                None => return true,
                Some(Command::Reconnect) => return false,
                Some(Command::HostHere) => {
                    host.want();
                    return false;
                }
                Some(Command::Trust(fingerprint)) => {
                    trust(target, fingerprint);
                    return false;
                }
                Some(Command::Send(_)) => {}
            }
        }
    };
    timeout(wait, asked).await.unwrap_or(false)
}

/// Remembers a certificate. Where that fails the person is asked again at the next try, and the log says why.
fn trust(target: &Target, fingerprint: Fingerprint) {
    if let Target::Remote { host, port, encryption: Encryption::Tls { known_servers } } = target {
        let remembered = KeyedFile::at(known_servers).set(&address(host, *port), Some(&fingerprint.to_string()));
        if let Err(error) = remembered {
            tracing::error!(%error, file = %known_servers.display(), "a certificate could not be remembered");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use tokio::net::TcpListener;
    use tokio::sync::mpsc;

    use super::{CONNECT_TIMEOUT, Connection, Encryption, Event, Target};

    /// Well below what would be waited for otherwise, and far above what a busy machine takes.
    const AT_ONCE: std::time::Duration = CONNECT_TIMEOUT.checked_div(2).unwrap();

    #[tokio::test]
    async fn stopping_does_not_wait_for_a_server_that_does_not_answer() {
        let folder = tempfile::tempdir().unwrap();
        let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let encryption = Encryption::Tls { known_servers: folder.path().join("known_servers") };
        let port = silent.local_addr().unwrap().port();
        let (sender, mut events) = mpsc::channel(8);
        let connection = Connection::start(Target::Remote { host: "127.0.0.1".to_owned(), port, encryption }, sender);
        assert_eq!(events.recv().await, Some(Event::Connecting));
        // It is in the middle of the TLS handshake.
        let _stream = silent.accept().await.unwrap();
        let began = Instant::now();
        connection.stop().await;
        assert!(began.elapsed() < AT_ONCE, "{:?}", began.elapsed());
    }

    #[tokio::test]
    async fn stopping_does_not_wait_for_whoever_does_not_take_what_is_told() {
        let (sender, events) = mpsc::channel(1);
        let connection = Connection::start(Target::Local { data: None, port: 0 }, sender);
        while events.len() < events.max_capacity() {
            tokio::task::yield_now().await;
        }
        tokio::time::timeout(AT_ONCE, connection.stop()).await.unwrap();
    }
}
