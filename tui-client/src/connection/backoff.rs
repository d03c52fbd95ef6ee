//! How long to wait before the next try.

use std::time::Duration;

/// The first wait is at most this long.
const FIRST: Duration = Duration::from_millis(500);
/// No wait is longer.
const LONGEST: Duration = Duration::from_secs(30);

/// Waits that double, each shortened by chance to somewhere between its half and its whole: so that many clients of a
/// server that comes back do not come at once.
#[derive(Debug, Default)]
pub(super) struct Backoff {
    tries: u32,
}

impl Backoff {
    /// The next wait.
    pub(super) fn next_wait(&mut self) -> Duration {
        let whole = FIRST.saturating_mul(2u32.saturating_pow(self.tries)).min(LONGEST);
        self.tries = self.tries.saturating_add(1);
        whole.mul_f64(rand::random_range(0.5..=1.0))
    }

    /// It worked: the next loss begins from the first wait.
    pub(super) fn reset(&mut self) {
        self.tries = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::{Backoff, FIRST, LONGEST};

    #[test]
    fn waits_grow_to_a_bound_and_start_anew_after_success() {
        let mut backoff = Backoff::default();
        let first = backoff.next_wait();
        assert!(first >= FIRST / 2 && first <= FIRST, "{first:?}");
        let waits: Vec<_> = (0..100).map(|_| backoff.next_wait()).collect();
        assert!(waits.iter().all(|wait| *wait <= LONGEST));
        assert!(waits[50] >= LONGEST / 2);
        backoff.reset();
        assert!(backoff.next_wait() <= FIRST);
    }
}
