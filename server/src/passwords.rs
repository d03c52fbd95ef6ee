//! Password hashes, on a small pool of their own.
//!
//! bcrypt takes tenths of a second of a core on purpose. It has threads of its own, all cores but one, and a short queue:
//! whoever does not find a place is told to come back, and everybody else never notices.
//!
//! bcrypt looks at 72 bytes and stops at a NUL. So it is given the base64 of the SHA-384 of the password, 64 bytes without
//! a NUL. A tag before the hash tells this scheme; a hash without it is plain bcrypt from elsewhere, still good, and to be
//! renewed.

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

/// Tells the scheme: SHA-384, base64, bcrypt.
const SCHEME: &str = "bcrypt-sha384:";

/// Work that waits for one thread. At 0.3 s each, nobody waits for more than about five seconds.
const WAITING_PER_THREAD: usize = 16;

/// The pool. Cloning gives another handle; the threads end with the last.
#[derive(Clone)]
pub(crate) struct Passwords {
    jobs: mpsc::SyncSender<Job>,
    load: Arc<Load>,
    cost: u32,
}

type Job = Box<dyn FnOnce() + Send>;

/// The pool has no place left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Busy {
    /// When there will be one, about.
    pub retry_after: Duration,
}

/// What came of a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is not the one.
    Wrong,
    /// It is.
    Right {
        /// Whether the hash should be made anew: it is of an older scheme or a lower cost.
        renew: bool,
    },
}

/// How much waits, and how long one takes.
struct Load {
    waiting: AtomicUsize,
    last_millis: AtomicU64,
    threads: usize,
}

impl Passwords {
    /// Starts the threads.
    ///
    /// # Errors
    /// The system gave no thread.
    pub(crate) fn start(cost: u32) -> std::io::Result<Self> {
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        Self::with_threads(cost, cores.saturating_sub(1).max(1))
    }

