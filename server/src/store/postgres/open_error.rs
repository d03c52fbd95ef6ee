//! Errors of opening a database.

use tokio_postgres::error::SqlState;

use super::fault::{Fault, described};

/// Reason why a database could not be opened. Each text says what happened and what to do next.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The address or another setting is invalid.
    #[error("{0}")]
    Setting(String),
    /// The server cannot be reached, with the reason.
    #[error("{0}. Check the address and that PostgreSQL runs and accepts connections from this machine.")]
    Unreachable(String),
    /// The connection cannot be encrypted, with the reason.
    #[error(
        "{0}. If this is the certificate, name the authority that signed it with `store_ca`. Use `sslmode=disable` only where nobody can read the network."
    )]
    Tls(String),
    /// The server refuses the user, with the reason.
    #[error("{0}. Check the user, the password, and pg_hba.conf.")]
    Credentials(String),
    /// The server has no database of this name.
    #[error("there is no such database. Create it with `createdb`, as UTF8 and owned by the user of the address.")]
    NoDatabase,
    /// The tables have no place.
    #[error("the schema of the search path does not exist. Create it, or leave `search_path` out.")]
    NoSchema,
    /// It is the database of another program.
    #[error("it contains tables of another program. Use an empty database.")]
    Foreign,
    /// A newer version of papo wrote it.
    #[error(
        "it was written by a newer version of papo (schema {found}; this version supports up to {known}). Install that version."
    )]
    Newer {
        /// Number of migration steps applied to the schema.
        found: usize,
        /// Number of migration steps this version knows.
        known: usize,
    },
    /// An older version of papo wrote it, or none.
    #[error("it is empty or of an older version. A server migrates it when it starts.")]
    Older,
    /// The version of the server is too old.
    #[error("it is PostgreSQL {0}, and papo needs 15 or newer. Upgrade it.")]
    TooOld(String),
    /// The server is a replica.
    #[error("it is a standby, which cannot be written to. Use the address of the primary server.")]
    Standby,
    /// Transactions cannot write.
    #[error(
        "transactions are read-only there (`default_transaction_read_only` is on). Turn it off for this user and database, or use the address of the primary server."
    )]
    ReadOnly,
    /// The database has another encoding than UTF8.
    #[error("its encoding is {0}. Create a database with the encoding UTF8.")]
    Encoding(String),
    /// Commits would not be on disk when they return.
    #[error(
        "`synchronous_commit` is off, so that a power cut would lose acknowledged messages. Turn it on for this user and database."
    )]
    NotDurable,
    /// Any other error of the server or the driver.
    #[error("{0}")]
    Other(String),
}

impl From<tokio_postgres::Error> for OpenError {
    fn from(error: tokio_postgres::Error) -> Self {
        let text = described(&error);
        match error.code() {
            Some(state) if state.code().starts_with("28") => Self::Credentials(text),
            Some(state) if *state == SqlState::INVALID_CATALOG_NAME => Self::NoDatabase,
            Some(_) => Self::Other(text),
            // The driver tells these apart in its texts only.
            None if text.contains("TLS") => Self::Tls(text),
            None if text.contains("password") || text.contains("authentication") => Self::Credentials(text),
            None => Self::Unreachable(text),
        }
    }
}

impl From<Fault> for OpenError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Database(error) | Fault::Pool(deadpool_postgres::PoolError::Backend(error)) => error.into(),
            Fault::Pool(error) => Self::Unreachable(error.to_string()),
            fault => Self::Other(fault.to_string()),
        }
    }
}
