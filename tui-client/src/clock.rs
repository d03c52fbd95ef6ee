//! The two clocks. Every deadline is a [`Moment`] of the monotonic clock, so that setting the wall clock neither delays nor
//! triggers anything. The wall clock is for what is displayed and for what is stored.

use papo_shared::model::Timestamp;
use tokio::time::Instant;

/// A point on the monotonic clock, in milliseconds since the program started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub i64);

impl Moment {
    /// The moment this many milliseconds later; saturates.
    #[must_use]
    pub fn after_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// [`Moment::after_ms`] for waits in the unsigned milliseconds of the protocol.
    #[must_use]
    pub fn after_wait_ms(self, ms: u64) -> Self {
        self.after_ms(i64::try_from(ms).unwrap_or(i64::MAX))
    }

    /// Milliseconds from `earlier` to this moment; negative if `earlier` is later.
    #[must_use]
    pub fn ms_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// A reading of both clocks at the same instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// The monotonic time, for deadlines.
    pub moment: Moment,
    /// For display and storage. It can be set forward and back at any time.
    pub wall: Timestamp,
}

/// A source of [`Now`], with a wall clock that tests can replace.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    started: Instant,
    wall: fn() -> Timestamp,
}

impl Clock {
    /// Moments count from this call. `wall` reads the wall clock.
    #[must_use]
    pub fn start(wall: fn() -> Timestamp) -> Self {
        Self { started: Instant::now(), wall }
    }

    /// Reads both clocks at the same instant.
    #[must_use]
    pub fn now(&self) -> Now {
        let moment = Moment(i64::try_from(self.started.elapsed().as_millis()).unwrap_or(i64::MAX));
        Now { moment, wall: (self.wall)() }
    }
}
