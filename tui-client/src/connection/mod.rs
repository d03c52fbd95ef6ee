//! The connection to the server: one task that connects, keeps the connection alive, and reconnects after a loss.
//!
//! It handles lines and timeouts. `update` interprets the frames, except for pings, which are answered here.

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
use crate::event::{DisconnectReason, Event, Privacy};
use crate::keyed_file::KeyedFile;
use local_host::{Hosting, LocalHost, StartFailure};
use local_port::LocalPort;

/// The default port of papo servers.
pub const DEFAULT_PORT: u16 = 12345;
/// The time limit for opening a TCP connection, and for the TLS handshake.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a hosted server may take to shut down when the program exits. Acknowledged messages are already on disk.
const HOST_STOP_TIMEOUT: Duration = Duration::from_secs(1);
/// The address of the local server.
const LOOPBACK: &str = "127.0.0.1";
/// Practically forever: no retry until the user decided about the certificate.
const UNTIL_USER_DECIDES: Duration = Duration::from_secs(365 * 24 * 60 * 60);
/// The longest wait accepted from a server's goodbye.
const MAX_REQUESTED_WAIT: Duration = Duration::from_secs(60);
/// Capacity of the command queue. `update` has far fewer requests open; if the queue fills up anyway, the connection hangs, and
/// further commands are dropped.
const COMMAND_QUEUE: usize = 1024;

/// The server to connect to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A server given by `--server`.
    Remote {
        /// Its host name or IP address.
        host: String,
        /// Its TCP port, never 0.
        port: u16,
        /// How the connection is encrypted.
        encryption: Encryption,
    },
    /// The server on this machine.
    Local {
        /// The data folder for hosting a server if none listens; `None` to never host one.
        data: Option<PathBuf>,
        /// The port on 127.0.0.1.
        port: u16,
    },
}

/// How the connection to a server is encrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// TLS, with the certificate verified by an authority or by its fingerprint.
    Tls {
        /// The file of certificate fingerprints that the user trusts, by server address.
        known_servers: PathBuf,
    },
    /// Not at all (`--plaintext`).
    None,
}

impl Target {
    /// The key under which data of this server is stored; the same at each start.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Remote { host, port, .. } => format_address(host, *port),
            Self::Local { port, .. } => format!("here:{port}"),
        }
    }
}

/// A handle to the connection task. Dropping it ends the task.
pub struct Connection {
    commands: mpsc::Sender<Command>,
    hosting: Hosting,
    stop: DropGuard,
    task: tokio::task::JoinHandle<()>,
}

impl Connection {
    /// Starts the task, which reports to `events`.
    #[must_use]
    pub fn start(target: Target, events: mpsc::Sender<Event>) -> Self {
        let (commands, queue) = mpsc::channel(COMMAND_QUEUE);
        let hosting = Hosting::default();
        let stop = CancellationToken::new();
        let task = tokio::spawn(run(target, LocalHost::new(hosting.clone()), events, queue, stop.clone()));
        Self { commands, hosting, stop: stop.drop_guard(), task }
    }

    /// Calls `act` unless this process hosts a server, and returns its result. No server is started during the call.
    pub fn run_unless_hosting<T>(&self, act: impl FnOnce() -> T) -> Option<T> {
        self.hosting.run_unless_hosting(act)
    }

    /// Queues a command. If the queue is full, the command is dropped, and a timeout will end the connection.
    pub fn send(&self, command: Command) {
        if self.commands.try_send(command).is_err() {
            tracing::warn!("the command queue of the connection is full");
        }
    }

    /// Closes the connection, and stops the server if this process hosts one. Each takes at most a second.
    pub async fn stop(self) {
        drop(self.commands);
        drop(self.stop);
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the connection task failed");
        }
    }
}

/// Keeps the connection until `stop`, and then stops the hosted server.
async fn run(
    target: Target,
    mut host: LocalHost,
    events: mpsc::Sender<Event>,
    commands: mpsc::Receiver<Command>,
    stop: CancellationToken,
) {
    stay_connected(&target, &events, commands, &stop, &mut host).await;
    if timeout(HOST_STOP_TIMEOUT, host.stop()).await.is_err() {
        tracing::error!("the hosted server does not stop in time");
    }
}

