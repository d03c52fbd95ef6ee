//! Device tokens, which keep a device signed in, and the sign-ins stored for the next start.

use std::path::PathBuf;

use papo_shared::model::{ServerId, Username};

/// A device token issued by the server. It is a credential, so `Debug` does not print it.
#[derive(Clone, PartialEq, Eq)]
pub struct DeviceToken(pub String);

/// A sign-in that was stored for the next start. It is offered to the server that issued it and to no other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSignIn {
    /// The server that issued the token.
    pub server: ServerId,
    /// The account. `None` for an entry of an older papo, which stored neither the account nor the server: it is offered once to
    /// each server that answers at its address, until one of them accepts it.
    pub username: Option<Username>,
    /// The credential that the server issued.
    pub token: DeviceToken,
    /// Where the token is stored.
    pub token_location: TokenLocation,
    /// Whether a start without `--user` uses this sign-in.
    pub is_default: bool,
}

/// The result of looking up a stored sign-in for the connected server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// A sign-in for this server is stored.
    Found(StoredSignIn),
    /// There is none for this server, but one for a different server that was at this address before.
    OtherServer,
    /// No sign-in is stored.
    Nothing,
}

/// Where a device token is stored for the next start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenLocation {
    /// In the system's keyring, which is unlocked when the user logs in to the machine.
    Keyring,
    /// In this file, which is readable by its owner only.
    File(PathBuf),
    /// It could not be stored, for this reason.
    NotStored(String),
}

impl std::fmt::Debug for DeviceToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DeviceToken")
    }
}
