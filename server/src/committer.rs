//! The one loop that writes: it gathers what waits, commits it in one transaction, answers each, and tells the bus once.
//!
//! Stands above the store, so that every home of the store has group commit. There is no timer: while a commit waits for
//! the disk the next batch gathers by itself.

use std::future::poll_fn;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Instant;

use futures_util::FutureExt;
use futures_util::future::{MaybeDone, maybe_done};
use papo_shared::model::{EntryKind, Message};
use papo_shared::protocol::{MessageStored, Refusal, Reply, ReplyFrame, RequestId};
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};

use crate::announce;
use crate::bus::{Bus, Delivery, Origin};
use crate::domain::SessionId;
use crate::metrics::Metrics;
use crate::send_queue::{Outgoing, SendQueue, line};
use crate::store::{Outcome, Posted, Store, StoreError, Write};

/// Most writes of one transaction: enough for one wait on the disk to serve many, few enough for none to wait long.
const MAX_BATCH: usize = 512;

/// While a batch smaller than this is told, what waits is on its way to the disk already: 64 people who each wait for their
/// acknowledgement before they go on get a fifth more done. A larger batch is told first, so that the next one is large as well:
/// then each write to a socket carries more.
const LARGE_BATCH: usize = 128;

/// Writes that wait for the next batches. When it is full, sessions wait for a place; each has a bounded number in flight.
const WAITING: usize = 4 * MAX_BATCH;

/// Where writes are handed in. Cloning gives another handle; the loop ends when the last is gone and all is written.
#[derive(Clone)]
pub(crate) struct Committer {
    jobs: mpsc::Sender<Job>,
}

struct Job {
    write: Write,
    asker: Requester,
}

/// Who handed a write in.
struct Requester {
    session: SessionId,
    answer: ReplyTo,
    since: Instant,
}

/// How a write is answered. One that is dropped unanswered is answered as failed.
enum ReplyTo {
    /// To a request that waits for it.
    Waiting(oneshot::Sender<Result<Outcome, StoreError>>),
    /// As a line in the session's queue, at its place among the events, so that the session need not wait between sends.
    Acknowledge(PendingAcknowledgement),
}

/// An acknowledgement that the session has not got yet. Where it is dropped, by a panic for example, the session is told that its message
/// failed: no request stays without a reply.
struct PendingAcknowledgement(Option<Acknowledge>);

impl PendingAcknowledgement {
    /// The session was answered.
    fn settle(mut self) {
        drop(self.0.take().map(|to| to.in_flight));
    }
}

impl Drop for PendingAcknowledgement {
    fn drop(&mut self) {
        if let Some(Acknowledge { request, queue, in_flight }) = self.0.take() {
            let reply = ReplyFrame { id: request, reply: Reply::Refused(Refusal::Failed) };
            queue.push([Outgoing::Reply(line(&reply))]);
            drop(in_flight);
        }
    }
}

/// How a message is acknowledged.
pub(crate) struct Acknowledge {
    /// Id of the request.
    pub request: RequestId,
    /// Of the session that sent it.
    pub queue: SendQueue,
    /// Given back once it is answered: how the session bounds what it has in flight, and sees that nothing is.
    pub in_flight: OwnedSemaphorePermit,
}

impl Committer {
    /// Starts the loop in the current runtime.
    #[must_use]
    pub(crate) fn start(store: Arc<dyn Store>, bus: Arc<dyn Bus>, metrics: Arc<Metrics>) -> Self {
        let (jobs, waiting) = mpsc::channel(WAITING);
        tokio::spawn(run_for_ever(waiting, store, bus, metrics));
        Self { jobs }
    }

    /// Writes, and waits until it is on disk. Events about it were published before this returns.
    ///
    /// # Errors
    /// The batch failed, and nothing of it was written.
    pub(crate) async fn commit(&self, session: SessionId, write: Write) -> Result<Outcome, StoreError> {
        let (answer, answered) = oneshot::channel();
        self.hand_in(write, session, ReplyTo::Waiting(answer)).await?;
        answered.await.map_err(|_| ended())?
    }

