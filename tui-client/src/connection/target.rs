//! The server to connect to.

use std::path::PathBuf;

use crate::known_servers::{LOCAL_ADDRESS, OLDER_LOCAL_ADDRESS};
use crate::server_address::ServerAddresses;

/// The server to connect to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A server given by `--server`.
    Remote {
        /// The addresses of its nodes.
        addresses: ServerAddresses,
        /// How the connection is encrypted.
        encryption: Encryption,
    },
    /// The server on this machine.
    Local {
        /// The data folder for hosting a server if none listens; `None` to never host one.
        data: Option<PathBuf>,
        /// The port on 127.0.0.1.
        port: u16,
    },
}

/// How the connection to a server is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// TLS, with the certificate verified by an authority or by its fingerprint.
    Tls,
    /// Not at all (`--plaintext`).
    None,
}

impl Target {
    /// The keys of the addresses in the file of known servers, in the order in which they are tried; the same at each start.
    #[must_use]
    pub fn addresses(&self) -> Vec<String> {
        match self {
            Self::Remote { addresses, .. } => addresses.iter().map(ToString::to_string).collect(),
            Self::Local { .. } => vec![LOCAL_ADDRESS.to_owned()],
        }
    }

    /// The keys under which an older papo stored the sign-ins of this target.
    #[must_use]
    pub fn sign_in_addresses(&self) -> Vec<String> {
        match self {
            Self::Remote { .. } => self.addresses(),
            Self::Local { port, .. } => vec![format!("{OLDER_LOCAL_ADDRESS}{port}")],
        }
    }
}
