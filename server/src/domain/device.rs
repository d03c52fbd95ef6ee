//! What keeps a device signed in, and what is known of it.

use papo_shared::model::{DeviceId, DeviceListing, DeviceName, Timestamp};

/// Most devices an account has signed in at once. Each sign-in by password makes one; beyond this the oldest is asked for the
/// password at its next connection.
pub const MAX_DEVICES: usize = 64;

/// How exactly the last use of a device is known, in milliseconds: writing it down with each request would cost the disk more
/// than the messages do.
const USED_EVERY_MS: i64 = 60 * 60 * 1000;

/// A device that an account is signed in on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Its number.
    pub id: DeviceId,
    /// What it called itself.
    pub name: DeviceName,
    /// When it was signed in by password.
    pub created_at: Timestamp,
    /// When it was last used, as far as it was written down.
    pub last_used: Timestamp,
}

impl Device {
    /// As its owner sees it. Who is connected is not the store's to know, so it is told here.
    #[must_use]
    pub fn into_listing(self, connected: bool, this: bool) -> DeviceListing {
        let Self { id, name, created_at, last_used } = self;
        DeviceListing { device: id, name, created_at, last_used, connected, this }
    }
}

/// Whether a use at this time is worth writing down, where the one before is known to have been then.
#[must_use]
pub fn is_new_use(last_used: Timestamp, now: Timestamp) -> bool {
    now.0 - last_used.0 >= USED_EVERY_MS
}

#[cfg(test)]
mod tests {
    use super::{Timestamp, USED_EVERY_MS, is_new_use};

    #[test]
    fn a_use_is_new_after_an_hour() {
        assert!(!is_new_use(Timestamp(7), Timestamp(7 + USED_EVERY_MS - 1)));
        assert!(is_new_use(Timestamp(7), Timestamp(7 + USED_EVERY_MS)));
    }
}
