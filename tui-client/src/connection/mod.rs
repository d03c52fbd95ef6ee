//! The connection to the server: one task that connects, keeps the connection alive, and reconnects after a loss, at the next address
//! if there are several.
//!
//! It handles lines and timeouts, and admits only a server that proves its identity. `update` interprets the frames, except for
//! pings, which are answered here.

mod backoff;
mod command;
mod link;
mod local_host;
mod local_port;
mod opening;
mod patience;
mod rotation;
mod target;
mod tls;
mod welcome;

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_util::sync::{CancellationToken, DropGuard};

use self::backoff::Backoff;
pub use self::command::Command;
use self::local_host::{Hosting, LocalHost};
use self::local_port::LocalPort;
use self::rotation::{OpenQuestion, Rotation};
pub use self::target::{Encryption, Target};
use self::welcome::WelcomeCheck;
use crate::event::{DisconnectReason, Event};
use crate::known_servers::KnownServers;

/// How long a hosted server may take to shut down when the program exits. Acknowledged messages are already on disk.
const HOST_STOP_TIMEOUT: Duration = Duration::from_secs(1);
/// Practically forever: no retry until the user decides about a certificate or an identity.
pub const UNTIL_USER_DECIDES: Duration = Duration::from_secs(365 * 24 * 60 * 60);
/// Capacity of the command queue. `update` has far fewer requests open; if the queue fills up anyway, the connection hangs, and
/// further commands are dropped.
const COMMAND_QUEUE: usize = 1024;

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
    pub fn start(target: Target, known: KnownServers, events: mpsc::Sender<Event>) -> Self {
        let (commands, queue) = mpsc::channel(COMMAND_QUEUE);
        let hosting = Hosting::default();
        let stop = CancellationToken::new();
        let task = tokio::spawn(run(target, known, LocalHost::new(hosting.clone()), events, queue, stop.clone()));
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
    known: KnownServers,
    mut host: LocalHost,
    events: mpsc::Sender<Event>,
    commands: mpsc::Receiver<Command>,
    stop: CancellationToken,
) {
    stay_connected(&target, &known, &events, commands, &stop, &mut host).await;
    if timeout(HOST_STOP_TIMEOUT, host.stop()).await.is_err() {
        tracing::error!("the hosted server does not stop in time");
    }
}

