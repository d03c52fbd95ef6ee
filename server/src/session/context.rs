//! State shared by all sessions of a server.

use std::sync::Arc;

use tokio::sync::watch;

use super::{AccountLimits, AccountShares, SignInLimits};
use crate::config::Config;
use crate::domain::NodeId;
use crate::metrics::Metrics;
use crate::open_sessions::OpenSessions;
use crate::requests::Services;
use crate::tls::Tls;

/// State shared by all sessions of a server.
pub(crate) struct ServerContext {
    pub services: Arc<Services>,
    pub attempts: SignInLimits,
    pub allowances: AccountLimits,
    pub shares: AccountShares,
    pub tls: Arc<Tls>,
    pub open: OpenSessions,
    pub metrics: Arc<Metrics>,
    pub config: Config,
    /// The id of this process, which the ids of its sessions contain.
    pub node: NodeId,
    /// Becomes true when the server stops.
    pub stopping: watch::Receiver<bool>,
}
