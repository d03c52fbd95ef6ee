//! Hashing, verifying and judging passwords, on a small dedicated thread pool.
//!
//! bcrypt deliberately takes tenths of a second of CPU time, and estimating the strength of a crafted password a tenth.
//! Both run on their own threads, one fewer than there are cores, behind a short queue: when the queue is full, the client
//! is told when to retry, and all other requests are unaffected.

mod hashing;
mod pool;

use bcrypt::BcryptError;
use papo_shared::model::{PasswordProblem, Username, check_password};

use hashing::{Costs, hash, highest_cost, verify};
use pool::Pool;

pub(crate) use hashing::Verdict;
pub(crate) use pool::{Busy, Precedence};

/// Handle to the pool. The threads end when the last handle is dropped.
#[derive(Clone)]
pub(crate) struct Passwords {
    pool: Pool,
    costs: Costs,
}

impl Passwords {
    /// Starts the threads. `cost` is the work factor of new hashes.
    ///
    /// # Errors
    /// A thread could not be started.
    pub(crate) fn start(cost: u32) -> std::io::Result<Self> {
        Ok(Self { pool: Pool::start()?, costs: Costs { new: cost, attempt: cost } })
    }

    /// A handle that verifies passwords as slowly as the most expensive stored hash demands, whoever signs in.
    /// `stored_settings` are the distinct settings of stored hashes, as the store returns them.
    pub(crate) fn with_stored_settings(mut self, stored_settings: &[String]) -> Self {
        let highest_stored = highest_cost(stored_settings.iter().map(String::as_str));
        self.costs.attempt = highest_stored.unwrap_or_default().max(self.costs.new);
        self
    }

    /// Checks a new password for this account.
    ///
    /// # Errors
    /// [`Busy`] if the queue is full.
    pub(crate) async fn check(
        &self,
        password: String,
        username: Username,
        precedence: Precedence,
    ) -> Result<Result<(), PasswordProblem>, Busy> {
        self.pool.run(precedence, move || check_password(&password, &username)).await
    }

    /// Hashes a password.
    ///
    /// # Errors
    /// [`Busy`] if the queue is full. The inner error is a failure of bcrypt itself.
    pub(crate) async fn hash(&self, password: String, precedence: Precedence) -> Result<Result<String, BcryptError>, Busy> {
        let cost = self.costs.new;
        self.pool.run(precedence, move || hash(&password, cost)).await
    }

    /// Verifies a password against a stored hash. Without one (the account does not exist), takes the same
    /// time and returns [`Verdict::Wrong`].
    ///
    /// # Errors
    /// [`Busy`] if the queue is full.
    pub(crate) async fn verify(&self, password: String, stored: Option<String>, precedence: Precedence) -> Result<Verdict, Busy> {
        let costs = self.costs;
        self.pool.run(precedence, move || verify(&password, stored.as_deref(), costs)).await
    }

    /// Number of jobs queued or running.
    pub(crate) fn waiting(&self) -> usize {
        self.pool.waiting()
    }
}
