//! Password hashing on a small dedicated thread pool.
//!
//! bcrypt deliberately takes tenths of a second of CPU time. It runs on its own threads, one fewer than there are
//! cores, behind a short queue: when the queue is full, the client is told when to retry, and all other requests are
//! unaffected.
//!
//! bcrypt only uses the first 72 bytes and stops at a NUL, so its input is the base64 of the password's SHA-384: 64
//! bytes without NUL. Hashes made this way carry a prefix; a hash without it is plain bcrypt, imported from
//! elsewhere, which is accepted and then renewed.

use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha384};
use tokio::sync::oneshot;

/// Prefix of a stored hash made from SHA-384, base64 and bcrypt.
const SCHEME: &str = "bcrypt-sha384:";

/// Queue length per thread. At 0.3 s per hash, the longest wait is about five seconds.
const QUEUE_PER_THREAD: usize = 16;

/// Handle to the pool. The threads end when the last handle is dropped.
#[derive(Clone)]
pub(crate) struct Passwords {
    jobs: mpsc::SyncSender<Job>,
    load: Arc<Load>,
    cost: u32,
}

type Job = Box<dyn FnOnce() + Send>;

/// The queue is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Busy {
    /// Estimated time until a place is free.
    pub retry_after: Duration,
}

/// Result of verifying a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Wrong,
    Right {
        /// Whether the stored hash should be replaced, because its scheme is older or its cost lower.
        renew: bool,
    },
}

/// Queue length and duration of the last job, for estimating delays.
struct Load {
    waiting: AtomicUsize,
    last_millis: AtomicU64,
    threads: usize,
}

impl Passwords {
    /// Starts one thread per core but one, and at least one. `cost` is the work factor of new hashes.
    ///
    /// # Errors
    /// A thread could not be started.
    pub(crate) fn start(cost: u32) -> std::io::Result<Self> {
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        Self::with_threads(cost, cores.saturating_sub(1).max(1))
    }

    fn with_threads(cost: u32, threads: usize) -> std::io::Result<Self> {
        let (jobs, waiting) = mpsc::sync_channel::<Job>(threads * QUEUE_PER_THREAD);
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..threads {
            let waiting = waiting.clone();
            thread::Builder::new().name("papo-passwords".to_owned()).spawn(move || {
                loop {
                    let job = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    let Ok(job) = job else { return };
                    job();
                }
            })?;
        }
        let load = Load { waiting: AtomicUsize::new(0), last_millis: AtomicU64::new(100), threads };
        Ok(Self { jobs, load: Arc::new(load), cost })
    }

    /// Hashes a new password.
    ///
    /// # Errors
    /// [`Busy`] if the queue is full. The inner error is a failure of bcrypt itself.
    pub(crate) async fn hash(&self, password: String) -> Result<Result<String, bcrypt::BcryptError>, Busy> {
        let cost = self.cost;
        self.run(move || hash(&password, cost)).await
    }

    /// Verifies a password against a stored hash. Without one (the account does not exist), takes the same
    /// time and returns [`Verdict::Wrong`].
    ///
    /// # Errors
    /// [`Busy`] if the queue is full.
    pub(crate) async fn verify(&self, password: String, stored: Option<String>) -> Result<Verdict, Busy> {
        let cost = self.cost;
        self.run(move || verify(&password, stored.as_deref(), cost)).await
    }

