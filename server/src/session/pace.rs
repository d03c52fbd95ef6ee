//! How fast a session reads: a traffic shaper.
//!
//! A client that sends faster is not refused but read more slowly, so that its bytes wait in the network, and it slows down.
//! Everything that is received counts, in whole chunks: also empty and malformed lines, and the rest of a line that is too long.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::config::Limits;

/// Average number of lines read per second before sign-in. A client needs two lines to sign in.
const LINES_PER_SECOND_BEFORE_SIGN_IN: u32 = 20;

/// Lines that may be read at once before sign-in.
const LINE_BURST_BEFORE_SIGN_IN: u32 = 100;

/// Average number of bytes read per second before sign-in.
const BYTES_PER_SECOND_BEFORE_SIGN_IN: u32 = 16 * 1024;

/// Bytes that may be read at once before sign-in.
const BYTE_BURST_BEFORE_SIGN_IN: u32 = 256 * 1024;

/// The pace of one session. By the runtime's clock, which is monotonic.
#[derive(Clone, Debug)]
pub(super) struct Pace {
    lines: Bucket,
    bytes: Bucket,
    /// When the next chunk may be read.
    next_read: Instant,
}

/// A token bucket. It can be overdrawn by one chunk, and is then refilled before the next one is read.
#[derive(Clone, Debug)]
pub(super) struct Bucket {
    per_second: u64,
    /// The time in which an empty bucket fills.
    fill_time: Duration,
    full_at: Instant,
}

impl Pace {
    /// The pace of a session that is signed in.
    pub(super) fn signed_in(limits: &Limits) -> Self {
        Self::new(
            Bucket::full(limits.requests_per_second, limits.request_burst),
            Bucket::full(limits.bytes_per_second, limits.byte_burst),
        )
    }

    /// The pace of a session that is not signed in, which is never above that of [`Self::signed_in`].
    pub(super) fn before_sign_in(limits: &Limits) -> Self {
        Self::new(
            Bucket::full(
                limits.requests_per_second.min(LINES_PER_SECOND_BEFORE_SIGN_IN),
                limits.request_burst.min(LINE_BURST_BEFORE_SIGN_IN),
            ),
            Bucket::full(
                limits.bytes_per_second.min(BYTES_PER_SECOND_BEFORE_SIGN_IN),
                limits.byte_burst.min(BYTE_BURST_BEFORE_SIGN_IN),
            ),
        )
    }

    fn new(lines: Bucket, bytes: Bucket) -> Self {
        Self { lines, bytes, next_read: Instant::now() }
    }

    /// Waits until the next chunk may be read. Cancelling the wait loses nothing.
    pub(super) async fn wait(&self) {
        if self.next_read > Instant::now() {
            sleep_until(self.next_read).await;
        }
    }

    /// Counts a chunk that was just read: its line ends, and its bytes.
    pub(super) fn count(&mut self, lines: usize, bytes: usize) {
        let now = Instant::now();
        self.next_read = now.max(self.lines.take(lines, now)).max(self.bytes.take(bytes, now));
    }

    /// When the next chunk may be read: the time of the last one, or a later time if the client is over its limits.
    pub(super) fn next_read(&self) -> Instant {
        self.next_read
    }
}

impl Bucket {
    pub(super) fn full(per_second: u32, burst: u32) -> Self {
        let per_second = u64::from(per_second).max(1);
        Self { per_second, fill_time: time_for(u64::from(burst), per_second), full_at: Instant::now() }
    }

    pub(super) fn is_full(&self, now: Instant) -> bool {
        self.full_at <= now
    }

    /// Takes this many tokens, also more than there are. Returns the time at which the bucket is not overdrawn.
    pub(super) fn take(&mut self, number: usize, now: Instant) -> Instant {
        self.full_at = self.full_at.max(now) + time_for(number as u64, self.per_second);
        self.full_at.checked_sub(self.fill_time).unwrap_or(now)
    }
}

/// The time in which a bucket gains this many tokens.
fn time_for(number: u64, per_second: u64) -> Duration {
    Duration::from_nanos(number.saturating_mul(1_000_000_000) / per_second)
}

#[cfg(test)]
mod tests {
    use super::{Duration, Instant, Limits, Pace};

    const SECOND: Duration = Duration::from_secs(1);

    fn limits() -> Limits {
        Limits { requests_per_second: 2, request_burst: 6, bytes_per_second: 10, byte_burst: 100, ..Limits::default() }
    }

    /// How long the pace pauses after a chunk.
    async fn pause_after(pace: &mut Pace, lines: usize, bytes: usize) -> Duration {
        pace.count(lines, bytes);
        let began = Instant::now();
        pace.wait().await;
        assert_eq!(pace.next_read(), began.max(pace.next_read()));
        began.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_is_read_at_once_and_then_the_average_number_of_lines() {
        let mut pace = Pace::signed_in(&limits());
        assert_eq!(pause_after(&mut pace, 6, 0).await, Duration::ZERO);
        assert_eq!(pause_after(&mut pace, 1, 0).await, SECOND / 2);
        assert_eq!(pause_after(&mut pace, 8, 0).await, 4 * SECOND, "a chunk above the burst is paid for as well");
        tokio::time::advance(2 * SECOND).await;
        assert_eq!(pause_after(&mut pace, 4, 0).await, Duration::ZERO);
        assert_eq!(pause_after(&mut pace, 1, 0).await, SECOND / 2);
    }

    #[tokio::test(start_paused = true)]
    async fn bytes_are_paced_as_well_also_without_line_ends() {
        let mut pace = Pace::signed_in(&limits());
        assert_eq!(pause_after(&mut pace, 0, 100).await, Duration::ZERO);
        assert_eq!(pause_after(&mut pace, 0, 1).await, SECOND / 10);
        assert_eq!(pause_after(&mut pace, 1, 200).await, 20 * SECOND);
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_does_not_increase_the_burst() {
        let mut pace = Pace::signed_in(&limits());
        tokio::time::advance(3600 * SECOND).await;
        assert_eq!(pause_after(&mut pace, 6, 100).await, Duration::ZERO);
        assert_eq!(pause_after(&mut pace, 1, 0).await, SECOND / 2);
    }

    #[tokio::test(start_paused = true)]
    async fn before_sign_in_the_pace_is_slow() {
        let mut pace = Pace::before_sign_in(&Limits::default());
        assert_eq!(pause_after(&mut pace, 100, 256 * 1024).await, Duration::ZERO);
        assert_eq!(pause_after(&mut pace, 1, 0).await, SECOND / 20);
        assert_eq!(pause_after(&mut pace, 0, 16 * 1024 + 819).await.as_millis(), 1000, "part of this was regained meanwhile");
        let mut slower = Pace::before_sign_in(&limits());
        assert_eq!(pause_after(&mut slower, 7, 101).await, SECOND / 2, "lower limits of the operator apply before sign-in");
    }
}
