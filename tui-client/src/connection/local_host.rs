//! The server this process hosts when none listens on this machine.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use papo_server::{Config, Server, StartError};
use tokio::task::spawn_blocking;

use super::local_port::{LastServer, LocalPort};
use crate::event::{CannotHost, Lost};

/// A hosted server that stops asks its clients to come back within this time: one of them takes over then.
const COME_BACK_WITHIN: Duration = Duration::from_secs(1);

/// How long its clients may take to hear that it stops: whoever quits waits for it.
const CLOSING_GRACE: Duration = Duration::from_millis(500);

/// The server this process hosts, if any.
#[derive(Default)]
pub(super) struct LocalHost {
    server: Option<Server>,
    hosting: Hosting,
    /// The person wants a server to be hosted, whichever one was here before.
    is_wanted: bool,
}

/// Whether this process hosts a server or is about to. The connection's task changes it, and others ask.
#[derive(Clone, Default)]
pub(super) struct Hosting(Arc<Mutex<bool>>);

impl Hosting {
    /// Acts unless this process hosts a server; none is started meanwhile.
    pub(super) fn unless<T>(&self, act: impl FnOnce() -> T) -> Option<T> {
        let hosting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (!*hosting).then(act)
    }

    fn set(&self, hosting: bool) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = hosting;
    }
}

/// Why no server is hosted.
pub(super) enum NotHosted {
    /// Another process listens there, or has the data: it is to be joined, if it can be.
    Another(Option<CannotHost>),
    /// Anything else.
    Lost(Lost),
}

impl LocalHost {
    pub(super) fn new(hosting: Hosting) -> Self {
        Self { hosting, ..Self::default() }
    }

    /// The person decided that a server is hosted here, whichever one was here before.
    pub(super) fn want(&mut self) {
        self.is_wanted = true;
    }

    /// A server answered, so that none has to be hosted.
    pub(super) fn want_no_more(&mut self) {
        self.is_wanted = false;
    }

    /// Hosts a server at this port of this machine, unless the port belongs to a server with other data.
    pub(super) async fn start(&mut self, port: u16, data: &Path, known: &LocalPort) -> Result<(), NotHosted> {
        // Our own server that cannot be reached is of no use to anybody.
        self.stop().await;
        if !self.is_wanted {
            check_owner(port, data, known).await?;
        }
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        self.hosting.set(true);
        let config =
            Config { come_back_within: COME_BACK_WITHIN, closing_grace: CLOSING_GRACE, ..Config::new(listen, data.to_owned()) };
        match Server::start(config).await {
            Ok(server) => {
                self.server = Some(server);
                Ok(())
            }
            Err(error) => {
                self.hosting.set(false);
                tracing::warn!(%error, "no server is hosted");
                Err(not_hosted(error))
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

    /// Stops the server, if there is one, in good order.
    pub(super) async fn stop(&mut self) {
        if let Some(server) = self.server.take() {
            server.stop().await;
            self.hosting.set(false);
        }
    }
}

/// Leaves the port to the server that answered there last, unless it is one that a client with these data hosted or had these data.
async fn check_owner(port: u16, data: &Path, known: &LocalPort) -> Result<(), NotHosted> {
    let last = match known.last_server().await {
        None | Some(LastServer { was_hosted: true, .. }) => return Ok(()),
        Some(LastServer { id, was_hosted: false }) => id,
    };
    let data = data.to_owned();
    match spawn_blocking(move || Server::stored_id(&data)).await {
        Ok(Ok(Some(own))) if own.to_string() == last => Ok(()),
        Ok(Ok(_)) => Err(NotHosted::Lost(Lost::ServerAway { port })),
        Ok(Err(error @ StartError::DataInUse { .. })) => Err(not_hosted(error)),
        // Starting it says what is wrong.
        Ok(Err(_)) | Err(_) => Ok(()),
    }
}

fn not_hosted(error: StartError) -> NotHosted {
    let why = match error {
        StartError::AddressInUse { .. } => return NotHosted::Another(None),
        StartError::DataInUse { dir } => return NotHosted::Another(Some(CannotHost::DataInUse { folder: dir })),
        StartError::Address { address, source } | StartError::MetricsAddress { address, source } => {
            CannotHost::Address { address: address.to_string(), why: source.to_string() }
        }
        StartError::DataUnusable { file, reason } => CannotHost::DataUnusable { file, why: reason },
        StartError::DataNewer { file, .. } => CannotHost::DataNewer { file },
        StartError::DataForeign { file } => CannotHost::DataForeign { file },
        StartError::DataCorrupt { file, .. } => CannotHost::DataDamaged { file },
        StartError::Certificate { file, reason } => CannotHost::Certificate { file, why: reason },
        StartError::System { source } => CannotHost::System(source.to_string()),
    };
    NotHosted::Lost(Lost::CannotHost(why))
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

    use super::{Arc, Config, Ipv4Addr, LocalHost, Lost, Server, SocketAddr};
    use crate::connection::{Target, stay_connected};
    use crate::event::Event;

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
        let (sender, mut events) = mpsc::channel(64);
        let (_commands, queue) = mpsc::channel(1);
        let stop = CancellationToken::new();
        let running = tokio::spawn({
            let stop = stop.clone();
            async move {
                stay_connected(&target, &sender, queue, &stop, &mut host).await;
                host.stop().await;
            }
        });
        let is_hosting = |event: &Event| matches!(event, Event::Connected { hosting: true, .. });
        wait_for(&mut events, is_hosting).await;
        let _stream = break_server(address, &clock).await;
        wait_for(&mut events, |event| matches!(event, Event::Disconnected { why: Lost::HostedServerFailed, .. })).await;
        wait_for(&mut events, is_hosting).await;
        stop.cancel();
        running.await.unwrap();
    }
}