    /// Number of jobs queued or running.
    pub(crate) fn waiting(&self) -> usize {
        self.load.waiting.load(Ordering::Relaxed)
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Busy> {
        let (answer, answered) = oneshot::channel();
        let load = self.load.clone();
        load.waiting.fetch_add(1, Ordering::Relaxed);
        let job: Job = Box::new(move || {
            // Skipped if the client has disconnected in the meantime.
            if !answer.is_closed() {
                let started = Instant::now();
                // A panic would end the thread. The caller then gets no result and reports `Busy`.
                if let Ok(result) = catch_unwind(AssertUnwindSafe(work)) {
                    let _ = answer.send(result);
                }
                load.last_millis.store(u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
            }
            load.waiting.fetch_sub(1, Ordering::Relaxed);
        });
        if self.jobs.try_send(job).is_err() {
            self.load.waiting.fetch_sub(1, Ordering::Relaxed);
            return Err(self.busy());
        }
        answered.await.map_err(|_| self.busy())
    }

    fn busy(&self) -> Busy {
        let rounds = self.load.waiting.load(Ordering::Relaxed).div_ceil(self.load.threads).max(1);
        let millis = self.load.last_millis.load(Ordering::Relaxed).max(1) * rounds as u64;
        Busy { retry_after: Duration::from_millis(millis) }
    }
}

fn prehash(password: &str) -> String {
    BASE64_STANDARD.encode(Sha384::digest(password.as_bytes()))
}

fn hash(password: &str, cost: u32) -> Result<String, bcrypt::BcryptError> {
    Ok(format!("{SCHEME}{}", bcrypt::hash(prehash(password), cost)?))
}

fn verify(password: &str, stored: Option<&str>, cost: u32) -> Verdict {
    let Some(stored) = stored else {
        // Response time must not reveal whether the account exists.
        let _ = bcrypt::verify(prehash(password), &dummy_hash(cost));
        return Verdict::Wrong;
    };
    let (right, current) = match stored.strip_prefix(SCHEME) {
        Some(hash) => (bcrypt::verify(prehash(password), hash), cost_of(hash) >= cost),
        None => (bcrypt::verify(password, stored), false),
    };
    match right {
        Ok(true) => Verdict::Right { renew: !current },
        Ok(false) => Verdict::Wrong,
        Err(error) => {
            tracing::error!(%error, "a stored password hash is invalid");
            Verdict::Wrong
        }
    }
}

/// A valid hash with the current cost, of an unknown password.
fn dummy_hash(cost: u32) -> String {
    format!("$2b${cost:02}$abcdefghijklmnopqrstuuJeiZ3Kb4X7hVJ3nX7oQAGEvAWbfA6Hq")
}

fn cost_of(hash: &str) -> u32 {
    hash.parse::<bcrypt::HashParts>().map_or(0, |parts| parts.get_cost())
}

#[cfg(test)]
mod tests {
    use super::{Busy, Passwords, Verdict, dummy_hash, hash, verify};

    const COST: u32 = 4;

    #[track_caller]
    fn check(password: &str, stored: &str, expected: Verdict) {
        assert_eq!(verify(password, Some(stored), COST), expected, "verifying {password:?}");
    }

    #[test]
    fn only_the_right_password_is_accepted() {
        let stored = hash("um cavalo come bananas", COST).unwrap();
        check("um cavalo come bananas", &stored, Verdict::Right { renew: false });
        check("um cavalo come banana", &stored, Verdict::Wrong);
    }

    #[tokio::test]
    async fn a_panicking_job_does_not_end_its_thread() {
        let passwords = Passwords::with_threads(COST, 1).unwrap();
        for _ in 0..3 {
            assert!(passwords.run::<()>(|| panic!("a fault in the work")).await.is_err());
        }
        assert!(passwords.hash("um cavalo come bananas".to_owned()).await.unwrap().is_ok());
        assert_eq!(passwords.run(|| 7).await, Ok(7));
    }

    #[test]
    fn passwords_are_compared_beyond_72_bytes() {
        let long = "x".repeat(72);
        check(&format!("{long}b"), &hash(&format!("{long}a"), COST).unwrap(), Verdict::Wrong);
    }

    #[test]
    fn a_nul_does_not_truncate_a_password() {
        check("a", &hash("a\0a", COST).unwrap(), Verdict::Wrong);
        check("a\0a", &hash("a", COST).unwrap(), Verdict::Wrong);
        check("a\0b", &hash("a\0a", COST).unwrap(), Verdict::Wrong);
    }

    #[test]
    fn plain_bcrypt_is_accepted_and_renewed() {
        let plain = bcrypt::hash("um cavalo", COST).unwrap();
        check("um cavalo", &plain, Verdict::Right { renew: true });
        check("dois cavalos", &plain, Verdict::Wrong);
    }

    #[test]
    fn a_hash_of_lower_cost_is_renewed() {
        let stored = hash("um cavalo", COST).unwrap();
        assert_eq!(verify("um cavalo", Some(&stored), COST + 1), Verdict::Right { renew: true });
    }

    /// Does not measure time, which a busy machine would distort; the dummy must be a hash that bcrypt actually computes.
    #[test]
    fn a_missing_account_costs_as_much_as_an_existing_one() {
        assert_eq!(verify("x", None, COST), Verdict::Wrong);
        assert!(bcrypt::verify("x", &dummy_hash(COST)).is_ok(), "an invalid hash would be rejected without work");
    }

    #[tokio::test]
    async fn a_full_queue_returns_when_to_retry() {
        let pool = Passwords::with_threads(COST, 1).unwrap();
        let (block, blocked) = std::sync::mpsc::channel::<()>();
        let mut first = std::pin::pin!(pool.run(move || blocked.recv().is_err()));
        // Starts the first job, which occupies the only thread, then fills the queue.
        assert!(futures_util::poll!(first.as_mut()).is_pending());
        while pool.jobs.try_send(Box::new(|| ())).is_ok() {}
        let Err(Busy { retry_after }) = pool.hash("x".to_owned()).await else { panic!("the queue should be full") };
        assert!(!retry_after.is_zero());
        drop(block);
        assert_eq!(first.await, Ok(true));
    }
}
