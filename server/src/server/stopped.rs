//! The data of a server that is stopped, opened for its operator.

use std::io;
use std::sync::Arc;

use super::assembly::{open_store, services};
use super::start_error::StartError;
use crate::admin::service::AdminService;
use crate::config::Config;
use crate::metrics::Metrics;
use crate::operator::Operator;
use crate::passwords::Passwords;
use crate::requests::Services;
use crate::store::sqlite::FILE_NAME;

/// It works as it does for a server, without one: nobody connects, and nobody is told.
pub(crate) struct Stopped {
    services: Arc<Services>,
    service: AdminService,
}

impl Stopped {
    /// Opens the data, which no server has then.
    ///
    /// # Errors
    /// What keeps a server from starting.
    pub(crate) async fn open(config: &Config) -> Result<Self, StartError> {
        let passwords = Passwords::start(config.password_cost).map_err(|source: io::Error| StartError::System { source })?;
        let services = Arc::new(services(open_store(config).await?, passwords, config, Arc::new(Metrics::default())));
        let service = AdminService::new(Operator::new(services.clone(), "host"), &config.data_dir.join(FILE_NAME), None);
        Ok(Self { services, service })
    }

    /// Where to ask.
    pub(crate) fn service(&self) -> &AdminService {
        &self.service
    }

    /// Gives the data up.
    pub(crate) async fn close(self) {
        self.services.store.close().await;
    }
}
