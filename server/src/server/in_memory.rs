//! A server without a network and without a disk: for tests and fuzzing.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::DuplexStream;
use tokio::sync::watch;

use super::assembly::services;
use super::start_error::StartError;
use crate::config::Config;
use crate::domain::{NodeId, SessionIds};
use crate::metrics::Metrics;
use crate::open_sessions::OpenSessions;
use crate::passwords::Passwords;
use crate::session::{self, AccountLimits, AccountShares, CountedStream, ServerContext, SignInLimits, Socket};
use crate::store::Store;
use crate::tls::Tls;

/// Bytes that a connection buffers in each direction, like a socket.
const BUFFER_BYTES: usize = 64 * 1024;

/// Serves connections inside the process, in the current runtime. Has the same sessions as a [`Server`](super::Server); absent
/// are the listener, with TLS and the limits on connections, the monitor, the administration socket, and presence events.
pub struct InMemoryServer {
    context: Arc<ServerContext>,
    session_ids: Mutex<SessionIds>,
    /// Dropped with the server, and its sessions see that it stops.
    _stop: watch::Sender<bool>,
}

impl InMemoryServer {
    /// Starts the threads for passwords, and serves this store. `data_dir` holds the certificate, which no connection uses.
    ///
    /// # Errors
    /// A thread could not be started, the directory is not writable, or the store fails.
    pub async fn start(config: Config, data_dir: &Path, store: Arc<dyn Store>) -> Result<Self, StartError> {
        let passwords = Passwords::start(config.password_cost).map_err(|source| StartError::System { source })?;
        let tls = Arc::new(Tls::load(None, data_dir)?);
        Self::serve(config, store, passwords, tls).await
    }

    /// Another server with the same configuration and threads, on another store. Much cheaper than [`Self::start`].
    ///
    /// # Errors
    /// The store fails.
    pub async fn start_another(&self, store: Arc<dyn Store>) -> Result<Self, StartError> {
        let ServerContext { config, services, tls, .. } = &*self.context;
        Self::serve(config.clone(), store, services.passwords.clone(), tls.clone()).await
    }

    async fn serve(config: Config, store: Arc<dyn Store>, passwords: Passwords, tls: Arc<Tls>) -> Result<Self, StartError> {
        let metrics = Arc::new(Metrics::default());
        let services = Arc::new(services(store, passwords, &config, metrics.clone()).await?);
        let (stop, stopping) = watch::channel(false);
        let (attempts, allowances) = (SignInLimits::new(&config.limits), AccountLimits::new(&config.limits));
        let (shares, open) = (AccountShares::default(), OpenSessions::default());
        let context = ServerContext { services, attempts, allowances, shares, tls, open, metrics, config, stopping };
        Ok(Self { context: Arc::new(context), session_ids: Mutex::new(SessionIds::of(NodeId::random())), _stop: stop })
    }

    /// A connection from this machine, in plain text.
    #[must_use]
    pub fn connect(&self) -> DuplexStream {
        let (client, accepted) = tokio::io::duplex(BUFFER_BYTES);
        let id = self.session_ids.lock().unwrap_or_else(PoisonError::into_inner).assign();
        let socket = Socket::InMemory(CountedStream::new(accepted));
        tokio::spawn(session::serve(socket, [127, 0, 0, 1].into(), id, self.context.clone()));
        client
    }
}
