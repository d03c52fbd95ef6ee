//! Hosts a server in this process if none listens on this machine.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use papo_server::{Config, Server, StartError};
use tokio::task::spawn_blocking;

use super::local_port::{LastServer, LocalPort};
use crate::event::{DisconnectReason, HostingError};

/// A stopping hosted server asks its clients to reconnect within this time; one of them then hosts the next server.
const COME_BACK_WITHIN: Duration = Duration::from_secs(1);

/// How long a stopping server waits for its clients to receive the goodbye. Quitting the program takes that long.
const CLOSING_GRACE: Duration = Duration::from_millis(500);

/// The server this process hosts, if any.
#[derive(Default)]
pub(super) struct LocalHost {
    server: Option<Server>,
    hosting: Hosting,
    /// The user decided to host a server, even if the port last belonged to another one.
    is_forced: bool,
}

/// A shared flag: whether this process hosts a server or is about to. Only the connection's task sets it.
#[derive(Clone, Default)]
pub(super) struct Hosting(Arc<Mutex<bool>>);

impl Hosting {
    /// Calls `act` unless this process hosts a server, and prevents one from being started during the call.
    pub(super) fn run_unless_hosting<T>(&self, act: impl FnOnce() -> T) -> Option<T> {
        let hosting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (!*hosting).then(act)
    }

    fn set(&self, hosting: bool) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = hosting;
    }
}

/// Why no server was started.
pub(super) enum StartFailure {
    /// Another process listens on the port or uses the data; the caller tries to connect to it.
    OtherProcess(Option<HostingError>),
    /// Another failure, which ends the connection attempt.
    Other(DisconnectReason),
}

impl LocalHost {
    pub(super) fn new(hosting: Hosting) -> Self {
        Self { hosting, ..Self::default() }
    }

    /// Lets the next [`LocalHost::start`] host a server even if the port last belonged to another one.
    pub(super) fn force(&mut self) {
        self.is_forced = true;
    }

    /// Ends the effect of [`LocalHost::force`], once a server is connected.
    pub(super) fn clear_force(&mut self) {
        self.is_forced = false;
    }

    /// Starts a server on this loopback port, unless the port last belonged to a server with other data.
    pub(super) async fn start(&mut self, port: u16, data: &Path, known: &LocalPort) -> Result<(), StartFailure> {
        // A server of this process that cannot be reached is useless.
        self.stop().await;
        if !self.is_forced {
            check_port_owner(port, data, known).await?;
        }
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        self.hosting.set(true);
        let config =
            Config { reconnect_within: COME_BACK_WITHIN, closing_grace: CLOSING_GRACE, ..Config::new(listen, data.to_owned()) };
        match Server::start(config).await {
            Ok(server) => {
                self.server = Some(server);
                Ok(())
            }
            Err(error) => {
                self.hosting.set(false);
                tracing::warn!(%error, "cannot host a server");
                Err(start_failure(error))
            }
        }
    }

    /// Whether this process hosts the server.
    pub(super) fn is_hosting(&self) -> bool {
        self.server.is_some()
    }

    /// Waits until a part of the hosted server has failed, and names it. Pending while no server is hosted.
    pub(super) async fn failed(&self) -> &'static str {
        match &self.server {
            Some(server) => server.failed().await,
            None => std::future::pending().await,
        }
    }

    /// Shuts the server down, if there is one.
    pub(super) async fn stop(&mut self) {
        if let Some(server) = self.server.take() {
            server.stop().await;
            self.hosting.set(false);
        }
    }
}

/// Refuses to host if the server that answered on the port last was neither hosted by a client with this data,
/// nor used this data.
async fn check_port_owner(port: u16, data: &Path, known: &LocalPort) -> Result<(), StartFailure> {
    let last = match known.last_server().await {
        None | Some(LastServer { was_hosted: true, .. }) => return Ok(()),
        Some(LastServer { id, was_hosted: false }) => id,
    };
    let data = data.to_owned();
    match spawn_blocking(move || Server::stored_id(&data)).await {
        Ok(Ok(Some(own))) if own.to_string() == last => Ok(()),
        Ok(Ok(_)) => Err(StartFailure::Other(DisconnectReason::ServerAway { port })),
        Ok(Err(error @ StartError::DataInUse { .. })) => Err(start_failure(error)),
        // The attempt to start reports the error.
        Ok(Err(_)) | Err(_) => Ok(()),
    }
}

