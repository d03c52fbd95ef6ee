//! The connection to the server: one task that connects, keeps the line alive, and comes back after a loss.
//!
//! It knows lines and silence. What the frames mean is the update's; only pings are answered here, since they are about
//! the line itself.

mod backoff;
mod link;
mod local_host;

use std::path::PathBuf;
use std::time::Duration;

use papo_shared::model::Timestamp;
use papo_shared::protocol::RequestFrame;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::event::{Event, Lost};
use backoff::Backoff;
use local_host::LocalHost;

/// The port of a papo server, where none is given.
pub const DEFAULT_PORT: u16 = 12345;
/// How long a connection may take to open.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// No server keeps us away for longer.
const LONGEST_COME_BACK: Duration = Duration::from_secs(60);
/// Most commands that wait for the connection. The update keeps far fewer requests open; when it is full all the same,
/// the line is wedged, and the command is dropped with it.
const COMMAND_QUEUE: usize = 1024;

/// Which server to talk to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// The one at this host and port.
    Remote(String),
    /// The one on this machine; where none listens, one is hosted in this process, with its data in this folder.
    Local {
        /// Where a hosted server keeps its data.
        data: PathBuf,
        /// The port on loopback.
        port: u16,
    },
}

/// What the runtime asks of the connection.
#[derive(Debug)]
pub enum Command {
    /// Send a line; without a connection it is dropped.
    Send(RequestFrame),
    /// Close what is open, if anything, and connect now.
    Reconnect,
}

/// The running connection, from the runtime's side. Dropping it ends the task.
pub struct Connection {
    commands: mpsc::Sender<Command>,
    task: tokio::task::JoinHandle<()>,
}

impl Connection {
    /// Starts connecting to the target. What happens is told by events.
    #[must_use]
    pub fn start(target: Target, events: mpsc::Sender<Event>, now: fn() -> Timestamp) -> Self {
        let (commands, queue) = mpsc::channel(COMMAND_QUEUE);
        let task = tokio::spawn(run(target, events, queue, now));
        Self { commands, task }
    }

    /// Hands over a command; where the queue is full it is dropped, and the silence that follows ends the line.
    pub fn command(&self, command: Command) {
        if self.commands.try_send(command).is_err() {
            tracing::warn!("the connection takes no more commands");
        }
    }

    /// Closes the connection, and stops the server if this process hosts one.
    pub async fn stop(self) {
        drop(self.commands);
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the connection ended badly");
        }
    }
}

/// Connects again and again until the runtime lets go of it.
async fn run(target: Target, events: mpsc::Sender<Event>, mut commands: mpsc::Receiver<Command>, now: fn() -> Timestamp) {
    let mut backoff = Backoff::default();
    let mut host = LocalHost::default();
    loop {
        if events.send(Event::Connecting).await.is_err() {
            break;
        }
        let ended = match open(&target, &mut host).await {
            Err(why) => Err(link::Loss::from(why)),
            Ok(stream) => {
                let connected = stream.peer_addr().map(|server| Event::Connected { server, hosting: host.is_hosting() });
                // Whatever waited was meant for a connection that is gone.
                let stopped = drain(&mut commands);
                match connected {
                    _ if stopped => break,
                    Err(error) => Err(Lost::Unreachable(error.to_string()).into()),
                    Ok(connected) => {
                        if events.send(connected).await.is_err() {
                            break;
                        }
                        link::run(stream, &events, &mut commands, &mut backoff).await
                    }
                }
            }
        };
        let wait = match ended {
            Ok(link::Ended::Stopped) => break,
            Ok(link::Ended::Again) => continue,
            Err(link::Loss { why, come_back }) => {
                tracing::info!(?why, "no connection");
                let wait = match (&target, come_back) {
                    // The server spreads those who come back; it knows how many they are.
                    (Target::Remote(_), Some(asked)) => asked.min(LONGEST_COME_BACK),
                    _ => backoff.next_wait(),
                };
                let retry_at = Timestamp(now().0 + i64::try_from(wait.as_millis()).unwrap_or(i64::MAX));
                if events.send(Event::Disconnected { why, retry_at }).await.is_err() {
                    break;
                }
                wait
            }
        };
        if wait_or_stop(&mut commands, wait).await {
            break;
        }
    }
    host.stop().await;
}

/// Opens a connection; hosts a server first where the target says so and none listens.
async fn open(target: &Target, host: &mut LocalHost) -> Result<TcpStream, Lost> {
    let stream = match target {
        Target::Remote(address) => connect(address).await?,
        Target::Local { data, port } => {
            let address = format!("127.0.0.1:{port}");
            match connect(&address).await {
                Ok(stream) => stream,
                Err(_) => {
                    host.start(&address, data).await?;
                    connect(&address).await?
                }
            }
        }
    };
    // A chat's lines are short, and each should go at once.
    stream.set_nodelay(true).map_err(|error| Lost::Unreachable(error.to_string()))?;
    Ok(stream)
}

async fn connect(address: &str) -> Result<TcpStream, Lost> {
    match timeout(CONNECT_TIMEOUT, TcpStream::connect(address)).await {
        Ok(Ok(stream)) => Ok(stream),
        Ok(Err(error)) => Err(Lost::Unreachable(error.to_string())),
        Err(_) => Err(Lost::Unreachable(format!("{address}: no answer"))),
    }
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
async fn wait_or_stop(commands: &mut mpsc::Receiver<Command>, wait: Duration) -> bool {
    let asked = async {
        loop {
            match commands.recv().await {
                None => return true,
                Some(Command::Reconnect) => return false,
                Some(Command::Send(_)) => {}
            }
        }
    };
    timeout(wait, asked).await.unwrap_or(false)
}
