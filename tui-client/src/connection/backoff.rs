//! The waits between connection attempts.

use std::time::Duration;

/// The longest first wait.
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// The upper bound of all waits.
const MAX_WAIT: Duration = Duration::from_secs(30);

/// Exponential back-off. Each wait is multiplied by a random factor between 0.5 and 1, so that the clients of a restarted server
/// do not reconnect at the same moment.
#[derive(Debug, Default)]
pub(super) struct Backoff {
    attempts: u32,
}

impl Backoff {
    /// The wait before the next attempt.
    pub(super) fn next_wait(&mut self) -> Duration {
        let wait = FIRST_WAIT.saturating_mul(2u32.saturating_pow(self.attempts)).min(MAX_WAIT);
        self.attempts = self.attempts.saturating_add(1);
        wait.mul_f64(rand::random_range(0.5..=1.0))
    }

    /// Starts again with the first wait, after a stable connection.
    pub(super) fn reset(&mut self) {
        self.attempts = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::{Backoff, FIRST_WAIT, MAX_WAIT};

    #[test]
    fn waits_grow_to_a_bound_and_are_reset_after_success() {
        let mut backoff = Backoff::default();
        let first = backoff.next_wait();
        assert!(first >= FIRST_WAIT / 2 && first <= FIRST_WAIT, "{first:?}");
        let waits: Vec<_> = (0..100).map(|_| backoff.next_wait()).collect();
        assert!(waits.iter().all(|wait| *wait <= MAX_WAIT));
        assert!(waits[50] >= MAX_WAIT / 2);
        backoff.reset();
        assert!(backoff.next_wait() <= FIRST_WAIT);
    }
}
