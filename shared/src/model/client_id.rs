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

#[cfg(test)]
mod tests {
    use super::ClientId;

    #[test]
    fn the_bytes_are_those_of_the_written_form() {
        let bytes = [0x01, 0x90, 0xa5, 0xe8, 0x7c, 0x1b, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 0x2a];
        let id = ClientId::from_bytes(bytes);
        assert_eq!(id.as_bytes(), &bytes);
        assert_eq!(serde_json::to_string(&id).unwrap(), r#""0190a5e8-7c1b-7000-8000-00000000002a""#);
    }

    #[test]
    fn every_written_form_of_128_bits_is_read() {
        let same = [
            "0190a5e8-7c1b-7000-8000-00000000002a",
            "0190A5E8-7C1B-7000-8000-00000000002A",
            "0190a5e87c1b7000800000000000002a",
            "{0190a5e8-7c1b-7000-8000-00000000002a}",
            "urn:uuid:0190a5e8-7c1b-7000-8000-00000000002a",
        ];
        for form in same {
            let id: ClientId = serde_json::from_str(&format!("\"{form}\"")).unwrap();
            assert_eq!(serde_json::to_string(&id).unwrap(), r#""0190a5e8-7c1b-7000-8000-00000000002a""#, "{form}");
        }
        for id in ["00000000-0000-0000-0000-000000000000", "ffffffff-ffff-dfff-ffff-ffffffffffff"] {
            assert!(serde_json::from_str::<ClientId>(&format!("\"{id}\"")).is_ok(), "{id}");
        }
        for not_one in ["", "0190a5e8", " 0190a5e8-7c1b-7000-8000-00000000002a", "0190a5e8-7c1b-7000-8000-00000000002g"] {
            assert!(serde_json::from_str::<ClientId>(&format!("\"{not_one}\"")).is_err(), "{not_one:?}");
        }
    }

    #[test]
    fn new_ids_are_ordered_by_time() {
        let ids = [ClientId::new(), ClientId::new(), ClientId::new()];
        assert!(ids.is_sorted() && ids[0] != ids[1], "{ids:?}");
        assert_eq!(ids[0].as_bytes()[6] >> 4, 7, "the version");
    }
}
