//! State shared by all sessions of a server.

use std::sync::Arc;

use tokio::sync::watch;

use super::{AccountLimits, SignInLimits};
use crate::config::Config;
use crate::metrics::Metrics;
use crate::open_sessions::OpenSessions;
use crate::requests::Services;
use crate::tls::Tls;

/// State shared by all sessions of a server.
pub(crate) struct ServerContext {
    /// Everything that requests use.
    pub services: Arc<Services>,
    /// Limits on sign-in attempts.
    pub attempts: SignInLimits,
    /// Rate limits per account.
    pub allowances: AccountLimits,
    /// Certificate and TLS configuration.
    pub tls: Arc<Tls>,
    /// Registry of open sessions.
    pub open: OpenSessions,
    pub metrics: Arc<Metrics>,
    pub config: Config,
    /// Becomes true when the server stops.
    pub stopping: watch::Receiver<bool>,
}
