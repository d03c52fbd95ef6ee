//! The idempotency key that a client attaches to each message it sends.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Chosen by the client for each message and stored by the server as long as the message. Sending the same id again
/// returns the original acknowledgement and stores nothing.
///
/// Any UUID is valid. [`ClientId::new`] makes version 7 (time-ordered) ones, which keep the server's index compact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClientId(Uuid);

impl ClientId {
    /// A new time-ordered (version 7) id.
    #[allow(clippy::new_without_default, reason = "Default implies equal values, and each new id is different")]
    #[must_use]
    pub fn new() -> Self {
        Self(Uuid::now_v7())
    }

    /// The id with these 16 bytes, as a store keeps them.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(Uuid::from_bytes(bytes))
    }

    /// The 16 bytes in big-endian order, so that byte order is time order for version 7 ids.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }
}