    /// Writes several at once, each as [`Committer::commit`] would, and waits for all.
    ///
    /// # Errors
    /// The first fault there was; the others may be written all the same.
    pub(crate) async fn commit_all(&self, session: SessionId, writes: Vec<Write>) -> Result<Vec<Outcome>, StoreError> {
        let mut waiting = Vec::with_capacity(writes.len());
        for write in writes {
            let (answer, answered) = oneshot::channel();
            self.hand_in(write, session, ReplyTo::Waiting(answer)).await?;
            waiting.push(answered);
        }
        let mut outcomes = Vec::with_capacity(waiting.len());
        for answered in waiting {
            outcomes.push(answered.await.map_err(|_| ended())??);
        }
        Ok(outcomes)
    }

    /// Writes a message without waiting for the disk: it is acknowledged as a line.
    ///
    /// # Errors
    /// It was not handed in.
    pub(crate) async fn append(&self, session: SessionId, write: Write, acknowledge: Acknowledge) -> Result<(), StoreError> {
        self.hand_in(write, session, ReplyTo::Acknowledge(PendingAcknowledgement(Some(acknowledge)))).await
    }

    async fn hand_in(&self, write: Write, session: SessionId, answer: ReplyTo) -> Result<(), StoreError> {
        let asker = Requester { session, answer, since: Instant::now() };
        self.jobs.send(Job { write, asker }).await.map_err(|refused| {
            // Whoever hands it in hears of it here.
            if let ReplyTo::Acknowledge(owed) = refused.0.asker.answer {
                owed.settle();
            }
            stopped()
        })
    }
}

fn stopped() -> StoreError {
    StoreError::new("the committer has stopped")
}

/// The committer ended while it had the write: it may have been stored.
fn ended() -> StoreError {
    StoreError::outcome_unknown("the committer ended without an answer")
}

/// Runs the loop until the last handle is gone. After a panic it begins anew: it keeps nothing from one batch to the next. The batch that
/// it had in hand may be stored or not, and is answered as failed, so that clients send it again; a client id is stored once.
async fn run_for_ever(mut waiting: mpsc::Receiver<Job>, store: Arc<dyn Store>, bus: Arc<dyn Bus>, metrics: Arc<Metrics>) {
    while AssertUnwindSafe(run(&mut waiting, &*store, &*bus, &metrics)).catch_unwind().await.is_err() {
        tracing::error!("the committer panicked; it begins anew, and what it had in hand counts as failed");
        metrics.batch_was_lost();
    }
}

async fn run(waiting: &mut mpsc::Receiver<Job>, store: &dyn Store, bus: &dyn Bus, metrics: &Metrics) {
    let mut jobs = Vec::with_capacity(MAX_BATCH);
    let mut early = None;
    loop {
        let batch = match early.take() {
            Some(batch) => batch,
            None if waiting.recv_many(&mut jobs, MAX_BATCH).await > 0 => Batch::begin(&mut jobs, store),
            None => return,
        };
        let (askers, began) = (batch.askers, batch.began);
        let results = one_for_each(stored(batch.storing).await, askers.len());
        let is_stored = Instant::now();
        metrics.committed(results.len(), is_stored - began, results.iter().all(Result::is_ok));
        if askers.len() < LARGE_BATCH && !waiting.is_empty() && waiting.recv_many(&mut jobs, MAX_BATCH).await > 0 {
            let mut next = Batch::begin(&mut jobs, store);
            hand_over(&mut next.storing).await;
            early = Some(next);
        }
        let since: Vec<Instant> = askers.iter().map(|asker| asker.since).collect();
        tell(bus, askers, results);
        let record_fan_out = Instant::now();
        metrics.record_fan_out(record_fan_out - is_stored, since.into_iter().map(|since| record_fan_out - since));
    }
}

/// Writes on their way to the disk.
struct Batch<'a> {
    askers: Vec<Requester>,
    began: Instant,
    storing: Storing<'a>,
}

type Storing<'a> = Pin<Box<MaybeDone<Pin<Box<dyn Future<Output = Stored> + Send + 'a>>>>>;
type Stored = Result<Vec<Outcome>, StoreError>;

