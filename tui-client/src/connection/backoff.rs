//! The waits between connection attempts.

use std::time::Duration;

/// The longest first wait.
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// The upper bound of all waits.
const MAX_WAIT: Duration = Duration::from_secs(30);
/// The longest wait accepted from a server's goodbye.
const MAX_REQUESTED_WAIT: Duration = Duration::from_secs(60);
/// The longest wait before the next address of a list is tried. The waits of the clients of a dead node are spread evenly over this
/// time, so that the next node does not have to sign in all of them at once.
const MAX_FAILOVER_WAIT: Duration = Duration::from_secs(1);

/// Exponential back-off. Each wait is multiplied by a random factor between 0.5 and 1, so that the clients of a restarted server
/// do not reconnect at the same moment. Of several addresses all are tried before the first such wait, which then grows with each
/// round.
#[derive(Debug)]
pub(super) struct Backoff {
    attempts: u32,
    /// The number of addresses, at least 1.
    addresses: u32,
}

impl Backoff {
    /// The back-off for this number of addresses.
    pub(super) fn new(addresses: usize) -> Self {
        Self { attempts: 0, addresses: u32::try_from(addresses).unwrap_or(u32::MAX).max(1) }
    }

    /// The wait after a connection was lost, or none could be made. `requested`: the wait that the server named in its goodbye.
    pub(super) fn wait_after_loss(&mut self, requested: Option<Duration>) -> Duration {
        match requested {
            // The server knows how long it is away, and distributes the waits of its clients.
            Some(requested) if self.addresses == 1 => return requested.min(MAX_REQUESTED_WAIT),
            // An announced end is no failure, and the other addresses are there.
            Some(_) => self.reset(),
            None => {}
        }
        self.next_wait()
    }

    /// The wait before the next attempt.
    pub(super) fn next_wait(&mut self) -> Duration {
        self.attempts = self.attempts.saturating_add(1);
        if !self.attempts.is_multiple_of(self.addresses) {
            return MAX_FAILOVER_WAIT.mul_f64(rand::random_range(0.0..=1.0));
        }
        let earlier_rounds = self.attempts / self.addresses - 1;
        let wait = FIRST_WAIT.saturating_mul(2u32.saturating_pow(earlier_rounds)).min(MAX_WAIT);
        wait.mul_f64(rand::random_range(0.5..=1.0))
    }

    /// Starts again with the first wait, after a stable connection.
    pub(super) fn reset(&mut self) {
        self.attempts = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::{Backoff, Duration, FIRST_WAIT, MAX_FAILOVER_WAIT, MAX_REQUESTED_WAIT, MAX_WAIT};

    #[test]
    fn waits_grow_to_a_bound_and_are_reset_after_success() {
        let mut backoff = Backoff::new(1);
        let first = backoff.next_wait();
        assert!(first >= FIRST_WAIT / 2 && first <= FIRST_WAIT, "{first:?}");
        let waits: Vec<_> = (0..100).map(|_| backoff.next_wait()).collect();
        assert!(waits.iter().all(|wait| *wait <= MAX_WAIT));
        assert!(waits[50] >= MAX_WAIT / 2);
        backoff.reset();
        assert!(backoff.next_wait() <= FIRST_WAIT);
    }

    #[test]
    fn all_addresses_are_tried_before_the_waits_grow() {
        let mut backoff = Backoff::new(3);
        for round in 0..20 {
            let (second, third) = (backoff.next_wait(), backoff.next_wait());
            assert!(second <= MAX_FAILOVER_WAIT && third <= MAX_FAILOVER_WAIT, "round {round}: {second:?}, {third:?}");
            let expected = FIRST_WAIT.saturating_mul(2u32.pow(round)).min(MAX_WAIT);
            let wait = backoff.next_wait();
            assert!(wait >= expected / 2 && wait <= expected, "round {round}: {wait:?}");
        }
        backoff.reset();
        assert!(backoff.next_wait() <= MAX_FAILOVER_WAIT);
    }

    /// As in rolling restarts that follow each other, while each connection lasts for a few seconds only.
    #[test]
    fn announced_stops_never_make_a_client_with_several_addresses_wait_long() {
        let (mut several, mut one) = (Backoff::new(3), Backoff::new(1));
        let requested = Some(Duration::from_secs(5));
        for _ in 0..100 {
            assert!(several.wait_after_loss(requested) <= MAX_FAILOVER_WAIT);
            assert_eq!(one.wait_after_loss(requested), Duration::from_secs(5));
        }
        assert_eq!(one.wait_after_loss(Some(Duration::from_secs(999))), MAX_REQUESTED_WAIT);
        // Without an announcement, a node that ends its connections at once is a failure.
        let waits: Vec<_> = (0..100).map(|_| several.wait_after_loss(None)).collect();
        assert!(waits.iter().any(|wait| *wait > MAX_FAILOVER_WAIT));
    }

    /// The users of a dead node arrive at the next one spread over the time, not in one moment.
    #[test]
    fn the_clients_of_a_dead_node_are_spread_over_the_failover_wait() {
        let mut quarters = [0; 4];
        for _ in 0..4_000 {
            let wait = Backoff::new(2).next_wait();
            let share = wait.as_secs_f64() / MAX_FAILOVER_WAIT.as_secs_f64();
            quarters[[0.25, 0.5, 0.75].iter().filter(|bound| share > **bound).count()] += 1;
        }
        assert!(quarters.iter().all(|count| (800..1_200).contains(count)), "{quarters:?}");
    }
}
