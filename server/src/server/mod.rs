//! Starting and stopping a server in the current runtime.

mod start_error;
mod stopped;

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use papo_shared::model::{Fingerprint, ServerId};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::admin::service::AdminService;
use crate::admin::socket::AdminSocket;
use crate::bus::in_process::InProcessBus;
use crate::committer::Committer;
use crate::config::Config;
use crate::listener;
use crate::metrics::Metrics;
use crate::monitor::{Monitor, Phase, Watched};
use crate::open_sessions::OpenSessions;
use crate::operator::Operator;
use crate::passwords::Passwords;
use crate::presence::in_process::InProcessPresence;
use crate::requests::{Services, presence};
use crate::session::{AccountLimits, ServerContext, SignInLimits};
use crate::store::Store;
use crate::store::sqlite::{FILE_NAME, SqliteStore, stored_server_id};
use crate::supervisor::{FailedTask, Supervisor};
use crate::tls::Tls;
pub use start_error::StartError;
use start_error::start_error;
pub(crate) use stopped::Stopped;

/// How long connections may take to end when the server stops, and then as long again for what is being stored. Together
/// they stay below the ten seconds after which service managers lose patience.
const STOP_STEP: Duration = Duration::from_millis(4500);

/// A server that runs.
pub struct Server {
    address: SocketAddr,
    monitor: Monitor,
    _admin: Option<AdminSocket>,
    phase: watch::Sender<Phase>,
    failed: watch::Receiver<FailedTask>,
    tls: Arc<Tls>,
    stop: watch::Sender<bool>,
    /// Gives none when the last connection has ended.
    ended: mpsc::Receiver<()>,
    accepting: JoinHandle<()>,
    announcing: JoinHandle<()>,
    services: Arc<Services>,
}

impl Server {
    /// Takes the address, opens the store, and serves in the current runtime.
    ///
    /// # Errors
    /// Whatever keeps it from serving, as a [`StartError`].
    pub async fn start(config: Config) -> Result<Self, StartError> {
        Self::start_with(config, None).await
    }

    /// As [`Server::start`], on a store that is open already: one of another kind, say.
    ///
    /// # Errors
    /// Whatever keeps it from serving, as a [`StartError`].
    pub async fn start_on(config: Config, store: Arc<dyn Store>) -> Result<Self, StartError> {
        Self::start_with(config, Some(store)).await
    }

    async fn start_with(config: Config, store: Option<Arc<dyn Store>>) -> Result<Self, StartError> {
        let address = config.listen;
        let listener = listener::bind(address).map_err(|source| match source.kind() {
            io::ErrorKind::AddrInUse => StartError::AddressInUse { address },
            _ => StartError::Address { address, source },
        })?;
        let address = listener.local_addr().map_err(|source| StartError::Address { address, source })?;
        let (metrics, open) = (Arc::new(Metrics::default()), OpenSessions::default());
        let passwords = Passwords::start(config.password_cost).map_err(|source| StartError::System { source })?;
        let (phase, watched) = watch::channel(Phase::Starting);
        let (supervisor, failed) = Supervisor::new();
        let watched = Watched {
            metrics: metrics.clone(),
            sessions: open.clone(),
            passwords: passwords.clone(),
            phase: watched,
            failed: failed.clone(),
        };
        let monitor = Monitor::start(config.metrics.listen, watched, &supervisor).await?;
        let store = match store {
            Some(store) => store,
            None => open_store(&config).await?,
        };
        // After the store, which makes the directory and sees to it that it is ours.
        let tls = Arc::new(Tls::load(config.certificate.clone(), &config.data_dir)?);
        let services = Arc::new(services(store, passwords, &config, metrics.clone()));
        let admin = open_admin_socket(&config.data_dir, &services, &open, &supervisor);
        let (stop, stopping) = watch::channel(false);
        let (alive, ended) = mpsc::channel(1);
        let (attempts, allowances) = (SignInLimits::new(&config.limits), AccountLimits::new(&config.limits));
        let context = Arc::new(ServerContext {
            services: services.clone(),
            attempts,
            allowances,
            tls: tls.clone(),
            open,
            metrics,
            config,
            stopping,
        });
        let accepting = supervisor.spawn("accepting connections", listener::run(listener, context, alive));
        let announcing = {
            let services = services.clone();
            supervisor.spawn("telling who is online", async move { presence::announce_changes(&services).await })
        };
        phase.send_replace(Phase::Serving);
        Ok(Self { address, monitor, _admin: admin, phase, failed, tls, stop, ended, accepting, announcing, services })
    }

