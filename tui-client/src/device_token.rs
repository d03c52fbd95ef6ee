//! What keeps a device signed in, and where it is stored for the next start.

use std::path::PathBuf;

use papo_shared::model::{ServerId, Username};

/// A device token, as the server gave it. Whoever has it is signed in, so it prints as nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct DeviceToken(pub String);

/// A sign-in that was stored for the next start. It is offered to the server that issued it and to no other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSignIn {
    /// The server it may be offered to.
    pub server: ServerId,
    /// The account. `None` for an entry of an older papo, which stored neither the account nor the server: it is offered once to
    /// each server that answers at its address, until one of them accepts it.
    pub username: Option<Username>,
    /// The token.
    pub token: DeviceToken,
    /// Where it is stored.
    pub kept_in: KeptIn,
    /// Whether a start without `--user` finds it.
    pub is_default: bool,
}

/// What is stored for the server that answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// A sign-in.
    Found(StoredSignIn),
    /// None for this server, but one for another server that was at this address.
    OtherServer,
    /// None.
    Nothing,
}

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
