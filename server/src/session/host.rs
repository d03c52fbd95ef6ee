//! What all sessions of a server share.

use std::sync::Arc;

use tokio::sync::watch;

use super::{Allowances, Attempts};
use crate::config::Config;
use crate::metrics::Metrics;
use crate::open_sessions::OpenSessions;
use crate::requests::Services;
use crate::tls::Tls;

/// What all sessions share.
pub(crate) struct Host {
    /// What requests work with.
    pub services: Arc<Services>,
    /// Attempts to get in.
    pub attempts: Attempts,
    /// What accounts may ask for.
    pub allowances: Allowances,
    /// The certificate.
    pub tls: Arc<Tls>,
    /// Every session.
    pub open: OpenSessions,
    /// What is measured.
    pub metrics: Arc<Metrics>,
    /// How to behave.
    pub config: Config,
    /// Becomes true when the server stops.
    pub stopping: watch::Receiver<bool>,
}
