//! The data of a stopped server, opened for an operator command.

use std::io;
use std::sync::Arc;

use super::assembly::{Boundaries, open_store, services};
use super::start_error::StartError;
use crate::admin::service::AdminService;
use crate::config::Config;
use crate::metrics::Metrics;
use crate::open_sessions::OpenSessions;
use crate::operator::Operator;
use crate::passwords::Passwords;
use crate::requests::Services;
use crate::store::sqlite::FILE_NAME;

/// The services of a server without connections, on its data directory.
pub(crate) struct Stopped {
    services: Arc<Services>,
    service: AdminService,
}

impl Stopped {
    /// Opens the data and locks out servers until it is closed.
    ///
    /// # Errors
    /// The same as for [`Server::start`](super::Server::start).
    pub(crate) async fn open(config: &Config) -> Result<Self, StartError> {
        let passwords = Passwords::start(config.password_cost).map_err(|source: io::Error| StartError::System { source })?;
        let store = open_store(config).await?;
        let services =
            Arc::new(services(store, Boundaries::in_process(config), passwords, config, Arc::new(Metrics::default())).await?);
        let service = AdminService::new(
            Operator::new(services.clone(), OpenSessions::default(), "host"),
            &config.data_dir.join(FILE_NAME),
            None,
        );
        Ok(Self { services, service })
    }

    pub(crate) fn service(&self) -> &AdminService {
        &self.service
    }

    /// Closes the store and releases the lock.
    pub(crate) async fn close(self) {
        self.services.store.close().await;
    }
}
