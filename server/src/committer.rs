//! The one loop that writes: it gathers what waits, commits it in one transaction, answers each, and tells the bus once.
//!
//! Stands above the store, so that every home of the store has group commit. There is no timer: while a commit waits for
//! the disk the next batch gathers by itself.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Instant;

use futures_util::future::{MaybeDone, maybe_done};
use papo_shared::model::{EntryKind, Message};
use papo_shared::protocol::{MessageStored, Refusal, Reply, ReplyFrame, RequestId};
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};

use crate::announce;
use crate::bus::{Bus, Notice, Origin};
use crate::domain::SessionId;
use crate::metrics::Metrics;
use crate::send_queue::{SendQueue, line};
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
    asker: Asker,
}

/// Who handed a write in.
struct Asker {
    session: SessionId,
    answer: Answer,
    since: Instant,
}

/// How a write is answered.
enum Answer {
    /// To a request that waits for it.
    Waiting(oneshot::Sender<Result<Outcome, StoreError>>),
    /// As a line in the session's queue, at its place among the events, so that the session need not wait between sends.
    Acknowledge(Acknowledge),
}

/// How a message is acknowledged.
pub(crate) struct Acknowledge {
    /// Of the request.
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
        tokio::spawn(run(waiting, store, bus, metrics));
        Self { jobs }
    }

    /// Writes, and waits until it is on disk. Events about it were published before this returns.
    ///
    /// # Errors
    /// The batch failed, and nothing of it was written.
    pub(crate) async fn commit(&self, session: SessionId, write: Write) -> Result<Outcome, StoreError> {
        let (answer, answered) = oneshot::channel();
        self.hand_in(write, session, Answer::Waiting(answer)).await?;
        answered.await.map_err(|_| stopped())?
    }

    /// Writes several at once, each as [`Committer::commit`] would, and waits for all.
    ///
    /// # Errors
    /// The first fault there was; the others may be written all the same.
    pub(crate) async fn commit_all(&self, session: SessionId, writes: Vec<Write>) -> Result<Vec<Outcome>, StoreError> {
        let mut waiting = Vec::with_capacity(writes.len());
        for write in writes {
            let (answer, answered) = oneshot::channel();
            self.hand_in(write, session, Answer::Waiting(answer)).await?;
            waiting.push(answered);
        }
        let mut outcomes = Vec::with_capacity(waiting.len());
        for answered in waiting {
            outcomes.push(answered.await.map_err(|_| stopped())??);
        }
        Ok(outcomes)
    }

    /// Writes a message without waiting for the disk: it is acknowledged as a line.
    ///
    /// # Errors
    /// It was not handed in.
    pub(crate) async fn append(&self, session: SessionId, write: Write, acknowledge: Acknowledge) -> Result<(), StoreError> {
        self.hand_in(write, session, Answer::Acknowledge(acknowledge)).await
    }

    async fn hand_in(&self, write: Write, session: SessionId, answer: Answer) -> Result<(), StoreError> {
        let asker = Asker { session, answer, since: Instant::now() };
        self.jobs.send(Job { write, asker }).await.map_err(|_| stopped())
    }
}

fn stopped() -> StoreError {
    StoreError::new("the committer has stopped")
}

async fn run(mut waiting: mpsc::Receiver<Job>, store: Arc<dyn Store>, bus: Arc<dyn Bus>, metrics: Arc<Metrics>) {
    let mut jobs = Vec::with_capacity(MAX_BATCH);
    let mut early = None;
    loop {
        let batch = match early.take() {
            Some(batch) => batch,
            None if waiting.recv_many(&mut jobs, MAX_BATCH).await > 0 => Batch::begin(&mut jobs, &*store),
            None => return,
        };
        let (askers, began) = (batch.askers, batch.began);
        let results = match stored(batch.storing).await {
            Ok(outcomes) => outcomes.into_iter().map(Ok).collect(),
            Err(error) => {
                tracing::error!(%error, writes = askers.len(), "a batch could not be stored");
                vec![Err(error); askers.len()]
            }
        };
        let is_stored = Instant::now();
        metrics.committed(results.len(), is_stored - began, results.iter().all(Result::is_ok));
        if askers.len() < LARGE_BATCH && !waiting.is_empty() && waiting.recv_many(&mut jobs, MAX_BATCH).await > 0 {
            let mut next = Batch::begin(&mut jobs, &*store);
            hand_over(&mut next.storing).await;
            early = Some(next);
        }
        let since: Vec<Instant> = askers.iter().map(|asker| asker.since).collect();
        tell(&*bus, askers, results);
        let told = Instant::now();
        metrics.told(told - is_stored, since.into_iter().map(|since| told - since));
    }
}