/// Connects and reconnects until `stop`, which ends every wait.
async fn stay_connected(
    target: &Target,
    known: &KnownServers,
    events: &mpsc::Sender<Event>,
    mut commands: mpsc::Receiver<Command>,
    stop: &CancellationToken,
    host: &mut LocalHost,
) {
    let send_event = async |event| matches!(stop.run_until_cancelled(events.send(event)).await, Some(Ok(())));
    let mut rotation = Rotation::shuffled(target);
    let mut backoff = Backoff::new(rotation.addresses().len());
    let mut local_port = match target {
        Target::Local { data: Some(data), port } => Some(LocalPort::new(*port, data)),
        Target::Local { data: None, .. } | Target::Remote { .. } => None,
    };
    loop {
        if rotation.has_alternatives() && !send_event(Event::AddressChosen(rotation.current().to_owned())).await {
            return;
        }
        if !send_event(Event::Connecting).await {
            return;
        }
        let opening = opening::open(target, &rotation, known, host, local_port.as_ref());
        let Some(opened) = stop.run_until_cancelled(opening).await else { return };
        let ended = match opened {
            Err(reason) => Err(link::Loss::from(reason)),
            // Queued requests were meant for an earlier connection.
            Ok(_) if discard_commands(&mut commands) => return,
            Ok(open) => {
                let patience = rotation.patience();
                let (privacy, is_hosted) = (open.privacy, host.is_hosting());
                if !send_event(Event::Connected { server: open.server, hosting: is_hosted, privacy }).await {
                    return;
                }
                host.clear_force();
                let welcome =
                    WelcomeCheck { known, rotation: &mut rotation, local_port: local_port.as_mut(), privacy, is_hosted };
                let carried = link::run(open.stream, events, &mut commands, stop, &mut backoff, patience, Some(welcome));
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
                tracing::info!(?reason, address = rotation.current(), "no connection");
                let wait = match rotation.advance(&reason) {
                    true => backoff.wait_after_loss(retry_after),
                    false => UNTIL_USER_DECIDES,
                };
                if !send_event(Event::Disconnected { reason, retry_in: wait }).await {
                    return;
                }
                wait
            }
        };
        if wait_or_stop(&mut commands, wait, known, &mut rotation, host).await {
            return;
        }
    }
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
async fn wait_or_stop(
    commands: &mut mpsc::Receiver<Command>,
    wait: Duration,
    known: &KnownServers,
    rotation: &mut Rotation,
    host: &mut LocalHost,
) -> bool {
    let requested = async {
        loop {
            match commands.recv().await {
                None => return true,
                Some(Command::Reconnect) => {
                    rotation.reopen();
                    return false;
                }
                Some(Command::HostHere) => {
                    host.force();
                    return false;
                }
                Some(decision @ (Command::Trust(_) | Command::ConfirmCommunity(_))) => {
                    store_decision(known, rotation, &decision);
                    return false;
                }
                Some(Command::Send(_)) => {}
            }
        }
    };
    timeout(wait, requested).await.unwrap_or(false)
}

/// Stores what the user decided about a certificate or an identity, for the addresses in question. If that fails, the error is
/// logged, and the user is asked again at the next attempt.
fn store_decision(known: &KnownServers, rotation: &mut Rotation, decision: &Command) {
    let question = match decision {
        Command::Trust(certificate) => OpenQuestion::Certificate(*certificate),
        Command::ConfirmCommunity(server) => OpenQuestion::Community(*server),
        Command::Send(_) | Command::Reconnect | Command::HostHere => return,
    };
    for address in rotation.close_question(question) {
        let stored = match question {
            OpenQuestion::Certificate(certificate) => known.trust(&address, certificate),
            OpenQuestion::Community(server) => known.confirm(&address, server),
        };
        if let Err(error) = stored {
            tracing::error!(%error, "the decision about a server could not be stored");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use tokio::net::TcpListener;
    use tokio::sync::mpsc;

    use super::patience::Patience;
    use super::{Connection, Encryption, Event, KnownServers, Target};

    /// Well below the timeouts that would apply otherwise, and far above the delays of a busy machine.
    const AT_ONCE: std::time::Duration = Patience::WITH_ONE_ADDRESS.connect.checked_div(2).unwrap();

    #[tokio::test]
    async fn stopping_does_not_wait_for_a_server_that_does_not_answer() {
        let folder = tempfile::tempdir().unwrap();
        let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addresses = silent.local_addr().unwrap().to_string().parse().unwrap();
        let target = Target::Remote { addresses, encryption: Encryption::Tls };
        let (sender, mut events) = mpsc::channel(8);
        let connection = Connection::start(target, KnownServers::in_folder(folder.path()), sender);
        assert_eq!(events.recv().await, Some(Event::Connecting));
        // The client is now in the middle of the TLS handshake.
        let _stream = silent.accept().await.unwrap();
        let began = Instant::now();
        connection.stop().await;
        assert!(began.elapsed() < AT_ONCE, "{:?}", began.elapsed());
    }

    #[tokio::test]
    async fn stopping_does_not_wait_for_a_full_event_channel() {
        let folder = tempfile::tempdir().unwrap();
        let (sender, events) = mpsc::channel(1);
        let known = KnownServers::in_folder(folder.path());
        let connection = Connection::start(Target::Local { data: None, port: 0 }, known, sender);
        while events.len() < events.max_capacity() {
            tokio::task::yield_now().await;
        }
        tokio::time::timeout(AT_ONCE, connection.stop()).await.unwrap();
    }
}
