//! Starting and stopping a server in the current runtime.

mod assembly;
mod database;
mod in_memory;
mod joining;
#[cfg(feature = "cluster")]
mod password_file;
mod start_error;
mod stopped;
#[cfg(test)]
mod tests;

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use papo_shared::model::{Fingerprint, ServerId};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::admin::service::AdminService;
use crate::admin::socket::AdminSocket;
use crate::cluster::{Cluster, Joining};
use crate::config::Config;
use crate::disk_watch::DiskWatch;
use crate::domain::NodeId;
use crate::listener;
use crate::metrics::Metrics;
use crate::monitor::{Monitor, Phase, Watched};
use crate::open_sessions::OpenSessions;
use crate::operator::Operator;
use crate::passwords::Passwords;
use crate::requests::{Services, deletion, presence, reports, retention};
use crate::session::{AccountLimits, AccountShares, ServerContext, SignInLimits};
use crate::store::Store;
use crate::store::sqlite::{FILE_NAME, stored_server_id};
use crate::supervisor::{FailedTask, Supervisor};
use crate::tls::{self, Tls};
use assembly::{Boundaries, join_cluster, open_store, services, storage_limits};
pub(crate) use database::{copy as copy_database, verify as verify_database};
pub use in_memory::InMemoryServer;
pub use start_error::StartError;
use start_error::start_error;
pub(crate) use stopped::Stopped;

/// Maximum time for connections to end when the server stops, and again for the store to close. Together they stay below the
/// ten seconds after which service managers kill a process.
const STOP_TIMEOUT: Duration = Duration::from_millis(4500);

/// What a server stores its data in, and whether it has a cluster.
enum Backends {
    /// As configured.
    Configured,
    Alone(Arc<dyn Store>),
    Cluster(Joining),
}

/// A running server. It must be stopped with [`Server::stop`]; dropping it does not wait for accepted writes.
pub struct Server {
    address: SocketAddr,
    monitor: Monitor,
    _admin: Option<AdminSocket>,
    phase: watch::Sender<Phase>,
    failed: watch::Receiver<FailedTask>,
    tls: Arc<Tls>,
    stop: watch::Sender<bool>,
    /// Yields `None` when the last connection has ended.
    ended: mpsc::Receiver<()>,
    accepting: JoinHandle<()>,
    watching_store: JoinHandle<()>,
    /// Aborted as soon as the server stops.
    background: Vec<JoinHandle<()>>,
    /// `None` if it serves its community alone.
    cluster: Option<Cluster>,
    /// Aborted once the sessions have ended.
    cluster_tasks: Vec<JoinHandle<()>>,
    services: Arc<Services>,
    sessions: OpenSessions,
}

impl Server {
    /// Binds the address, opens the store, and serves in the current runtime.
    ///
    /// # Errors
    /// A [`StartError`] with a text for the operator.
    pub async fn start(config: Config) -> Result<Self, StartError> {
        Self::start_with(config, Backends::Configured).await
    }

    /// Like [`Server::start`], on a store that is already open, such as another backend.
    ///
    /// # Errors
    /// A [`StartError`] with a text for the operator.
    pub async fn start_on(config: Config, store: Arc<dyn Store>) -> Result<Self, StartError> {
        Self::start_with(config, Backends::Alone(store)).await
    }

    /// Like [`Server::start`], as a node of a cluster, on the store and the network of its nodes.
    ///
    /// # Errors
    /// A [`StartError`] with a text for the operator.
    pub async fn start_node(config: Config, joining: Joining) -> Result<Self, StartError> {
        Self::start_with(config, Backends::Cluster(joining)).await
    }

