//! The loop that commits batches and publishes their events.

use std::future::poll_fn;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Instant;

use futures_util::FutureExt;
use futures_util::future::{MaybeDone, maybe_done};
use tokio::sync::mpsc;

use super::ending::Ending;
use super::requester::{PendingAcknowledgement, ReplyTo, Requester, WriteResult};
use crate::announce;
use crate::bus::{Bus, Delivery};
use crate::metrics::{BatchEnd, Metrics};
use crate::store::{Outcome, Store, StoreError, Write};

/// Maximum number of writes per transaction. Many writes share one wait for the disk, and none waits long.
pub(super) const MAX_BATCH: usize = 512;

/// While a batch smaller than this is published, the next one is already being written: 64 senders who each wait for their
/// acknowledgement then get a fifth more done. A larger batch is published first, so that the next one becomes large as well and
/// each write to a socket carries more.
const LARGE_BATCH: usize = 128;

/// A write to commit.
pub(super) struct Job {
    pub(super) write: Write,
    pub(super) requester: Requester,
}

/// Runs the loop until the last handle is dropped, and restarts it after a panic, since it keeps no state between batches. The
/// batch in progress may or may not be stored then. Its requesters are told that it failed, so that clients send their messages
/// again; a client id is stored only once.
pub(super) async fn run_with_restarts(
    mut waiting: mpsc::Receiver<Job>,
    store: Arc<dyn Store>,
    bus: Arc<dyn Bus>,
    metrics: Arc<Metrics>,
) {
    while AssertUnwindSafe(run(&mut waiting, &*store, &*bus, &metrics)).catch_unwind().await.is_err() {
        tracing::error!("the committer panicked and restarts; the batch in progress counts as failed");
        metrics.record_lost_batch();
    }
}

async fn run(waiting: &mut mpsc::Receiver<Job>, store: &dyn Store, bus: &dyn Bus, metrics: &Metrics) {
    let mut jobs = Vec::with_capacity(MAX_BATCH);
    let mut next = None;
    loop {
        let batch = match next.take() {
            Some(batch) => batch,
            None if waiting.recv_many(&mut jobs, MAX_BATCH).await > 0 => Batch::begin(&mut jobs, store),
            None => return,
        };
        let (requesters, began) = (batch.requesters, batch.began);
        let results = one_per_write(finish(batch.commit).await, requesters.len());
        let stored_at = Instant::now();
        metrics.record_batch(results.len(), stored_at - began, batch_end(&results));
        if requesters.len() < LARGE_BATCH && !waiting.is_empty() && waiting.recv_many(&mut jobs, MAX_BATCH).await > 0 {
            let mut following = Batch::begin(&mut jobs, store);
            poll_once(&mut following.commit).await;
            next = Some(following);
        }
        let submitted: Vec<Instant> = requesters.iter().map(|requester| requester.since).collect();
        publish(bus, requesters, results);
        let published_at = Instant::now();
        metrics.record_fan_out(published_at - stored_at, submitted.into_iter().map(|since| published_at - since));
    }
}

/// The batch that is being committed, and those who wait for its outcomes.
struct Batch<'a> {
    requesters: Vec<Requester>,
    began: Instant,
    commit: Commit<'a>,
}

type Commit<'a> = Pin<Box<MaybeDone<Pin<Box<dyn Future<Output = CommitResult> + Send + 'a>>>>>;
type CommitResult = Result<Vec<Outcome>, StoreError>;

impl<'a> Batch<'a> {
    fn begin(jobs: &mut Vec<Job>, store: &'a dyn Store) -> Self {
        let (writes, requesters): (Vec<_>, Vec<_>) = jobs.drain(..).map(|job| (job.write, job.requester)).unzip();
        Self { requesters, began: Instant::now(), commit: Box::pin(maybe_done(store.commit(writes))) }
    }
}

/// Lets the store begin a commit, without waiting for it.
async fn poll_once(commit: &mut Commit<'_>) {
    poll_fn(|context| Poll::Ready(commit.as_mut().poll(context).is_ready())).await;
}

async fn finish(mut commit: Commit<'_>) -> CommitResult {
    commit.as_mut().await;
    commit.as_mut().take_output().unwrap_or_else(|| Err(StoreError::outcome_unknown("the commit gave no result")))
}

/// The result of each write of the batch. A store that returns another number of outcomes has broken its contract: no outcome can
/// be matched to its write, so all writes count as failed.
pub(super) fn one_per_write(stored: CommitResult, writes: usize) -> Vec<WriteResult> {
    let error = match stored {
        Ok(outcomes) if outcomes.len() == writes => return outcomes.into_iter().map(Ok).collect(),
        Ok(outcomes) => StoreError::outcome_unknown(format!("the store gave {} outcomes for {writes} writes", outcomes.len())),
        Err(error) => error,
    };
    if error.is_unavailable() && !error.is_outcome_unknown() {
        tracing::debug!(%error, writes, "a batch could not be stored");
    } else {
        tracing::error!(%error, writes, "a batch could not be stored");
    }
    vec![Err(error); writes]
}

/// How a batch with these results ended.
fn batch_end(results: &[WriteResult]) -> BatchEnd {
    match results.iter().find_map(|result| result.as_ref().err()) {
        None => BatchEnd::Stored,
        Some(error) if error.is_unavailable() => BatchEnd::Unavailable,
        Some(_) => BatchEnd::Failed,
    }
}

/// Publishes the batch in order, then ends the sessions that it signed out, and then answers the waiting requesters: the events
/// of a request precede its reply, and once it is sent, no request of these sessions is processed any more.
pub(super) fn publish(bus: &dyn Bus, requesters: Vec<Requester>, results: Vec<WriteResult>) {
    let mut batch = Vec::with_capacity(2 * results.len());
    let mut receipts = announce::Receipts::default();
    let mut acknowledged = Vec::new();
    let mut waiting = Vec::new();
    let mut endings = Vec::new();
    for (Requester { origin, reply_to, .. }, result) in requesters.into_iter().zip(results) {
        let session = origin.session;
        let mut announcements = Vec::new();
        if let Ok(outcome) = &result {
            endings.extend(Ending::after(outcome, origin));
            announcements = announce::announcements(outcome, session);
            receipts.add(outcome);
        }
        let mut announcements = announcements.into_iter();
        match reply_to {
            ReplyTo::Acknowledge(pending) => {
                // The first announcement is the entry. The reply takes its place for the session that sent it.
                if let Some(mut entry) = announcements.next() {
                    entry.except = Some(session);
                    batch.push(Delivery::Event(entry));
                }
                batch.extend(pending.reply(session, result).map(Delivery::Reply));
                acknowledged.push(pending);
            }
            ReplyTo::Waiting(sender) => waiting.push((sender, result)),
        }
        batch.extend(announcements.map(Delivery::Event));
    }
    batch.extend(receipts.announcements().map(Delivery::Event));
    bus.publish(batch);
    endings.into_iter().for_each(|ending| ending.publish(bus));
    acknowledged.into_iter().for_each(PendingAcknowledgement::settle);
    for (sender, result) in waiting {
        // Fails only if the requester no longer waits.
        let _ = sender.send(result);
    }
}
