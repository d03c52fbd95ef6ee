//! Errors of the driver, of the pool and of stored values.

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
        let is_stopping = self.has_state(|state| state.code().starts_with("57P"));
        is_stopping || matches!(self, Self::Database(error) if error.is_closed())
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
        match fault {
            Fault::Commit(_) | Fault::CommitTimeout(_) => Self::outcome_unknown(message),
            _ => Self::new(message),
        }
    }
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