/// Writes on their way to the disk.
struct Batch<'a> {
    askers: Vec<Asker>,
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
    storing.as_mut().take_output().unwrap_or_else(|| Err(stopped()))
}

/// Publishes the batch in its order, then answers whoever waits: an event about a request comes before its reply.
fn tell(bus: &dyn Bus, askers: Vec<Asker>, results: Vec<Result<Outcome, StoreError>>) {
    let mut batch = Vec::with_capacity(results.len());
    let mut receipts = announce::Receipts::default();
    let mut in_flight = Vec::new();
    let mut waiting = Vec::new();
    for (Asker { session, answer, .. }, result) in askers.into_iter().zip(results) {
        let notices = result.as_ref().map(|outcome| announce::notices(outcome, session)).unwrap_or_default();
        if let Ok(outcome) = &result {
            receipts.take_in(outcome);
        }
        match answer {
            Answer::Acknowledge(to) => {
                let reply = line(&ReplyFrame { id: to.request, reply: acknowledgement(result) });
                let origin = Origin { session, instead: Some((to.queue, reply)) };
                batch.extend(with_origin(notices, origin));
                in_flight.push(to.in_flight);
            }
            Answer::Waiting(answer) => {
                batch.extend(notices);
                waiting.push((answer, result));
            }
        }
    }
    batch.extend(receipts.notices());
    bus.publish(batch);
    drop(in_flight);
    for (answer, result) in waiting {
        // Whoever asked may be gone.
        let _ = answer.send(result);
    }
}

/// The first notice is the entry, whose place the origin's line takes.
fn with_origin(mut notices: Vec<Notice>, origin: Origin) -> Vec<Notice> {
    match notices.first_mut() {
        Some(entry) => entry.origin = Some(origin),
        None => notices.push(announce::only_origin(origin)),
    }
    notices
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
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use papo_shared::model::DeviceId;
    use papo_shared::protocol::{GoodbyeReason, Refusal};
    use tokio::sync::Semaphore;

    use super::{
        Acknowledge, Answer, Arc, Asker, Bus, Instant, Notice, Reply, ReplyFrame, SendQueue, SessionId, StoreError, line,
        oneshot, tell,
    };
    use crate::bus::{Recipients, Seat};
    use crate::config::SendQueueLimits;
    use crate::domain::AccountId;
    use crate::send_queue::{Outgoing, Taken};

    /// A bus that tells nobody but the origin, and notes what was still in flight then.
    struct Noting {
        in_flight: Arc<Semaphore>,
        free: AtomicUsize,
    }

    impl Bus for Noting {
        fn attach(&self, _: Seat) {}
        fn detach(&self, _: SessionId) {}
        fn watch_directory(&self, _: SessionId, _: bool) {}
        fn end_sessions(&self, _: &[DeviceId], _: SessionId, _: GoodbyeReason) {}
        fn end_account(&self, _: AccountId, _: GoodbyeReason) {}
        fn publish(&self, batch: Vec<Notice>) {
            self.free.store(self.in_flight.available_permits(), Ordering::SeqCst);
            for notice in batch {
                assert!(matches!(notice.to, Recipients::Nobody), "nothing happened, so there is nothing to tell");
                let Some((queue, line)) = notice.origin.and_then(|origin| origin.instead) else { continue };
                queue.push([Outgoing::Reply(line)]);
            }
        }
    }

    #[tokio::test]
    async fn where_a_batch_fails_each_hears_it_and_only_then_counts_as_answered() {
        let in_flight = Arc::new(Semaphore::new(2));
        let bus = Noting { in_flight: in_flight.clone(), free: AtomicUsize::new(99) };
        let queue = SendQueue::new(SendQueueLimits { soft_bytes: 9999, hard_bytes: 9999 });
        let (answer, answered) = oneshot::channel();
        let asker = |answer| Asker { session: SessionId(1), answer, since: Instant::now() };
        let mut askers = vec![asker(Answer::Waiting(answer))];
        for request in [7, 8] {
            let in_flight = in_flight.clone().try_acquire_owned().unwrap();
            askers.push(asker(Answer::Acknowledge(Acknowledge { request, queue: queue.clone(), in_flight })));
        }
        let error = StoreError::new("the disk is full");
        tell(&bus, askers, vec![Err(error.clone()), Err(error.clone()), Err(error)]);

        let failed = |id| line(&ReplyFrame { id, reply: Reply::Refused(Refusal::Failed) });
        assert_eq!(queue.take().await, Taken::Lines(vec![failed(7), failed(8)]));
        assert!(answered.await.unwrap().is_err());
        // What the session asks next is answered behind these lines.
        assert_eq!((bus.free.into_inner(), in_flight.available_permits()), (0, 2));
    }
}
