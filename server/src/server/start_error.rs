//! Errors of starting a server, with texts for its operator.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use crate::monitor::MonitorError;
use crate::store::sqlite::{FILE_NAME, OpenError};
use crate::tls::CertificateError;

/// Reason why a server did not start. Each text says what happened and what to do next.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Another process listens on the address.
    #[error("Something already listens on {address}. Stop it, or choose another address with --listen.")]
    AddressInUse {
        /// The address from the configuration.
        address: SocketAddr,
    },
    /// The address cannot be listened on.
    #[error("Cannot listen on {address}: {source}. Choose an address of this machine, and a port above 1023, with --listen.")]
    Address {
        /// The address from the configuration.
        address: SocketAddr,
        /// Error of the operating system.
        source: io::Error,
    },
    /// The address for metrics cannot be listened on.
    #[error(
        "Cannot listen on {address} for metrics: {source}. Choose another address with the key `listen` in [metrics], or leave it empty."
    )]
    MetricsAddress {
        /// The address from the configuration.
        address: SocketAddr,
        /// Error of the operating system.
        source: io::Error,
    },
    /// Another papo server is using the data directory.
    #[error("Another papo server is using the data in {dir}. Stop it, or choose another directory with --data.")]
    DataInUse {
        /// The configured data directory.
        dir: PathBuf,
    },
    /// The data cannot be read or written.
    #[error(
        "Cannot use {file}: {reason}. Make sure that the disk has free space and that the file and its directory are writable for this user, or choose another directory with --data."
    )]
    DataUnusable {
        /// Path of the file concerned.
        file: PathBuf,
        /// Error of the operating system or of SQLite.
        reason: String,
    },
    /// The data directory has had a database, which is not there any more.
    #[error(
        "{file} is missing, and this directory has had one. Restore a backup with `papo-server restore`, or move the file back. To start with an empty database instead, delete {file}.lock."
    )]
    DataMissing {
        /// Path of the missing file.
        file: PathBuf,
    },
    /// A newer version of papo wrote the data.
    #[error(
        "{file} was written by a newer version of papo (schema {found}; this version supports up to {known}). Install that version, or choose another directory with --data."
    )]
    DataNewer {
        /// Path of the file concerned.
        file: PathBuf,
        /// Schema version of the file.
        found: usize,
        /// Newest schema version that this version supports.
        known: usize,
    },
    /// The file belongs to another program.
    #[error("{file} is not a papo database. Move it away, or choose another directory with --data.")]
    DataForeign {
        /// Path of the file concerned.
        file: PathBuf,
    },
    /// The file is damaged.
    #[error("{file} is damaged: {detail}. Keep a copy of it, then restore a backup or choose another directory with --data.")]
    DataCorrupt {
        /// Path of the file concerned.
        file: PathBuf,
        /// Damage reported by SQLite, in English.
        detail: String,
    },
    /// The configured database cannot be used.
    #[error("Cannot use {database}: {reason}")]
    Database {
        /// Which one, without its password.
        database: String,
        /// Why, and what to do next.
        reason: String,
    },
    /// The configured bus cannot be used.
    #[error("Cannot use {bus}: {reason}")]
    Bus {
        /// Which one, without its password.
        bus: String,
        /// Why, and what to do next.
        reason: String,
    },
    /// The certificate cannot be loaded or created.
    #[error(
        "Cannot use the certificate: {file}: {reason}. Give a readable PEM certificate and its key with --certificate and --key, or neither. If the server's own certificate is damaged, copy certificate.pem and key.pem from a backup; or delete both, and the server creates new ones, but then every client warns its user."
    )]
    Certificate {
        /// Path of the file concerned.
        file: PathBuf,
        /// Error of reading, parsing or writing it.
        reason: String,
    },
    /// The system could not start a thread or provide random bytes.
    #[error("The system lacks resources to run the server: {source}. Free some and try again.")]
    System {
        /// Error of the operating system.
        source: io::Error,
    },
}

impl From<CertificateError> for StartError {
    fn from(CertificateError { file, reason }: CertificateError) -> Self {
        Self::Certificate { file, reason }
    }
}

impl From<MonitorError> for StartError {
    fn from(MonitorError { address, source }: MonitorError) -> Self {
        Self::MetricsAddress { address, source }
    }
}

/// Converts an error of opening the store.
pub(super) fn start_error(error: OpenError, data_dir: &Path) -> StartError {
    let dir = data_dir.to_owned();
    let file = dir.join(FILE_NAME);
    match error {
        OpenError::InUse => StartError::DataInUse { dir },
        OpenError::Missing => StartError::DataMissing { file },
        OpenError::Files(error) => StartError::DataUnusable { file, reason: error.to_string() },
        OpenError::Newer { found, known } => StartError::DataNewer { file, found, known },
        OpenError::Foreign => StartError::DataForeign { file },
        OpenError::Corrupt(detail) => StartError::DataCorrupt { file, detail },
        OpenError::Other(reason) => StartError::DataUnusable { file, reason },
    }
}
