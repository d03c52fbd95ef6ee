//! Rates: one for all, and one by key, in a table whose size is bounded whatever comes.

use std::collections::HashMap;
use std::hash::Hash;
use std::num::NonZero;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::ShrinkableKeyedStateStore;
use governor::state::{InMemoryState, NotKeyed, StateStore};
use governor::{NotUntil, Quota, RateLimiter};
use papo_shared::protocol::Refusal;
use tokio::time::Instant;

/// Keys that a table holds. Those beyond it have one allowance together: who has a place keeps it, and whoever comes with ever
/// new addresses takes from the others who are new, and not the memory.
const MAX_KEYS: usize = 50_000;

/// A full table is looked through for keys that are allowed everything again, at most this often.
const SWEEP_EVERY: Duration = Duration::from_secs(1);

type Limiter<K, S> = RateLimiter<K, S, RuntimeClock, NoOpMiddleware<std::time::Instant>>;

/// How often something may be done.
pub(super) struct Rate {
    limiter: Limiter<NotKeyed, InMemoryState>,
    /// Most that can be taken at once.
    burst: NonZero<u32>,
}

/// How often something may be done by each key.
pub(super) struct Keyed<K: Hash + Eq + Clone> {
    limiter: Limiter<K, Bounded<K>>,
    max_keys: usize,
    swept: Mutex<Instant>,
}

/// The runtime's clock, so that a test can own it.
#[derive(Clone)]
struct RuntimeClock;

/// Where each key stands.
struct Bounded<K> {
    table: Mutex<Table<K>>,
    max_keys: usize,
}

struct Table<K> {
    keys: HashMap<K, Nanos>,
    /// Where those who found no place stand together.
    crowd: Option<Nanos>,
}

impl Rate {
    /// So many a second, and so many at once after a pause.
    pub(super) fn per_second(number: u32, burst: u32) -> Self {
        let burst = at_least_one(burst);
        let quota = Quota::per_second(at_least_one(number)).allow_burst(burst);
        Self { limiter: RateLimiter::direct_with_clock(quota, RuntimeClock), burst }
    }

    /// Takes so much at once; more than the burst counts as the burst.
    pub(super) fn take(&self, number: u32) -> Result<(), Refusal> {
        let number = at_least_one(number).min(self.burst);
        // The outer result is about numbers beyond the burst, of which there is none.
        self.limiter.check_n(number).map_or(Ok(()), |taken| taken.map_err(too_fast))
    }
}

impl<K: Hash + Eq + Clone> Keyed<K> {
    /// So many a minute for each key, and as many at once.
    pub(super) fn per_minute(number: u32) -> Self {
        Self::with(Quota::per_minute(at_least_one(number)), MAX_KEYS)
    }

    /// So many an hour for each key, and as many at once.
    pub(super) fn per_hour(number: u32) -> Self {
        Self::with(Quota::per_hour(at_least_one(number)), MAX_KEYS)
    }

    fn with(quota: Quota, max_keys: usize) -> Self {
        let table = Mutex::new(Table { keys: HashMap::new(), crowd: None });
        let limiter = RateLimiter::new(quota, Bounded { table, max_keys }, RuntimeClock);
        Self { limiter, max_keys, swept: Mutex::new(Instant::now()) }
    }

    /// Counts once for this key.
    pub(super) fn check(&self, key: &K) -> Result<(), Refusal> {
        if self.limiter.len() >= self.max_keys && self.is_time_to_sweep() {
            self.limiter.retain_recent();
        }
        self.limiter.check_key(key).map_err(too_fast)
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
            let (answer, next) = decide(known)?;
            table.keys.insert(key.clone(), next);
            Ok(answer)
        } else {
            let (answer, next) = decide(table.crowd)?;
            table.crowd = Some(next);
            Ok(answer)
        }
    }
}

impl<K: Hash + Eq + Clone> ShrinkableKeyedStateStore<K> for Bounded<K> {
    fn retain_recent(&self, drop_below: Nanos) {
        self.table().keys.retain(|_, stands| *stands >= drop_below);
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
    use super::{Duration, Keyed, NonZero, Quota, Rate, Refusal};

    #[track_caller]
    fn check_too_fast(result: Result<(), Refusal>, retry_after: Duration) {
        let Err(Refusal::TooFast { retry_after_ms }) = result else { panic!("{result:?}") };
        assert_eq!(u128::from(retry_after_ms), retry_after.as_millis() + 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_is_allowed_and_then_so_much_a_second() {
        let rate = Rate::per_second(1, 3);
        assert_eq!([rate.take(1), rate.take(2)], [Ok(()), Ok(())]);
        check_too_fast(rate.take(1), Duration::from_secs(1));
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!(rate.take(1), Ok(()));
        check_too_fast(rate.take(9), Duration::from_secs(3));
        tokio::time::advance(Duration::from_secs(3)).await;
        assert_eq!(rate.take(9), Ok(()), "what is more than a burst costs a burst, and is not refused for ever");
    }

    #[tokio::test(start_paused = true)]
    async fn each_key_counts_for_itself() {
        let keyed = Keyed::per_minute(2);
        assert_eq!([keyed.check(&1), keyed.check(&1), keyed.check(&2)], [Ok(()), Ok(()), Ok(())]);
        check_too_fast(keyed.check(&1), Duration::from_secs(30));
        tokio::time::advance(Duration::from_secs(30)).await;
        assert_eq!(keyed.check(&1), Ok(()));
        check_too_fast(keyed.check(&1), Duration::from_secs(30));
    }

    #[tokio::test(start_paused = true)]
    async fn a_full_table_grows_no_further_and_who_has_a_place_keeps_it() {
        let keyed = Keyed::with(Quota::per_hour(NonZero::new(2).unwrap()), 3);
        for key in 1..=3 {
            assert_eq!(keyed.check(&key), Ok(()));
        }
        assert_eq!([keyed.check(&4), keyed.check(&5)], [Ok(()), Ok(())], "those beyond it share one allowance");
        check_too_fast(keyed.check(&6), Duration::from_secs(1800));
        assert_eq!(keyed.limiter.len(), 3);
        assert_eq!(keyed.check(&1), Ok(()), "which is not that of who was there before");

        // Who is allowed everything again gives their place to who is new.
        tokio::time::advance(Duration::from_secs(2 * 3600)).await;
        assert_eq!([keyed.check(&7), keyed.check(&7)], [Ok(()), Ok(())]);
        assert_eq!(keyed.limiter.len(), 1);
    }
}
