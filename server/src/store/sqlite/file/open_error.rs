//! Why a file could not be opened.

use std::io;

use rusqlite::ErrorCode;

/// Why the file could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another server has it.
    #[error("another papo server uses it")]
    InUse,
    /// The directory or the file cannot be made, read or written.
    #[error("{0}")]
    Files(io::Error),
    /// A newer papo wrote it.
    #[error("it has version {found}, and this papo knows {known}")]
    Newer {
        /// The version it has.
        found: usize,
        /// The newest version that is known here.
        known: usize,
    },
    /// It is no file of papo's.
    #[error("it is not a papo database")]
    Foreign,
    /// It is damaged.
    #[error("it is damaged: {0}")]
    Corrupt(String),
    /// Anything else that SQLite said.
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
