//! Why a server did not start, in words for whoever started it.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use crate::monitor::NoMonitor;
use crate::store::sqlite::{FILE_NAME, OpenError};
use crate::tls::CertificateError;

/// Why a server did not start. Each says what happened and what to do next.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Somebody listens there.
    #[error("Something already listens on {address}. Stop it, or choose another address with --listen.")]
    AddressInUse {
        /// Where.
        address: SocketAddr,
    },
    /// The address cannot be listened on.
    #[error("Cannot listen on {address}: {source}. Choose an address of this machine, and a port above 1023, with --listen.")]
    Address {
        /// Where.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The address for metrics cannot be listened on.
    #[error("Cannot listen on {address} for metrics: {source}. Choose another with the key `listen` in [metrics], or none.")]
    MetricsAddress {
        /// Where.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// Another papo server uses the data.
    #[error("Another papo server uses the data in {dir}. Stop it, or choose another directory with --data.")]
    DataInUse {
        /// The directory.
        dir: PathBuf,
    },
    /// The data cannot be read or written.
    #[error(
        "Cannot use {file}: {reason}. See that its disk has room and that it and its directory are writable for this user, or choose another directory with --data."
    )]
    DataUnusable {
        /// The file.
        file: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// A newer papo wrote the data.
    #[error(
        "{file} was written by a newer papo (its version is {found}, this one knows {known}). Install that papo, or choose another directory with --data."
    )]
    DataNewer {
        /// The file.
        file: PathBuf,
        /// The version it has.
        found: usize,
        /// The newest version that is known here.
        known: usize,
    },
    /// The file is somebody else's.
    #[error("{file} is not a papo database. Move it away, or choose another directory with --data.")]
    DataForeign {
        /// The file.
        file: PathBuf,
    },
    /// The file is damaged.
    #[error(
        "{file} is damaged: {detail}. Keep a copy of it, and put a backup in its place or choose another directory with --data."
    )]
    DataCorrupt {
        /// The file.
        file: PathBuf,
        /// The damage found.
        detail: String,
    },
    /// There is no certificate to show.
    #[error(
        "Cannot use the certificate: {file}: {reason}. Give a readable PEM certificate and its key with --certificate and --key, or neither."
    )]
    Certificate {
        /// The file.
        file: PathBuf,
        /// Why it cannot be used.
        reason: String,
    },
    /// The system gave no thread or no random bytes.
    #[error("The system cannot run the server: {source}. Free some of its resources and try again.")]
    System {
        /// What the system said.
        source: io::Error,
    },
}

impl From<CertificateError> for StartError {
    fn from(CertificateError { file, reason }: CertificateError) -> Self {
        Self::Certificate { file, reason }
    }
}

impl From<NoMonitor> for StartError {
    fn from(NoMonitor { address, source }: NoMonitor) -> Self {
        Self::MetricsAddress { address, source }
    }
}

/// What kept the store from opening.
pub(super) fn start_error(error: OpenError, data_dir: &Path) -> StartError {
    let dir = data_dir.to_owned();
    let file = dir.join(FILE_NAME);
    match error {
        OpenError::InUse => StartError::DataInUse { dir },
        OpenError::Files(error) => StartError::DataUnusable { file, reason: error.to_string() },
        OpenError::Newer { found, known } => StartError::DataNewer { file, found, known },
        OpenError::Foreign => StartError::DataForeign { file },
        OpenError::Corrupt(detail) => StartError::DataCorrupt { file, detail },
        OpenError::Other(reason) => StartError::DataUnusable { file, reason },
    }
}
