//! A rate limiter with a state per key, in a table of bounded size.

use std::collections::HashMap;
use std::hash::Hash;
use std::num::NonZero;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::StateStore;
use governor::state::keyed::ShrinkableKeyedStateStore;
use governor::{NotUntil, Quota, RateLimiter};
use papo_shared::protocol::Refusal;
use tokio::time::Instant;

/// Maximum number of keys per table. Keys beyond it share one allowance: existing keys keep theirs, so that an
/// attacker with ever new addresses competes with other new keys, and does not exhaust memory.
const MAX_KEYS: usize = 50_000;

/// Minimum interval between two scans of a full table for keys whose allowance is full again.
const SWEEP_EVERY: Duration = Duration::from_secs(1);

type Limiter<K> = RateLimiter<K, Bounded<K>, RuntimeClock, NoOpMiddleware<std::time::Instant>>;

/// A rate limiter with a state per key.
pub(super) struct KeyedLimiter<K: Hash + Eq + Clone> {
    limiter: Limiter<K>,
    max_keys: usize,
    /// Maximum amount taken at once.
    burst: NonZero<u32>,
    /// When the table was last scanned.
    swept: Mutex<Instant>,
}

/// The clock of the tokio runtime, which tests can pause.
#[derive(Clone)]
struct RuntimeClock;

/// Limiter state per key.
struct Bounded<K> {
    table: Mutex<Table<K>>,
    max_keys: usize,
}

struct Table<K> {
    keys: HashMap<K, Nanos>,
    /// Shared limiter state of all keys that are not in the table.
    overflow: Option<Nanos>,
}

impl<K: Hash + Eq + Clone> KeyedLimiter<K> {
    /// `number` per minute and key, all of which may be used at once.
    pub(super) fn per_minute(number: u32) -> Self {
        Self::with(Quota::per_minute(at_least_one(number)), MAX_KEYS)
    }

    /// `number` per hour and key, all of which may be used at once.
    pub(super) fn per_hour(number: u32) -> Self {
        Self::with(Quota::per_hour(at_least_one(number)), MAX_KEYS)
    }

    fn with(quota: Quota, max_keys: usize) -> Self {
        let table = Mutex::new(Table { keys: HashMap::new(), overflow: None });
        let limiter = RateLimiter::new(quota, Bounded { table, max_keys }, RuntimeClock);
        Self { limiter, max_keys, burst: quota.burst_size(), swept: Mutex::new(Instant::now()) }
    }

    /// Counts one use by this key.
    pub(super) fn check(&self, key: &K) -> Result<(), Refusal> {
        self.take(key, 1)
    }

    /// Counts `number` uses by this key at once, or none if fewer are left. Amounts above the whole allowance count as that.
    pub(super) fn take(&self, key: &K, number: u32) -> Result<(), Refusal> {
        if self.limiter.len() >= self.max_keys && self.is_time_to_sweep() {
            self.limiter.retain_recent();
        }
        let number = at_least_one(number).min(self.burst);
        // The outer error means that the number exceeds the burst, which cannot happen here.
        self.limiter.check_key_n(key, number).map_or(Ok(()), |taken| taken.map_err(too_fast))
    }

    fn is_time_to_sweep(&self) -> bool {
        let mut swept = self.swept.lock().unwrap_or_else(PoisonError::into_inner);
        let is_time = swept.elapsed() >= SWEEP_EVERY;
        if is_time {
            *swept = Instant::now();
        }
        is_time
    }
}

impl Clock for RuntimeClock {
    type Instant = std::time::Instant;

    fn now(&self) -> Self::Instant {
        Instant::now().into_std()
    }
}

impl<K> Bounded<K> {
    fn table(&self) -> MutexGuard<'_, Table<K>> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Hash + Eq + Clone> StateStore for Bounded<K> {
    type Key = K;

    fn measure_and_replace<T, F, E>(&self, key: &K, decide: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let mut table = self.table();
        let known = table.keys.get(key).copied();
        if known.is_some() || table.keys.len() < self.max_keys {
            let (result, next) = decide(known)?;
            table.keys.insert(key.clone(), next);
            Ok(result)
        } else {
            let (result, next) = decide(table.overflow)?;
            table.overflow = Some(next);
            Ok(result)
        }
    }
}

impl<K: Hash + Eq + Clone> ShrinkableKeyedStateStore<K> for Bounded<K> {
    fn retain_recent(&self, drop_below: Nanos) {
        self.table().keys.retain(|_, arrival| *arrival >= drop_below);
    }

    fn shrink_to_fit(&self) {
        self.table().keys.shrink_to_fit();
    }

    fn len(&self) -> usize {
        self.table().keys.len()
    }

    fn is_empty(&self) -> bool {
        self.table().keys.is_empty()
    }
}

fn too_fast(not_until: NotUntil<std::time::Instant>) -> Refusal {
    let wait = not_until.wait_time_from(RuntimeClock.now());
    Refusal::TooFast { retry_after_ms: u64::try_from(wait.as_millis()).unwrap_or(u64::MAX).saturating_add(1) }
}

fn at_least_one(number: u32) -> NonZero<u32> {
    NonZero::new(number).unwrap_or(NonZero::<u32>::MIN)
}

#[cfg(test)]
mod tests {
    use super::{Duration, KeyedLimiter, NonZero, Quota, Refusal};

    #[track_caller]
    fn check_too_fast(result: Result<(), Refusal>, retry_after: Duration) {
        let Err(Refusal::TooFast { retry_after_ms }) = result else { panic!("{result:?}") };
        assert_eq!(u128::from(retry_after_ms), retry_after.as_millis() + 1);
    }

    #[tokio::test(start_paused = true)]
    async fn keys_are_limited_independently() {
        let keyed = KeyedLimiter::per_minute(2);
        assert_eq!([keyed.check(&1), keyed.check(&1), keyed.check(&2)], [Ok(()), Ok(()), Ok(())]);
        check_too_fast(keyed.check(&1), Duration::from_secs(30));
        tokio::time::advance(Duration::from_secs(30)).await;
        assert_eq!(keyed.check(&1), Ok(()));
        check_too_fast(keyed.check(&1), Duration::from_secs(30));
    }

    #[tokio::test(start_paused = true)]
    async fn a_full_table_does_not_grow_and_keeps_its_keys() {
        let keyed = KeyedLimiter::with(Quota::per_hour(NonZero::new(2).unwrap()), 3);
        for key in 1..=3 {
            assert_eq!(keyed.check(&key), Ok(()));
        }
        assert_eq!([keyed.check(&4), keyed.check(&5)], [Ok(()), Ok(())], "further keys share one allowance");
        check_too_fast(keyed.check(&6), Duration::from_secs(1800));
        assert_eq!(keyed.limiter.len(), 3);
        assert_eq!(keyed.check(&1), Ok(()), "keys in the table have their own allowance");

        // Keys with a full allowance are removed in favour of new ones.
        tokio::time::advance(Duration::from_secs(2 * 3600)).await;
        assert_eq!([keyed.check(&7), keyed.check(&7)], [Ok(()), Ok(())]);
        assert_eq!(keyed.limiter.len(), 1);
    }
}
