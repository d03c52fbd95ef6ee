//! Assembles the services from a configuration: for a running server, and for the operator of a stopped one.

use std::io;
use std::sync::Arc;

use super::start_error::{StartError, start_error};
use crate::bus::in_process::InProcessBus;
use crate::committer::Committer;
use crate::config::Config;
use crate::metrics::Metrics;
use crate::passwords::Passwords;
use crate::presence::in_process::InProcessPresence;
use crate::requests::{CursorOrder, Services};
use crate::store::Store;
use crate::store::sqlite::SqliteStore;

/// Opens the store in the data directory.
pub(super) async fn open_store(config: &Config) -> Result<Arc<dyn Store>, StartError> {
    let data_dir = config.data_dir.clone();
    // Opening waits for the disk.
    let opened = tokio::task::spawn_blocking(move || SqliteStore::open(&data_dir)).await;
    let opened = opened.map_err(|error| StartError::System { source: io::Error::other(error) })?;
    Ok(Arc::new(opened.map_err(|error| start_error(error, &config.data_dir))?))
}

/// The parts that serve requests, on this store.
pub(super) fn services(store: Arc<dyn Store>, passwords: Passwords, config: &Config, metrics: Arc<Metrics>) -> Services {
    let bus = Arc::new(InProcessBus::default());
    Services {
        server_id: store.server_id(),
        committer: Committer::start(store.clone(), bus.clone(), metrics),
        store,
        bus,
        cursor_order: CursorOrder::default(),
        presence: Arc::new(InProcessPresence::new(config.offline_grace, config.presence_tick)),
        passwords,
        registration: config.registration,
        clock: config.clock.clone(),
    }
}
