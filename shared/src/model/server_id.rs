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
    /// A new id: a UUID of version 4, made from random bytes.
    #[must_use]
    pub fn from_random(bytes: [u8; 16]) -> Self {
        Self(uuid::Builder::from_random_bytes(bytes).into_uuid())
    }

    /// The id with these 16 bytes, as a store keeps them.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(Uuid::from_bytes(bytes))
    }

    /// The 16 bytes, as a store keeps them.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }
}

impl std::fmt::Display for ServerId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use uuid::{Uuid, Variant};

    use super::ServerId;

    #[test]
    fn new_ids_are_random_uuids() {
        for bytes in [[0; 16], [0xff; 16]] {
            let uuid = Uuid::from_bytes(*ServerId::from_random(bytes).as_bytes());
            assert_eq!((uuid.get_version_num(), uuid.get_variant()), (4, Variant::RFC4122));
        }
    }
}