    async fn start_with(config: Config, backends: Backends) -> Result<Self, StartError> {
        // Without a handler, this signal ends the process. With one, a write beyond the limit fails as on a full disk. The
        // handler stays after the receiver is dropped.
        let size_limit = SignalKind::from_raw(rustix::process::Signal::XFSZ.as_raw());
        drop(signal(size_limit).map_err(|source| StartError::System { source })?);
        let address = config.listen;
        let listener = listener::bind(address).map_err(|source| match source.kind() {
            io::ErrorKind::AddrInUse => StartError::AddressInUse { address },
            _ => StartError::Address { address, source },
        })?;
        let address = listener.local_addr().map_err(|source| StartError::Address { address, source })?;
        let (metrics, sessions) = (Arc::new(Metrics::default()), OpenSessions::default());
        let passwords = Passwords::start(config.password_cost).map_err(|source| StartError::System { source })?;
        let (phase, watched) = watch::channel(Phase::Starting);
        let (supervisor, failed) = Supervisor::new();
        let joined = Arc::new(OnceLock::new());
        let watched_store = Arc::new(OnceLock::new());
        let watched = Watched {
            metrics: metrics.clone(),
            sessions: sessions.clone(),
            passwords: passwords.clone(),
            phase: watched,
            store: watched_store.clone(),
            failed: failed.clone(),
            cluster: joined.clone(),
        };
        let monitor = Monitor::start(config.metrics.listen, watched, &supervisor).await?;
        let (store, joining): (Arc<dyn Store>, _) = match backends {
            Backends::Configured => match config.bus.get() {
                Some(addresses) => {
                    let joining = Box::pin(joining::prepare(&config, addresses, storage_limits(&config))).await?;
                    (joining.store.clone(), Some(joining))
                }
                None => (open_store(&config).await?, None),
            },
            Backends::Alone(store) => (store, None),
            Backends::Cluster(joining) => (joining.store.clone(), Some(joining)),
        };
        watched_store.get_or_init(|| store.clone());
        remove_unknown_certificate(&config, &*store).await?;
        // After the store, which creates and locks the directory.
        let tls = Arc::new(Tls::load(config.certificate.clone(), &config.data_dir)?);
        let watching_store = supervisor.watch({
            let store = store.clone();
            async move { store.failed().await }
        });
        let node = joining.as_ref().map_or_else(NodeId::random, |joining| joining.node);
        let (cluster, cluster_tasks) = match joining {
            Some(joining) => join_as_node(joining, &config, &supervisor).await?,
            None => (None, Vec::new()),
        };
        if let Some(cluster) = &cluster {
            let _ = joined.set(cluster.clone());
        }
        let boundaries = cluster.as_ref().map_or_else(|| Boundaries::in_process(&config), Boundaries::of_cluster);
        let services = Arc::new(services(store, boundaries, passwords, &config, metrics.clone()).await?);
        let admin = open_admin_socket(&config.data_dir, &services, &sessions, &supervisor);
        let disk_watch = DiskWatch::new(&config, services.store.clone(), metrics.clone());
        let (stop, stopping) = watch::channel(false);
        let (alive, ended) = mpsc::channel(1);
        let (attempts, allowances) = (SignInLimits::new(&config.limits), AccountLimits::new(&config.limits));
        let context = Arc::new(ServerContext {
            services: services.clone(),
            attempts,
            allowances,
            shares: AccountShares::default(),
            tls: tls.clone(),
            open: sessions.clone(),
            metrics: metrics.clone(),
            config,
            node,
            stopping,
        });
        let accepting = supervisor.spawn("accepting connections", listener::run(listener, context, alive));
        let operator = Operator::new(services.clone(), sessions.clone(), "host");
        let background = background_tasks(&services, &metrics, operator, disk_watch, &supervisor);
        phase.send_replace(Phase::Serving);
        Ok(Self {
            address,
            monitor,
            _admin: admin,
            phase,
            failed,
            tls,
            stop,
            ended,
            accepting,
            watching_store,
            background,
            cluster,
            cluster_tasks,
            services,
            sessions,
        })
    }

    /// The id of the server whose data is in this directory, without starting it. `None` if there is no data. Blocks
    /// for the duration of the disk access.
    ///
    /// # Errors
    /// A [`StartError`] if a server could not use the data.
    pub fn stored_id(data_dir: &Path) -> Result<Option<ServerId>, StartError> {
        stored_server_id(data_dir).map_err(|error| start_error(error, data_dir))
    }

    /// The address it listens on, with the actual port if port 0 was configured.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// The address of the metrics endpoint; `None` if it is disabled.
    #[must_use]
    pub fn metrics_addr(&self) -> Option<SocketAddr> {
        self.monitor.local_addr()
    }

