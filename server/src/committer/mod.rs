//! Group commit: collects the waiting writes, commits them in one transaction, publishes their events and answers the requesters.
//!
//! Above the store, so that every store backend gets group commit. There is no timer: the next batch collects while a commit
//! waits for the disk.

mod batches;
mod ending;
mod requester;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Instant;

use tokio::sync::{mpsc, oneshot};

use self::batches::{Job, MAX_BATCH, run_with_restarts};
use self::requester::{PendingAcknowledgement, ReplyTo, Requester, WriteResult};
use crate::bus::Bus;
use crate::metrics::Metrics;
use crate::store::{Outcome, Store, StoreError, Write};
pub(crate) use requester::Acknowledge;
pub use requester::Origin;

/// Maximum number of writes waiting for the next batches. If there are more, sessions wait to submit theirs; each session has a
/// bounded number in flight.
const MAX_WAITING: usize = 4 * MAX_BATCH;

/// Accepts writes. Cloning gives another handle; the loop ends when the last handle is dropped and all writes are committed.
#[derive(Clone)]
pub struct Committer {
    jobs: mpsc::Sender<Job>,
}

impl Committer {
    /// Starts the loop in the current runtime.
    #[must_use]
    pub fn start(store: Arc<dyn Store>, bus: Arc<dyn Bus>, metrics: Arc<Metrics>) -> Self {
        let (jobs, waiting) = mpsc::channel(MAX_WAITING);
        tokio::spawn(run_with_restarts(waiting, store, bus, metrics));
        Self { jobs }
    }

    /// Submits a write and waits until it is on disk. Its events are published before this returns.
    ///
    /// # Errors
    /// The batch failed. Unless [`StoreError::is_outcome_unknown`], nothing of it was written.
    pub async fn commit(&self, origin: impl Into<Origin>, write: Write) -> WriteResult {
        let (sender, result) = oneshot::channel();
        self.submit(write, origin, ReplyTo::Waiting(sender)).await?;
        result.await.map_err(|_| ended())?
    }

    /// Submits several writes, each as [`Committer::commit`] would, and waits for all of them.
    ///
    /// # Errors
    /// The first error. Other writes may have been committed nevertheless.
    pub(crate) async fn commit_all(&self, origin: impl Into<Origin>, writes: Vec<Write>) -> Result<Vec<Outcome>, StoreError> {
        let origin = origin.into();
        let mut results = Vec::with_capacity(writes.len());
        for write in writes {
            let (sender, result) = oneshot::channel();
            self.submit(write, origin, ReplyTo::Waiting(sender)).await?;
            results.push(result);
        }
        let mut outcomes = Vec::with_capacity(results.len());
        for result in results {
            outcomes.push(result.await.map_err(|_| ended())??);
        }
        Ok(outcomes)
    }

    /// Submits a message without waiting for the disk. Its acknowledgement is pushed into the session's queue.
    ///
    /// # Errors
    /// The message was not submitted.
    pub(crate) async fn append(
        &self,
        origin: impl Into<Origin>,
        write: Write,
        acknowledge: Acknowledge,
    ) -> Result<(), StoreError> {
        self.submit(write, origin, ReplyTo::Acknowledge(PendingAcknowledgement::new(acknowledge))).await
    }

    async fn submit(&self, write: Write, origin: impl Into<Origin>, reply_to: ReplyTo) -> Result<(), StoreError> {
        let origin = origin.into();
        let requester = Requester { origin, reply_to, since: Instant::now() };
        let write = match origin.device {
            Some(device) => Write::FromDevice { device, write: Box::new(write) },
            None => write,
        };
        self.jobs.send(Job { write, requester }).await.map_err(|refused| {
            // The caller reports this error, so no acknowledgement is sent.
            if let ReplyTo::Acknowledge(pending) = refused.0.requester.reply_to {
                pending.settle();
            }
            StoreError::new("the committer has stopped")
        })
    }
}

/// The committer ended while it had the write, which may have been stored.
fn ended() -> StoreError {
    StoreError::outcome_unknown("the committer ended without an answer")
}
