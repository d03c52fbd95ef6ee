//! Signed-in devices.

use papo_shared::model::{DeviceId, DeviceListing, DeviceName, Timestamp};

/// Maximum number of signed-in devices per account. Each sign-in by password adds one; above the limit the oldest is
/// signed out and asks for the password at its next connection.
pub const MAX_DEVICES: usize = 64;

/// Precision of a device's last use, in milliseconds. Recording every request would cost more disk writes than the
/// messages themselves.
const USED_EVERY_MS: i64 = 60 * 60 * 1000;

/// A device that an account is signed in on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Never reused.
    pub id: DeviceId,
    /// Name given by the client.
    pub name: DeviceName,
    /// Time of the sign-in by password.
    pub created_at: Timestamp,
    /// Recorded time of last use, up to an hour old.
    pub last_used: Timestamp,
}

impl Device {
    /// The device as its owner sees it. Open sessions are not known to the store, so the caller supplies them.
    #[must_use]
    pub fn into_listing(self, connected: bool, this: bool) -> DeviceListing {
        let Self { id, name, created_at, last_used } = self;
        DeviceListing { device: id, name, created_at, last_used, connected, this }
    }
}

/// Whether a use at `now` should be recorded, given the last recorded use.
#[must_use]
pub fn is_new_use(last_used: Timestamp, now: Timestamp) -> bool {
    now.0 - last_used.0 >= USED_EVERY_MS
}

#[cfg(test)]
mod tests {
    use super::{Timestamp, USED_EVERY_MS, is_new_use};

    #[test]
    fn a_use_is_recorded_after_an_hour() {
        assert!(!is_new_use(Timestamp(7), Timestamp(7 + USED_EVERY_MS - 1)));
        assert!(is_new_use(Timestamp(7), Timestamp(7 + USED_EVERY_MS)));
    }
}
