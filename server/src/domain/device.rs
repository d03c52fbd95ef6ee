//! Signed-in devices.

use std::time::Duration;

use papo_shared::model::{DeviceId, DeviceListing, DeviceName, Timestamp};

/// Maximum number of signed-in devices per account. Each sign-in by password adds one; above the limit the oldest is
/// signed out and asks for the password at its next connection.
pub const MAX_DEVICES: usize = 64;

/// Precision of a device's last use. Recording every request would cost more disk writes than the messages themselves.
pub const LAST_USE_PRECISION: Duration = Duration::from_hours(1);

/// A device that an account is signed in on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Assigned by the store; never reused.
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

/// Time from `now` until the next use should be recorded, given the last recorded use. Zero if that is in the future, because the
/// clock has been set back since.
#[must_use]
pub fn until_new_use(last_used: Timestamp, now: Timestamp) -> Duration {
    u64::try_from(now.0.saturating_sub(last_used.0))
        .map_or(Duration::ZERO, |age_ms| LAST_USE_PRECISION.saturating_sub(Duration::from_millis(age_ms)))
}

#[cfg(test)]
mod tests {
    use super::{Duration, LAST_USE_PRECISION, Timestamp, until_new_use};

    #[track_caller]
    fn check(last_used: i64, now: i64, expected: Duration) {
        assert_eq!(until_new_use(Timestamp(last_used), Timestamp(now)), expected, "{last_used}, {now}");
    }

    #[test]
    fn a_use_is_recorded_after_an_hour_and_after_the_clock_was_set_back() {
        let hour = 60 * 60 * 1000;
        check(7, 7, LAST_USE_PRECISION);
        check(7, 7 + hour - 1, Duration::from_millis(1));
        check(7, 7 + hour, Duration::ZERO);
        check(7, 7 + 9 * hour, Duration::ZERO);
        check(7, 6, Duration::ZERO);
        check(i64::MIN, i64::MAX, Duration::ZERO);
    }
}