fn start_failure(error: StartError) -> StartFailure {
    let why = match error {
        StartError::AddressInUse { .. } => return StartFailure::OtherProcess(None),
        StartError::DataInUse { dir } => return StartFailure::OtherProcess(Some(HostingError::DataInUse { folder: dir })),
        StartError::Address { address, source } | StartError::MetricsAddress { address, source } => {
            HostingError::Address { address: address.to_string(), why: source.to_string() }
        }
        StartError::DataUnusable { file, reason } => HostingError::DataUnusable { file, why: reason },
        StartError::DataNewer { file, .. } => HostingError::DataNewer { file },
        StartError::DataMissing { file } => HostingError::DataMissing { file },
        StartError::DataForeign { file } => HostingError::DataForeign { file },
        StartError::DataCorrupt { file, .. } => HostingError::DataDamaged { file },
        StartError::Certificate { file, reason } => HostingError::Certificate { file, why: reason },
        StartError::System { source } => HostingError::System(source.to_string()),
        // Servers that a client hosts have no such database.
        StartError::Database { reason, .. } | StartError::Bus { reason, .. } => HostingError::System(reason),
    };
    StartFailure::Other(DisconnectReason::HostingFailed(why))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use papo_server::clock::Clock;
    use papo_shared::model::Timestamp;
    use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
    use tokio::net::TcpStream;
    use tokio::sync::mpsc;
    use tokio_util::sync::CancellationToken;

    use super::{Arc, Config, DisconnectReason, Ipv4Addr, LocalHost, Server, SocketAddr};
    use crate::connection::{Target, stay_connected};
    use crate::event::Event;
    use crate::known_servers::KnownServers;

    /// A clock whose next reading panics, once.
    #[derive(Debug, Default)]
    struct BreakableClock {
        is_broken: AtomicBool,
    }

    impl Clock for BreakableClock {
        fn now(&self) -> Timestamp {
            assert!(!self.is_broken.swap(false, Ordering::SeqCst), "deliberate panic of an essential task");
            Timestamp(1)
        }
    }

    /// Makes the task panic that announces changes of presence: it is the only one that reads the clock when a user who is
    /// signed in goes away.
    async fn break_server(address: SocketAddr, clock: &BreakableClock) -> TcpStream {
        let mut stream = BufReader::new(TcpStream::connect(address).await.unwrap());
        let hello = r#"{"id":1,"type":"hello","protocol":1,"client":"test"}"#;
        let register = r#"{"id":2,"type":"register","username":"ana","password":"um cavalo come bananas"}"#;
        stream.write_all(format!("{hello}\n{register}\n").as_bytes()).await.unwrap();
        let mut line = String::new();
        while !line.contains(r#""signed_in""#) {
            line.clear();
            assert_ne!(stream.read_line(&mut line).await.unwrap(), 0, "the server should answer");
        }
        clock.is_broken.store(true, Ordering::SeqCst);
        stream.write_all(b"{\"id\":3,\"type\":\"set_away\",\"away\":true}\n").await.unwrap();
        stream.into_inner()
    }

    async fn wait_for(events: &mut mpsc::Receiver<Event>, is_expected: impl Fn(&Event) -> bool) {
        while !is_expected(&events.recv().await.expect("the connection should go on")) {}
    }

    /// The client used to stay connected to a server that announced nothing any more.
    #[tokio::test]
    async fn a_hosted_server_that_fails_is_reported_and_started_again() {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(BreakableClock::default());
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let config = Config { clock: clock.clone(), password_cost: 4, ..Config::new(listen, folder.path().to_owned()) };
        let server = Server::start(config).await.unwrap();
        let address = server.local_addr();
        let mut host = LocalHost { server: Some(server), ..LocalHost::default() };
        let target = Target::Local { data: Some(folder.path().to_owned()), port: address.port() };
        let known = KnownServers::in_folder(folder.path());
        let (sender, mut events) = mpsc::channel(64);
        let (_commands, queue) = mpsc::channel(1);
        let stop = CancellationToken::new();
        let running = tokio::spawn({
            let stop = stop.clone();
            async move {
                stay_connected(&target, &known, &sender, queue, &stop, &mut host).await;
                host.stop().await;
            }
        });
        let is_hosting = |event: &Event| matches!(event, Event::Connected { hosting: true, .. });
        wait_for(&mut events, is_hosting).await;
        let _stream = break_server(address, &clock).await;
        wait_for(&mut events, |event| matches!(event, Event::Disconnected { reason: DisconnectReason::HostedServerFailed, .. }))
            .await;
        wait_for(&mut events, is_hosting).await;
        stop.cancel();
        running.await.unwrap();
    }
}
