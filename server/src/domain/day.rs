//! Days on the server clock.

/// Length of a day, in milliseconds. Days begin at 0:00 UTC.
pub const DAY_MS: i64 = 24 * 60 * 60 * 1000;
