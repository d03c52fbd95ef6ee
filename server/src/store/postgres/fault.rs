//! Errors of the driver, of the pool and of stored values.

use std::sync::Arc;

use deadpool_postgres::PoolError;
use tokio_postgres::error::SqlState;

use crate::store::StoreError;

/// Attempts to execute a batch before a conflict with other servers is reported.
pub(crate) const MAX_ATTEMPTS: u32 = 5;

/// Why an operation failed. Its text is logged and never sent to clients.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    #[error("{}", described(.0))]
    Database(#[from] tokio_postgres::Error),
    #[error("no connection: {}", described_pool(.0))]
    Pool(#[from] PoolError),
    /// The database is unavailable, with the reason.
    #[error("unavailable: {0}")]
    Unavailable(Arc<str>),
    #[error("the column {0} has a value of an unknown kind")]
    Value(usize),
    /// A commit failed in a way that leaves open whether it took effect.
    #[error("{}, during a commit", described(.0))]
    Commit(tokio_postgres::Error),
    #[error("no answer to a commit within {0} s")]
    CommitTimeout(u64),
}

impl Fault {
    /// Whether another server's transaction was in the way, so that a second attempt may succeed.
    pub(crate) fn is_conflict(&self) -> bool {
        self.has_state(|state| *state == SqlState::T_R_DEADLOCK_DETECTED || *state == SqlState::T_R_SERIALIZATION_FAILURE)
    }

    /// Whether a constraint of the tables was violated.
    pub(crate) fn is_violation(&self) -> bool {
        self.has_state(|state| state.code().starts_with("23"))
    }

    /// Whether a connection was lost, or the server is stopping, before anything was asked to be committed.
    pub(crate) fn is_lost_connection(&self) -> bool {
        matches!(self, Self::Database(error) if is_lost_connection(error))
    }

    /// Whether the database can do nothing at present, as far as this operation noticed.
    fn is_outage(&self) -> bool {
        match self {
            Self::Unavailable(_) | Self::Pool(PoolError::Backend(_) | PoolError::Timeout(_)) => true,
            Self::Database(error) | Self::Commit(error) => is_lost_connection(error) || is_read_only(error),
            _ => false,
        }
    }

    fn has_state(&self, is: impl FnOnce(&SqlState) -> bool) -> bool {
        matches!(self, Self::Database(error) if error.code().is_some_and(is))
    }

    /// Sorts an error of a statement that was sent together with a COMMIT: only if the server refused the statement, it is known
    /// that the commit had no effect.
    pub(crate) fn of_statement_before_commit(error: tokio_postgres::Error) -> Self {
        if error.as_db_error().is_some() { Self::Database(error) } else { Self::Commit(error) }
    }

    /// Sorts an error of COMMIT: the server tells by these codes that it rolled the transaction back. After any other error, the
    /// commit may be on disk.
    pub(crate) fn of_commit(error: tokio_postgres::Error) -> Self {
        let is_rolled_back = error.code().is_some_and(|state| state.code().starts_with("40") || state.code().starts_with("23"));
        if is_rolled_back { Self::Database(error) } else { Self::Commit(error) }
    }
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        let message = format!("PostgreSQL: {fault}");
        let error = match fault {
            Fault::Commit(_) | Fault::CommitTimeout(_) => Self::outcome_unknown(message),
            _ => Self::new(message),
        };
        if fault.is_outage() { error.while_unavailable() } else { error }
    }
}

fn is_lost_connection(error: &tokio_postgres::Error) -> bool {
    // The server stops or starts, or it ended a transaction that had hung.
    let is_ended = |state: &SqlState| state.code().starts_with("57P") || *state == SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT;
    error.is_closed() || error.code().is_some_and(is_ended)
}

/// Whether the server became a standby.
fn is_read_only(error: &tokio_postgres::Error) -> bool {
    error.code().is_some_and(|state| *state == SqlState::READ_ONLY_SQL_TRANSACTION)
}

/// The message of the server where there is one. Its detail is left out, since it quotes stored values.
pub(super) fn described(error: &tokio_postgres::Error) -> String {
    match (error.as_db_error(), std::error::Error::source(error)) {
        (Some(error), _) => format!("{} ({})", error.message(), error.code().code()),
        (None, Some(source)) => format!("{error}: {source}"),
        (None, None) => error.to_string(),
    }
}

pub(super) fn described_pool(error: &PoolError) -> String {
    match error {
        PoolError::Backend(error) => described(error),
        error => error.to_string(),
    }
}