    /// Fingerprint of its certificate, for comparison by people.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        self.tls.fingerprint()
    }

    /// Administration of the running server, for the program that hosts it.
    #[must_use]
    pub fn operator(&self) -> Operator {
        Operator::new(self.services.clone(), self.sessions.clone(), "host")
    }

    /// Waits until an essential task has panicked, and returns its name. The server should then be stopped and started again.
    pub async fn failed(&self) -> &'static str {
        let mut failed = self.failed.clone();
        let name = failed.wait_for(Option::is_some).await.ok().and_then(|name| *name);
        match name {
            Some(name) => name,
            // All essential tasks have ended without a panic.
            None => std::future::pending().await,
        }
    }

    /// Reloads the certificate for future connections. Open connections are unaffected.
    ///
    /// # Errors
    /// A file cannot be used. The previous certificate then stays in use.
    pub fn reload_certificate(&self) -> Result<(), StartError> {
        Ok(self.tls.reload()?)
    }

    /// Stops accepting connections, closes all sessions, completes accepted writes, and closes the store. Takes
    /// at most ten seconds.
    pub async fn stop(mut self) {
        self.phase.send_replace(Phase::Stopping);
        self.stop.send_replace(true);
        self.background.iter().for_each(JoinHandle::abort);
        if timeout(STOP_TIMEOUT, self.ended.recv()).await.is_err() {
            tracing::warn!("some connections did not close in time");
        }
        self.accepting.abort();
        let close_store = async {
            presence::remember_everybody(&self.services).await;
            if let Some(cluster) = &self.cluster {
                cluster.leave().await;
            }
            self.cluster_tasks.iter().for_each(JoinHandle::abort);
            self.services.store.close().await;
        };
        if timeout(STOP_TIMEOUT, close_store).await.is_err() {
            tracing::error!("the store did not close in time");
        }
        self.watching_store.abort();
    }
}

/// Joins the other nodes, and waits until they should know this one.
async fn join_as_node(
    joining: Joining,
    config: &Config,
    supervisor: &Supervisor,
) -> Result<(Option<Cluster>, Vec<JoinHandle<()>>), StartError> {
    let (cluster, tasks) = join_cluster(joining, config).await?;
    let tasks = tasks.into_iter().map(|(name, task)| supervisor.spawn(name, task)).collect();
    cluster.wait_for_welcome().await;
    Ok((Some(cluster), tasks))
}

/// Starts the tasks that run beside the sessions.
fn background_tasks(
    services: &Arc<Services>,
    metrics: &Arc<Metrics>,
    operator: Operator,
    disk_watch: DiskWatch,
    supervisor: &Supervisor,
) -> Vec<JoinHandle<()>> {
    let announcing = {
        let services = services.clone();
        async move { presence::announce_changes(&services).await }
    };
    let erasing = {
        let services = services.clone();
        async move { deletion::continue_erasures(&services).await }
    };
    let expiring = {
        let services = services.clone();
        async move { retention::expire_messages(&services).await }
    };
    let counting_reports = {
        let (services, metrics) = (services.clone(), metrics.clone());
        async move { reports::count_open_reports(&services, |open| metrics.record_open_reports(open)).await }
    };
    vec![
        supervisor.spawn("announcing presence", announcing),
        supervisor.spawn("erasing", erasing),
        supervisor.spawn("expiring messages", expiring),
        supervisor.spawn("counting reports", counting_reports),
        supervisor.spawn("following bans", async move { operator.follow_bans().await }),
        supervisor.watch(disk_watch.run()),
    ]
}

/// Removes a self-signed certificate that a crash left incomplete, if no account exists, and so no client knows it.
async fn remove_unknown_certificate(config: &Config, store: &dyn Store) -> Result<(), StartError> {
    if store.totals().await.is_ok_and(|totals| totals.accounts == 0) {
        tls::remove_unusable_self_signed(&config.data_dir).map_err(|source| StartError::System { source })?;
    }
    Ok(())
}

/// Opens the administration socket. A failure is only logged, because users can chat without it.
fn open_admin_socket(
    data_dir: &Path,
    services: &Arc<Services>,
    sessions: &OpenSessions,
    supervisor: &Supervisor,
) -> Option<AdminSocket> {
    let service = AdminService::new(
        Operator::new(services.clone(), sessions.clone(), "host"),
        &data_dir.join(FILE_NAME),
        Some(sessions.clone()),
    );
    match AdminSocket::open(data_dir, service, supervisor) {
        Ok(socket) => Some(socket),
        Err(error) => {
            tracing::warn!(%error, "the admin socket cannot be opened; commands will not reach this server");
            None
        }
    }
}