impl<'a> Batch<'a> {
    fn begin(jobs: &mut Vec<Job>, store: &'a dyn Store) -> Self {
        let (writes, askers): (Vec<_>, Vec<_>) = jobs.drain(..).map(|job| (job.write, job.asker)).unzip();
        Self { askers, began: Instant::now(), storing: Box::pin(maybe_done(store.commit(writes))) }
    }
}

/// Lets the store begin, without waiting for it.
async fn hand_over(storing: &mut Storing<'_>) {
    poll_fn(|context| Poll::Ready(storing.as_mut().poll(context).is_ready())).await;
}

async fn stored(mut storing: Storing<'_>) -> Stored {
    storing.as_mut().await;
    storing.as_mut().take_output().unwrap_or_else(|| Err(ended()))
}

/// The result of each write of the batch. A store that returns another number of outcomes broke its contract: nobody can tell which
/// belongs to which write, so all writes count as failed.
fn one_for_each(stored: Stored, writes: usize) -> Vec<Result<Outcome, StoreError>> {
    let error = match stored {
        Ok(outcomes) if outcomes.len() == writes => return outcomes.into_iter().map(Ok).collect(),
        Ok(outcomes) => StoreError::outcome_unknown(format!("the store gave {} outcomes for {writes} writes", outcomes.len())),
        Err(error) => error,
    };
    tracing::error!(%error, writes, "a batch could not be stored");
    vec![Err(error); writes]
}

/// Publishes the batch in its order, then answers whoever waits: an event about a request comes before its reply.
fn tell(bus: &dyn Bus, askers: Vec<Requester>, results: Vec<Result<Outcome, StoreError>>) {
    let mut batch = Vec::with_capacity(results.len());
    let mut receipts = announce::Receipts::default();
    let mut acknowledged = Vec::new();
    let mut waiting = Vec::new();
    for (Requester { session, answer, .. }, result) in askers.into_iter().zip(results) {
        let deliveries = result.as_ref().map(|outcome| announce::deliveries(outcome, session)).unwrap_or_default();
        if let Ok(outcome) = &result {
            receipts.take_in(outcome);
        }
        match answer {
            ReplyTo::Acknowledge(owed) => {
                let instead = owed.0.as_ref().map(|to| {
                    let reply = ReplyFrame { id: to.request, reply: acknowledgement(result) };
                    (to.queue.clone(), line(&reply))
                });
                batch.extend(with_origin(deliveries, Origin { session, instead }));
                acknowledged.push(owed);
            }
            ReplyTo::Waiting(answer) => {
                batch.extend(deliveries);
                waiting.push((answer, result));
            }
        }
    }
    batch.extend(receipts.deliveries());
    bus.publish(batch);
    acknowledged.into_iter().for_each(PendingAcknowledgement::settle);
    for (answer, result) in waiting {
        // Whoever asked may be gone.
        let _ = answer.send(result);
    }
}

/// The first delivery is the entry, whose place the origin's line takes.
fn with_origin(mut deliveries: Vec<Delivery>, origin: Origin) -> Vec<Delivery> {
    match deliveries.first_mut() {
        Some(entry) => entry.origin = Some(origin),
        None => deliveries.push(announce::only_origin(origin)),
    }
    deliveries
}

fn acknowledgement(result: Result<Outcome, StoreError>) -> Reply {
    match result {
        Ok(Outcome::Posted(Posted { conversation, entry, .. })) => match entry.kind {
            EntryKind::Message(message) => {
                let Message { client_id, reply_to, mentions, .. } = message;
                let (seq, at) = (entry.seq, entry.at);
                Reply::MessageStored(MessageStored { conversation, client_id, seq, at, reply_to, mentions })
            }
            _ => Reply::Refused(Refusal::Failed),
        },
        Ok(Outcome::Refused(refusal)) => Reply::Refused(refusal),
        Ok(Outcome::Failed(error)) => {
            tracing::error!(%error, "a message could not be stored");
            Reply::Refused(Refusal::Failed)
        }
        // The error of a whole batch was logged once.
        Ok(_) | Err(_) => Reply::Refused(Refusal::Failed),
    }
}

#[cfg(test)]
mod tests;
