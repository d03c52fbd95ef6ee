//! What keeps a device signed in, and where it is kept for the next start.

use std::path::PathBuf;

/// A device token, as the server gave it. Whoever has it is signed in, so it prints as nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct DeviceToken(pub String);

/// Where a device token is kept for the next start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeptIn {
    /// In the keyring of the system, which opens when the person signs in to the machine.
    Keyring,
    /// In this file, which only its owner can read.
    File(PathBuf),
    /// Nowhere, and why.
    Nowhere(String),
}

impl std::fmt::Debug for DeviceToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DeviceToken")
    }
}
