//! What keeps a device signed in, and what is known of it.

use std::time::Duration;

use papo_shared::model::{DeviceId, DeviceListing, DeviceName, Timestamp};

/// Most devices an account has signed in at once. Each sign-in by password makes one; beyond this the oldest is asked for the
/// password at its next connection.
pub const MAX_DEVICES: usize = 64;

/// How exactly the last use of a device is known: writing it down with each request would cost the disk more than the messages do.
pub const USED_EVERY: Duration = Duration::from_hours(1);

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

/// How long after `now` a use is worth writing down, where the last one that was written down was at `last_used`. At once where that is
/// in the future: the clock was set back since.
#[must_use]
pub fn until_new_use(last_used: Timestamp, now: Timestamp) -> Duration {
    u64::try_from(now.0.saturating_sub(last_used.0))
        .map_or(Duration::ZERO, |age_ms| USED_EVERY.saturating_sub(Duration::from_millis(age_ms)))
}

#[cfg(test)]
mod tests {
    use super::{Duration, Timestamp, USED_EVERY, until_new_use};

    #[track_caller]
    fn check(last_used: i64, now: i64, expected: Duration) {
        assert_eq!(until_new_use(Timestamp(last_used), Timestamp(now)), expected, "{last_used}, {now}");
    }

    #[test]
    fn a_use_is_new_after_an_hour_and_where_the_clock_was_set_back() {
        let hour = 60 * 60 * 1000;
        check(7, 7, USED_EVERY);
        check(7, 7 + hour - 1, Duration::from_millis(1));
        check(7, 7 + hour, Duration::ZERO);
        check(7, 7 + 9 * hour, Duration::ZERO);
        check(7, 6, Duration::ZERO);
        check(i64::MIN, i64::MAX, Duration::ZERO);
    }
}
