//! Which server it is that answers at an address.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Made with a server's data, and again when they are replaced by a backup. Under another id the same address, username and
/// conversation number mean somebody and something else: a client that kept messages for one sends them to no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ServerId(Uuid);

impl ServerId {
    /// The id with these bytes, for a store that keeps them raw.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(Uuid::from_bytes(bytes))
    }
}

impl std::fmt::Display for ServerId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}
