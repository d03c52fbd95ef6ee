//! Assembles the services from a configuration: for a running server, and for the operator of a stopped one.

use std::io;
use std::sync::Arc;

use tokio::sync::Notify;

use super::database;
use super::start_error::{StartError, start_error};
use crate::bans::Bans;
use crate::bus::Bus;
use crate::bus::in_process::InProcessBus;
use crate::cluster::{self, Cluster, Joining, Task};
use crate::committer::Committer;
use crate::config::Config;
use crate::domain::ReservedNames;
use crate::domain::storage::{Quota, StorageLimits};
use crate::metrics::Metrics;
use crate::passwords::Passwords;
use crate::presence::Presence;
use crate::presence::in_process::InProcessPresence;
use crate::requests::{CursorOrder, Services};
use crate::store::sqlite::{OpenError, SqliteStore};
use crate::store::{Store, StoreError};

/// Opens the configured database, or the file in the data directory. Creates the directory.
pub(super) async fn open_store(config: &Config) -> Result<Arc<dyn Store>, StartError> {
    if let Some(address) = config.store.get() {
        return Ok(database::open(config, address, storage_limits(config)).await?);
    }
    let (data_dir, limits) = (config.data_dir.clone(), storage_limits(config));
    // Opening waits for the disk.
    let opened = tokio::task::spawn_blocking(move || SqliteStore::open_with(&data_dir, limits)).await;
    let opened = opened.map_err(|error| StartError::System { source: io::Error::other(error) })?;
    Ok(Arc::new(opened.map_err(|error| start_error(error, &config.data_dir))?))
}

pub(super) fn storage_limits(config: &Config) -> StorageLimits {
    let bytes = config.limits.stored_bytes_per_day_by_account;
    let quota = Quota { bytes, messages: config.limits.messages_per_day_by_account.into() };
    StorageLimits { quota, ..StorageLimits::default() }
}

/// The boundaries to open sessions and users' presence.
pub(super) struct Boundaries {
    bus: Arc<dyn Bus>,
    presence: Arc<dyn Presence>,
}

impl Boundaries {
    /// Those of a server that serves its community alone.
    pub(super) fn in_process(config: &Config) -> Self {
        Self { bus: Arc::new(InProcessBus::default()), presence: Arc::new(local_presence(config)) }
    }

    /// Those of a node of a cluster.
    pub(super) fn of_cluster(cluster: &Cluster) -> Self {
        Self { bus: cluster.bus.clone(), presence: cluster.presence.clone() }
    }
}

/// Joins the other nodes of the community. The tasks that are returned have to run.
///
/// # Errors
/// `DataUnusable` if the store fails.
pub(super) async fn join_cluster(joining: Joining, config: &Config) -> Result<(Cluster, Vec<Task>), StartError> {
    let joined = cluster::join(joining, config.clock.clone(), local_presence(config)).await;
    joined.map_err(|error| start_error(OpenError::Other(error.to_string()), &config.data_dir))
}

fn local_presence(config: &Config) -> InProcessPresence {
    InProcessPresence::new(config.offline_grace, config.presence_tick)
}

/// The parts that serve requests, on this store.
///
/// # Errors
/// `DataUnusable` if the store fails.
pub(super) async fn services(
    store: Arc<dyn Store>,
    Boundaries { bus, presence }: Boundaries,
    passwords: Passwords,
    config: &Config,
    metrics: Arc<Metrics>,
) -> Result<Services, StartError> {
    let unusable = |error: StoreError| start_error(OpenError::Other(error.to_string()), &config.data_dir);
    let settings = store.password_hash_settings().await.map_err(unusable)?;
    let bans = Bans::default();
    bans.replace(&store.bans().await.map_err(unusable)?);
    Ok(Services {
        server_id: store.server_id(),
        committer: Committer::start(store.clone(), bus.clone(), metrics),
        store,
        bus,
        cursor_order: CursorOrder::default(),
        presence,
        passwords: passwords.with_stored_settings(&settings),
        registration: config.registration,
        erasing: Notify::new(),
        expiring: Notify::new(),
        retention_days: (config.retention_days > 0).then_some(config.retention_days),
        reports_changed: Notify::new(),
        bans,
        reserved_names: ReservedNames::with(&config.reserved_names),
        clock: config.clock.clone(),
    })
}
