//! The identity of a server's data.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Created with a server's database, and renewed when the database is replaced by a backup. The same address,
/// usernames and conversation numbers under another id refer to different data, so a client never sends messages it
/// kept for one id to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ServerId(Uuid);

impl ServerId {
    /// The id with these 16 bytes, as a store keeps them.
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