    /// The id of the server whose data are in this directory, without starting it. `None` where there are none. Blocks for as long
    /// as the disk takes.
    ///
    /// # Errors
    /// What keeps a server from using the data, as a [`StartError`].
    pub fn stored_id(data_dir: &Path) -> Result<Option<ServerId>, StartError> {
        stored_server_id(data_dir).map_err(|error| start_error(error, data_dir))
    }

    /// Where it listens, with the port it really has.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Where it answers whoever watches it, if it does.
    #[must_use]
    pub fn metrics_addr(&self) -> Option<SocketAddr> {
        self.monitor.local_addr()
    }

    /// The fingerprint of its certificate, for people to compare.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        self.tls.fingerprint()
    }

    /// What its operator can do while it runs.
    #[must_use]
    pub fn operator(&self) -> Operator {
        Operator::new(self.services.clone(), "host")
    }

    /// Waits until a part of the server has panicked that it cannot do without, and names it. It should be stopped then, and started
    /// again.
    pub async fn failed(&self) -> &'static str {
        let mut failed = self.failed.clone();
        let name = failed.wait_for(Option::is_some).await.ok().and_then(|name| *name);
        match name {
            Some(name) => name,
            // Everything that could fail has ended without a fault.
            None => std::future::pending().await,
        }
    }

    /// Reads the certificate's files again, for the connections to come. Nobody is dropped.
    ///
    /// # Errors
    /// The file that cannot be used. The certificate that was shown is shown on.
    pub fn reload_certificate(&self) -> Result<(), StartError> {
        Ok(self.tls.reload()?)
    }

    /// Accepts nobody further, says goodbye to all, finishes what is being stored, and gives up the data. Takes ten
    /// seconds at the most.
    pub async fn stop(mut self) {
        self.phase.send_replace(Phase::Stopping);
        self.stop.send_replace(true);
        self.announcing.abort();
        if timeout(STOP_STEP, self.ended.recv()).await.is_err() {
            tracing::warn!("some connections did not end in time");
        }
        self.accepting.abort();
        let store_is_closed = async {
            presence::remember_everybody(&self.services).await;
            self.services.store.close().await;
        };
        if timeout(STOP_STEP, store_is_closed).await.is_err() {
            tracing::error!("the store did not close in time");
        }
    }
}

async fn open_store(config: &Config) -> Result<Arc<dyn Store>, StartError> {
    let data_dir = config.data_dir.clone();
    // Opening waits for the disk.
    let opened = tokio::task::spawn_blocking(move || SqliteStore::open(&data_dir)).await;
    let opened = opened.map_err(|error| StartError::System { source: io::Error::other(error) })?;
    Ok(Arc::new(opened.map_err(|error| start_error(error, &config.data_dir))?))
}

fn services(store: Arc<dyn Store>, passwords: Passwords, config: &Config, metrics: Arc<Metrics>) -> Services {
    let bus = Arc::new(InProcessBus::default());
    Services {
        server_id: store.server_id(),
        committer: Committer::start(store.clone(), bus.clone(), metrics),
        store,
        bus,
        presence: Arc::new(InProcessPresence::new(config.offline_grace, config.presence_tick)),
        passwords,
        registration: config.registration,
        clock: config.clock.clone(),
    }
}

/// Without the admin socket people can still chat, so a failure to open it is only logged.
fn open_admin_socket(
    data_dir: &Path,
    services: &Arc<Services>,
    sessions: &OpenSessions,
    supervisor: &Supervisor,
) -> Option<AdminSocket> {
    let service = AdminService::new(Operator::new(services.clone(), "host"), &data_dir.join(FILE_NAME), Some(sessions.clone()));
    match AdminSocket::open(data_dir, service, supervisor) {
        Ok(socket) => Some(socket),
        Err(error) => {
            tracing::warn!(%error, "the admin socket cannot be opened; commands will not reach this server");
            None
        }
    }
}
