//! The id a client gives to each thing it sends.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Made by the client for each send, remembered by the server as long as the message: the same id again is
/// answered with the same acknowledgement and stores nothing.
///
/// Any UUID is correct. A version 7 one (time-ordered) keeps the server's index quick, and is what [`ClientId::new`] makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClientId(Uuid);

impl ClientId {
    /// A new time-ordered id.
    #[allow(clippy::new_without_default, reason = "two defaults would differ, which nobody expects of Default")]
    #[must_use]
    pub fn new() -> Self {
        Self(Uuid::now_v7())
    }

    /// The id with these bytes, for a store that keeps them raw.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(Uuid::from_bytes(bytes))
    }

    /// The 16 bytes, big endian, whose order is the order of time.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }
}
