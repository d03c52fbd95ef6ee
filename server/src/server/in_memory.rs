//! A server without sockets and without a disk: for tests, simulations and fuzzing.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use papo_shared::model::Username;
use tokio::io::DuplexStream;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::assembly::{Boundaries, join_cluster, services};
use super::start_error::StartError;
use crate::cluster::{Cluster, Joining};
use crate::config::Config;
use crate::domain::{NodeId, SessionIds};
use crate::metrics::Metrics;
use crate::open_sessions::OpenSessions;
use crate::operator::Operator;
use crate::passwords::Passwords;
use crate::requests::presence;
use crate::session::{self, AccountLimits, AccountShares, CountedStream, ServerContext, SignInLimits, Socket};
use crate::store::{Store, StoreError};
use crate::tls::Tls;

/// Bytes that a connection buffers in each direction, like a socket.
const BUFFER_BYTES: usize = 64 * 1024;

/// How often a server that stops looks whether its sessions have ended.
const STOP_POLL: Duration = Duration::from_millis(10);

/// Serves connections inside the process, in the current runtime. Has the same sessions as a [`Server`](super::Server); absent
/// are the listener, with TLS and the limits on connections, the monitor, and the administration socket. Changes of presence are
/// announced by nodes of a cluster only.
pub struct InMemoryServer {
    context: Arc<ServerContext>,
    session_ids: Mutex<SessionIds>,
    /// Dropped with the server, and its sessions see that it stops.
    stop: watch::Sender<bool>,
    /// `None` if it serves its community alone.
    cluster: Option<Cluster>,
    /// Aborted when the server is dropped.
    tasks: Vec<JoinHandle<()>>,
}

impl Drop for InMemoryServer {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

impl InMemoryServer {
    /// Starts the threads for passwords, and serves this store. `data_dir` holds the certificate, which no connection uses.
    ///
    /// # Errors
    /// A thread could not be started, the directory is not writable, or the store fails.
    pub async fn start(config: Config, data_dir: &Path, store: Arc<dyn Store>) -> Result<Self, StartError> {
        let passwords = Passwords::start(config.password_cost).map_err(|source| StartError::System { source })?;
        let tls = Arc::new(Tls::load(None, data_dir)?);
        let boundaries = Boundaries::in_process(&config);
        Self::serve(config, store, boundaries, NodeId::random(), passwords, tls).await
    }

    /// Another server with the same configuration and threads, on another store. Much cheaper than [`Self::start`].
    ///
    /// # Errors
    /// The store fails.
    pub async fn start_another(&self, store: Arc<dyn Store>) -> Result<Self, StartError> {
        let ServerContext { config, services, tls, .. } = &*self.context;
        let boundaries = Boundaries::in_process(config);
        Self::serve(config.clone(), store, boundaries, NodeId::random(), services.passwords.clone(), tls.clone()).await
    }

    /// Like [`Self::start_another`], as a node of a cluster.
    ///
    /// # Errors
    /// The store fails.
    pub async fn start_node(&self, joining: Joining) -> Result<Self, StartError> {
        let ServerContext { config, services, tls, .. } = &*self.context;
        let (store, node) = (joining.store.clone(), joining.node);
        let (cluster, tasks) = join_cluster(joining, config).await?;
        let mut tasks: Vec<_> = tasks.into_iter().map(|(_, task)| tokio::spawn(task)).collect();
        cluster.wait_for_welcome().await;
        let boundaries = Boundaries::of_cluster(&cluster);
        let mut server = Self::serve(config.clone(), store, boundaries, node, services.passwords.clone(), tls.clone()).await?;
        let services = server.context.services.clone();
        tasks.push(tokio::spawn(async move { presence::announce_changes(&services).await }));
        (server.cluster, server.tasks) = (Some(cluster), tasks);
        Ok(server)
    }

    async fn serve(
        config: Config,
        store: Arc<dyn Store>,
        boundaries: Boundaries,
        node: NodeId,
        passwords: Passwords,
        tls: Arc<Tls>,
    ) -> Result<Self, StartError> {
        let metrics = Arc::new(Metrics::default());
        let services = Arc::new(services(store, boundaries, passwords, &config, metrics.clone()).await?);
        let (stop, stopping) = watch::channel(false);
        let (attempts, allowances) = (SignInLimits::new(&config.limits), AccountLimits::new(&config.limits));
        let (shares, open) = (AccountShares::default(), OpenSessions::default());
        let context = ServerContext { services, attempts, allowances, shares, tls, open, metrics, config, node, stopping };
        let session_ids = Mutex::new(SessionIds::of(node));
        Ok(Self { context: Arc::new(context), session_ids, stop, cluster: None, tasks: Vec::new() })
    }

    /// Whether the user with this name is online, as this node knows it.
    ///
    /// # Errors
    /// The store fails.
    pub fn presence_of(&self, username: &Username) -> impl Future<Output = Result<bool, StoreError>> + use<> {
        let (services, username) = (self.context.services.clone(), username.clone());
        async move {
            let account = services.store.account(&username).await?;
            Ok(account.is_some_and(|account| services.presence.is_online(account.id)))
        }
    }

    /// `None` if it serves its community alone.
    #[must_use]
    pub fn cluster(&self) -> Option<&Cluster> {
        self.cluster.as_ref()
    }

    /// Administration of the server.
    #[must_use]
    pub fn operator(&self) -> Operator {
        Operator::new(self.context.services.clone(), self.context.open.clone(), "host")
    }

    /// Closes the sessions, and leaves the cluster. Waits until the sessions have ended.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        while self.context.open.totals().open > 0 {
            tokio::time::sleep(STOP_POLL).await;
        }
        if let Some(cluster) = &self.cluster {
            presence::remember_everybody(&self.context.services).await;
            cluster.leave().await;
        }
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
