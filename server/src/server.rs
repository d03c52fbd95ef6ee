//! Starting and stopping a server in the current runtime.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use papo_shared::model::Fingerprint;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::bus::in_process::InProcessBus;
use crate::committer::Committer;
use crate::config::Config;
use crate::listener;
use crate::metrics::Metrics;
use crate::monitor::{Monitor, NoMonitor, Phase, Watched};
use crate::open_sessions::OpenSessions;
use crate::operator::Operator;
use crate::passwords::Passwords;
use crate::presence::in_process::InProcessPresence;
use crate::requests::{Services, presence};
use crate::session::{Attempts, Host};
use crate::store::Store;
use crate::store::sqlite::{FILE_NAME, OpenError, SqliteStore};
use crate::tls::{NoCertificate, Tls};

/// How long connections may take to end when the server stops, and then as long again for what is being stored. Together
/// they stay below the ten seconds after which service managers lose patience.
const STOP_STEP: Duration = Duration::from_millis(4500);

/// A server that runs.
pub struct Server {
    address: SocketAddr,
    monitor: Monitor,
    phase: watch::Sender<Phase>,
    tls: Arc<Tls>,
    stop: watch::Sender<bool>,
    /// Gives none when the last connection has ended.
    ended: mpsc::Receiver<()>,
    accepting: JoinHandle<()>,
    announcing: JoinHandle<()>,
    services: Arc<Services>,
}

/// Why a server did not start. Each says what happened and what to do next.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Somebody listens there.
    #[error("Something already listens on {address}. Stop it, or choose another address with --listen.")]
    AddressInUse {
        /// Where.
        address: SocketAddr,
    },
    /// The address cannot be listened on.
    #[error("Cannot listen on {address}: {source}. Choose an address of this machine, and a port above 1023, with --listen.")]
    Address {
        /// Where.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The address for metrics cannot be listened on.
    #[error("Cannot listen on {address} for metrics: {source}. Choose another with the key `listen` in [metrics], or none.")]
    MetricsAddress {
        /// Where.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// Another papo server uses the data.
    #[error("Another papo server uses the data in {dir}. Stop it, or choose another directory with --data.")]
    DataInUse {
        /// The directory.
        dir: PathBuf,
    },
    /// The data cannot be read or written.
    #[error(
        "Cannot use {file}: {reason}. Make it and its directory writable for this user, or choose another directory with --data."
    )]
    DataUnusable {
        /// The file.
        file: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// A newer papo wrote the data.
    #[error(
        "{file} was written by a newer papo (its version is {found}, this one knows {known}). Install that papo, or choose another directory with --data."
    )]
    DataNewer {
        /// The file.
        file: PathBuf,
        /// The version it has.
        found: usize,
        /// The newest version that is known here.
        known: usize,
    },
    /// The file is somebody else's.
    #[error("{file} is not a papo database. Move it away, or choose another directory with --data.")]
    DataForeign {
        /// The file.
        file: PathBuf,
    },
    /// The file is damaged.
    #[error(
        "{file} is damaged: {detail}. Keep a copy of it, and put a backup in its place or choose another directory with --data."
    )]
    DataCorrupt {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// There is no certificate to show.
    #[error(
        "Cannot use the certificate: {file}: {reason}. Give a readable PEM certificate and its key with --certificate and --key, or neither."
    )]
    Certificate {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The system gave no thread or no random bytes.
    #[error("The system cannot run the server: {source}. Free some of its resources and try again.")]
    System {
        /// What the system said.
        source: io::Error,
    },
}

impl Server {
    /// Takes the address, opens the store, and serves in the current runtime.
    ///
    /// # Errors
    /// Whatever keeps it from serving, as a [`StartError`].
    pub async fn start(config: Config) -> Result<Self, StartError> {
        let address = config.listen;
        let listener = listener::bind(address).map_err(|source| match source.kind() {
            io::ErrorKind::AddrInUse => StartError::AddressInUse { address },
            _ => StartError::Address { address, source },
        })?;
        let address = listener.local_addr().map_err(|source| StartError::Address { address, source })?;
        let (metrics, open) = (Arc::new(Metrics::default()), OpenSessions::default());
        let passwords = Passwords::start(config.password_cost).map_err(|source| StartError::System { source })?;
        let (phase, watched) = watch::channel(Phase::Starting);
        let watched = Watched { metrics: metrics.clone(), sessions: open.clone(), passwords: passwords.clone(), phase: watched };
        let monitor = Monitor::start(config.metrics.listen, watched).await?;
        let data_dir = config.data_dir.clone();
        // Opening waits for the disk.
        let opened = tokio::task::spawn_blocking(move || SqliteStore::open(&data_dir)).await;
        let opened = opened.map_err(|error| StartError::System { source: io::Error::other(error) })?;
        let store: Arc<dyn Store> = Arc::new(opened.map_err(|error| start_error(error, &config))?);
        // After the store, which makes the directory and sees to it that it is ours.
        let tls = Arc::new(Tls::load(config.certificate.clone(), &config.data_dir)?);
        let bus = Arc::new(InProcessBus::default());
        let services = Arc::new(Services {
            server_id: store.server_id(),
            committer: Committer::start(store.clone(), bus.clone(), metrics.clone()),
            store,
            bus,
            presence: Arc::new(InProcessPresence::new(config.offline_grace, config.presence_tick)),
            passwords,
            clock: config.clock.clone(),
        });
        let (stop, stopping) = watch::channel(false);
        let (alive, ended) = mpsc::channel(1);
        let attempts = Attempts::new(&config.limits);
        let host = Arc::new(Host { services: services.clone(), attempts, tls: tls.clone(), open, metrics, config, stopping });
        let accepting = tokio::spawn(listener::run(listener, host, alive));
        let announcing = tokio::spawn({
            let services = services.clone();
            async move { presence::announce_changes(&services).await }
        });
        phase.send_replace(Phase::Serving);
        Ok(Self { address, monitor, phase, tls, stop, ended, accepting, announcing, services })
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
        Operator::new(self.services.clone())
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

impl From<NoCertificate> for StartError {
    fn from(NoCertificate { file, reason }: NoCertificate) -> Self {
        Self::Certificate { file, reason }
    }
}

impl From<NoMonitor> for StartError {
    fn from(NoMonitor { address, source }: NoMonitor) -> Self {
        Self::MetricsAddress { address, source }
    }
}

fn start_error(error: OpenError, config: &Config) -> StartError {
    let dir = config.data_dir.clone();
    let file = dir.join(FILE_NAME);
    match error {
        OpenError::InUse => StartError::DataInUse { dir },
        OpenError::Files(error) => StartError::DataUnusable { file, reason: error.to_string() },
        OpenError::Newer { found, known } => StartError::DataNewer { file, found, known },
        OpenError::Foreign => StartError::DataForeign { file },
        OpenError::Corrupt(detail) => StartError::DataCorrupt { file, detail },
        OpenError::Other(reason) => StartError::DataUnusable { file, reason },
    }
}