/// Connects and reconnects until `stop`, which ends every wait.
async fn stay_connected(
    target: &Target,
    events: &mpsc::Sender<Event>,
    mut commands: mpsc::Receiver<Command>,
    stop: &CancellationToken,
    host: &mut LocalHost,
) {
    let send_event = async |event| matches!(stop.run_until_cancelled(events.send(event)).await, Some(Ok(())));
    let mut backoff = Backoff::default();
    let mut local_port = match target {
        Target::Local { data: Some(data), port } => Some(LocalPort::new(*port, data)),
        Target::Local { data: None, .. } | Target::Remote { .. } => None,
    };
    loop {
        if !send_event(Event::Connecting).await {
            return;
        }
        let Some(opened) = stop.run_until_cancelled(open(target, host, local_port.as_ref())).await else { return };
        let ended = match opened {
            Err(reason) => Err(link::Loss::from(reason)),
            // Queued requests were meant for an earlier connection.
            Ok(_) if discard_commands(&mut commands) => return,
            Ok(open) => {
                let connected = Event::Connected { server: open.server, hosting: host.is_hosting(), privacy: open.privacy };
                if !send_event(connected).await {
                    return;
                }
                host.clear_force();
                if let Some(local_port) = &mut local_port {
                    local_port.set_hosting(host.is_hosting());
                }
                let carried = link::run(open.stream, events, &mut commands, stop, &mut backoff, local_port.as_mut());
                tokio::select! {
                    ended = carried => ended,
                    part = host.failed() => {
                        tracing::error!(part, "a part of the hosted server failed, so the server is restarted");
                        host.stop().await;
                        Err(DisconnectReason::HostedServerFailed.into())
                    }
                }
            }
        };
        let wait = match ended {
            Ok(link::LinkEnd::Stopped) => return,
            Ok(link::LinkEnd::ReconnectRequested) => continue,
            Err(link::Loss { reason, retry_after }) => {
                tracing::info!(?reason, "no connection");
                let wait = match (retry_after, &reason) {
                    // Only the user can decide whether to trust a certificate.
                    (_, DisconnectReason::CertificateUnknown { .. } | DisconnectReason::CertificateChanged { .. }) => {
                        UNTIL_USER_DECIDES
                    }
                    // The server knows how long it is away, and distributes the waits of its clients.
                    (Some(requested), _) => requested.min(MAX_REQUESTED_WAIT),
                    _ => backoff.next_wait(),
                };
                if !send_event(Event::Disconnected { reason, retry_in: wait }).await {
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

/// A new connection on which nothing was sent yet.
struct OpenConnection {
    server: SocketAddr,
    privacy: Privacy,
    stream: Box<dyn Stream>,
}

/// A TCP or TLS stream.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// Opens a connection. If no local server listens, hosts one first, provided that the target has a data folder.
async fn open(target: &Target, host: &mut LocalHost, local_port: Option<&LocalPort>) -> Result<OpenConnection, DisconnectReason> {
    let unreachable = |error: std::io::Error| DisconnectReason::Unreachable(error.to_string());
    match target {
        Target::Remote { host: name, port, encryption } => {
            let stream = connect(name, *port).await?;
            let server = stream.peer_addr().map_err(unreachable)?;
            let Encryption::Tls { known_servers } = encryption else {
                return Ok(OpenConnection { server, privacy: Privacy::Plain, stream: Box::new(stream) });
            };
            let known = KeyedFile::at(known_servers).get(&format_address(name, *port));
            let known = known.map_err(|error| DisconnectReason::KnownServers(error.to_string()))?;
            let known = known.and_then(|fingerprint| fingerprint.parse().ok());
            let encrypted = timeout(CONNECT_TIMEOUT, tls::encrypt(stream, name, known)).await;
            let (encrypted, privacy) = encrypted.map_err(|_| DisconnectReason::NoTls("no answer".to_owned()))??;
            Ok(OpenConnection { server, privacy, stream: Box::new(encrypted) })
        }
        Target::Local { data, port } => {
            let stream = match (connect(LOOPBACK, *port).await, data, local_port) {
                (Err(_), Some(data), Some(local_port)) => match host.start(*port, data, local_port).await {
                    Ok(()) => connect(LOOPBACK, *port).await?,
                    Err(StartFailure::OtherProcess(why)) => {
                        connect(LOOPBACK, *port).await.map_err(|lost| why.map_or(lost, DisconnectReason::HostingFailed))?
                    }
                    Err(StartFailure::Other(why)) => return Err(why),
                },
                (connected, ..) => connected?,
            };
            let server = stream.peer_addr().map_err(unreachable)?;
            Ok(OpenConnection { server, privacy: Privacy::OnThisMachine, stream: Box::new(stream) })
        }
    }
}

async fn connect(host: &str, port: u16) -> Result<TcpStream, DisconnectReason> {
    let unreachable = |error: std::io::Error| DisconnectReason::Unreachable(error.to_string());
    let connected = timeout(CONNECT_TIMEOUT, TcpStream::connect((host, port))).await;
    let stream = connected.map_err(|_| DisconnectReason::Unreachable(format!("{host}: no answer")))?.map_err(unreachable)?;
    // The lines of a chat are short, and each should be sent immediately.
    stream.set_nodelay(true).map_err(unreachable)?;
    Ok(stream)
}

/// The address of a server in text form, which is also the key of its stored data.
fn format_address(host: &str, port: u16) -> String {
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}

/// Discards the queued commands. Returns whether the channel was closed, so that the task must end.
fn discard_commands(commands: &mut mpsc::Receiver<Command>) -> bool {
    loop {
        match commands.try_recv() {
            Ok(_) => {}
            Err(mpsc::error::TryRecvError::Empty) => return false,
            Err(mpsc::error::TryRecvError::Disconnected) => return true,
        }
    }
}

/// Waits for the next attempt, or for a command that requests one. Returns whether the channel was closed, so that
/// the task must end.
async fn wait_or_stop(commands: &mut mpsc::Receiver<Command>, wait: Duration, target: &Target, host: &mut LocalHost) -> bool {
    let requested = async {
        loop {
            match commands.recv().await {
                None => return true,
                Some(Command::Reconnect) => return false,
                Some(Command::HostHere) => {
                    host.force();
                    return false;
                }
                Some(Command::Trust(fingerprint)) => {
                    store_trusted(target, fingerprint);
                    return false;
                }
                Some(Command::Send(_)) => {}
            }
        }
    };
    timeout(wait, requested).await.unwrap_or(false)
}

/// Stores a certificate as trusted. If that fails, the error is logged, and the user is asked again at the next attempt.
fn store_trusted(target: &Target, fingerprint: Fingerprint) {
    if let Target::Remote { host, port, encryption: Encryption::Tls { known_servers } } = target {
        let stored = KeyedFile::at(known_servers).set(&format_address(host, *port), Some(&fingerprint.to_string()));
        if let Err(error) = stored {
            tracing::error!(%error, file = %known_servers.display(), "the trusted certificate could not be stored");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use tokio::net::TcpListener;
    use tokio::sync::mpsc;

    use super::{CONNECT_TIMEOUT, Connection, Encryption, Event, Target};

    /// Well below the timeouts that would apply otherwise, and far above the delays of a busy machine.
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
        // The client is now in the middle of the TLS handshake.
        let _stream = silent.accept().await.unwrap();
        let began = Instant::now();
        connection.stop().await;
        assert!(began.elapsed() < AT_ONCE, "{:?}", began.elapsed());
    }

    #[tokio::test]
    async fn stopping_does_not_wait_for_a_full_event_channel() {
        let (sender, events) = mpsc::channel(1);
        let connection = Connection::start(Target::Local { data: None, port: 0 }, sender);
        while events.len() < events.max_capacity() {
            tokio::task::yield_now().await;
        }
        tokio::time::timeout(AT_ONCE, connection.stop()).await.unwrap();
    }
}
