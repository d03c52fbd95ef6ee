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
            Config { reconnect_within: COME_BACK_WITHIN, closing_grace: CLOSING_GRACE, ..Config::new(listen, data.to_owned()) };
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
