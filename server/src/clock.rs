//! What time it is, for what people are shown. Time-outs use the runtime's own clock.

use std::fmt::Debug;
use std::time::{SystemTime, UNIX_EPOCH};

use papo_shared::model::Timestamp;

/// Tells the time. A parameter, so that a test can own it.
pub trait Clock: Debug + Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}