    fn with_threads(cost: u32, threads: usize) -> std::io::Result<Self> {
        let (jobs, waiting) = mpsc::sync_channel::<Job>(threads * WAITING_PER_THREAD);
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

    /// The hash to store for a new password.
    ///
    /// # Errors
    /// [`Busy`] with when to come back. The outer result is the pool's, the inner one a fault of the system.
    pub(crate) async fn hash(&self, password: String) -> Result<Result<String, bcrypt::BcryptError>, Busy> {
        let cost = self.cost;
        self.run(move || hash(&password, cost)).await
    }

    /// Whether this is the password of the stored hash. Without a hash, for an account that does not exist, it takes as
    /// long and is wrong.
    ///
    /// # Errors
    /// [`Busy`] with when to come back.
    pub(crate) async fn verify(&self, password: String, stored: Option<String>) -> Result<Verdict, Busy> {
        let cost = self.cost;
        self.run(move || verify(&password, stored.as_deref(), cost)).await
    }

    /// Hashes that wait or are being made.
    pub(crate) fn waiting(&self) -> usize {
        self.load.waiting.load(Ordering::Relaxed)
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Busy> {
        let (answer, answered) = oneshot::channel();
        let load = self.load.clone();
        load.waiting.fetch_add(1, Ordering::Relaxed);
        let job: Job = Box::new(move || {
            // Nobody waits for the answer any more: the client hung up.
            if !answer.is_closed() {
                let begun = Instant::now();
                // A panic would take the thread with it. Who asked is told to come again, since nothing is sent.
                if let Ok(done) = catch_unwind(AssertUnwindSafe(work)) {
                    let _ = answer.send(done);
                }
                load.last_millis.store(u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
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

fn condensed(password: &str) -> String {
    BASE64_STANDARD.encode(Sha384::digest(password.as_bytes()))
}

fn hash(password: &str, cost: u32) -> Result<String, bcrypt::BcryptError> {
    Ok(format!("{SCHEME}{}", bcrypt::hash(condensed(password), cost)?))
}

fn verify(password: &str, stored: Option<&str>, cost: u32) -> Verdict {
    let Some(stored) = stored else {
        // How long it takes must not tell who has an account.
        let _ = bcrypt::verify(condensed(password), &hash_of_nobody(cost));
        return Verdict::Wrong;
    };
    let (right, current) = match stored.strip_prefix(SCHEME) {
        Some(hash) => (bcrypt::verify(condensed(password), hash), cost_of(hash) >= cost),
        None => (bcrypt::verify(password, stored), false),
    };
    match right {
        Ok(true) => Verdict::Right { renew: !current },
        Ok(false) => Verdict::Wrong,
        Err(error) => {
            tracing::error!(%error, "a stored password hash cannot be read");
            Verdict::Wrong
        }
    }
}

/// A well-formed hash, at the cost of everybody's, of a password that nobody knows.
fn hash_of_nobody(cost: u32) -> String {
    format!("$2b${cost:02}$abcdefghijklmnopqrstuuJeiZ3Kb4X7hVJ3nX7oQAGEvAWbfA6Hq")
}

fn cost_of(hash: &str) -> u32 {
    hash.parse::<bcrypt::HashParts>().map_or(0, |parts| parts.get_cost())
}

#[cfg(test)]
mod tests {
    use super::{Busy, Passwords, Verdict, hash, hash_of_nobody, verify};

    const COST: u32 = 4;

    #[track_caller]
    fn check(password: &str, stored: &str, expected: Verdict) {
        assert_eq!(verify(password, Some(stored), COST), expected, "verifying {password:?}");
    }

    #[test]
    fn the_right_password_is_right_and_another_is_not() {
        let stored = hash("um cavalo come bananas", COST).unwrap();
        check("um cavalo come bananas", &stored, Verdict::Right { renew: false });
        check("um cavalo come banana", &stored, Verdict::Wrong);
    }

    #[tokio::test]
    async fn work_that_panics_takes_no_thread_with_it() {
        let passwords = Passwords::with_threads(COST, 1).unwrap();
        for _ in 0..3 {
            assert!(passwords.run::<()>(|| panic!("a fault in the work")).await.is_err());
        }
        assert!(passwords.hash("um cavalo come bananas".to_owned()).await.unwrap().is_ok());
        assert_eq!(passwords.run(|| 7).await, Ok(7));
    }

    #[test]
    fn passwords_that_differ_after_72_bytes_differ() {
        let long = "x".repeat(72);
        check(&format!("{long}b"), &hash(&format!("{long}a"), COST).unwrap(), Verdict::Wrong);
    }

    #[test]
    fn a_nul_does_not_end_a_password() {
        check("a", &hash("a\0a", COST).unwrap(), Verdict::Wrong);
        check("a\0a", &hash("a", COST).unwrap(), Verdict::Wrong);
        check("a\0b", &hash("a\0a", COST).unwrap(), Verdict::Wrong);
    }

    #[test]
    fn plain_bcrypt_from_elsewhere_is_good_and_to_be_renewed() {
        let plain = bcrypt::hash("um cavalo", COST).unwrap();
        check("um cavalo", &plain, Verdict::Right { renew: true });
        check("dois cavalos", &plain, Verdict::Wrong);
    }

    #[test]
    fn a_hash_of_lower_cost_is_to_be_renewed() {
        let stored = hash("um cavalo", COST).unwrap();
        assert_eq!(verify("um cavalo", Some(&stored), COST + 1), Verdict::Right { renew: true });
    }

    /// Time is not compared, which a busy machine would spoil: the dummy must be a hash that bcrypt works through.
    #[test]
    fn nobody_costs_as_much_as_somebody() {
        assert_eq!(verify("x", None, COST), Verdict::Wrong);
        assert!(bcrypt::verify("x", &hash_of_nobody(COST)).is_ok(), "a hash that cannot be read would cost nothing");
    }

    #[tokio::test]
    async fn who_finds_no_place_is_told_when_to_come_back() {
        let pool = Passwords::with_threads(COST, 1).unwrap();
        let (block, blocked) = std::sync::mpsc::channel::<()>();
        let mut first = std::pin::pin!(pool.run(move || blocked.recv().is_err()));
        // Starts the first, which keeps the only thread, then fills the queue behind it.
        assert!(futures_util::poll!(first.as_mut()).is_pending());
        while pool.jobs.try_send(Box::new(|| ())).is_ok() {}
        let Err(Busy { retry_after }) = pool.hash("x".to_owned()).await else { panic!("there was no place") };
        assert!(!retry_after.is_zero());
        drop(block);
        assert_eq!(first.await, Ok(true));
    }
}
