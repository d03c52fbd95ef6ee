//! Errors of opening a database file.

use std::io;

use rusqlite::ErrorCode;

/// Reason why a database file could not be opened. The texts complete a sentence about the file.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process holds the lock.
    #[error("another papo server is using it")]
    InUse,
    /// The directory has had a database, which is not there any more.
    #[error("it is missing")]
    Missing,
    /// The directory or the file cannot be created, read or written.
    #[error("{0}")]
    Files(io::Error),
    /// A newer version of papo wrote it.
    #[error("it has schema version {found}; this version of papo supports up to {known}")]
    Newer {
        /// Number of migration steps applied to the file.
        found: usize,
        /// Number of migration steps this version knows.
        known: usize,
    },
    /// It is not a database, or the database of another program.
    #[error("it is not a papo database")]
    Foreign,
    /// SQLite found damage, described in English.
    #[error("it is damaged: {0}")]
    Corrupt(String),
    /// Any other error message of SQLite.
    #[error("{0}")]
    Other(String),
}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => Self::Foreign,
            Some(ErrorCode::DatabaseCorrupt) => Self::Corrupt(error.to_string()),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::InUse,
            Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::SystemIoFailure) => {
                Self::Files(io::Error::other(error))
            }
            _ => Self::Other(error.to_string()),
        }
    }
}
