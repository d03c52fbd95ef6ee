//! Main loops of the store's threads.
//!
//! The writer commits waiting batches. While it is idle, it brings the word index up to date. Under constant load it
//! indexes a few messages between batches, so that searches never have to read many unindexed messages.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use super::file::open_error::OpenError;
use super::write::{Writer, failed};
use crate::store::{Outcome, StoreError, Write};

pub(super) type Read = Box<dyn FnOnce(&mut Connection) + Send>;
pub(super) type Batch = (Vec<Write>, oneshot::Sender<Result<Vec<Outcome>, StoreError>>);

/// Idle time before indexing starts: not noticeable by users, and well above the pause between two batches under load.
const IDLE: Duration = Duration::from_millis(10);

/// Messages indexed at once while idle. A write that arrives meanwhile waits a few milliseconds.
const MAX_INDEXED_AT_ONCE: usize = 512;

/// Maximum number of unindexed messages before each batch is followed by some indexing: at least one step, and twice as many
/// messages as the batch has writes, so that it is not needed after every batch.
const MAX_LAG: usize = 2048;

/// Messages indexed in one step between batches, unless they are long. Larger values cost less per message but delay the
/// next write longer.
const MAX_INDEXED_BETWEEN_BATCHES: usize = 256;

/// Pause after an indexing failure, such as a full disk. Searches read unindexed messages directly.
const PAUSE_AFTER_FAULT: Duration = Duration::from_secs(10);

/// Runtime for waiting with a timeout on the writer thread.
pub(super) fn timer() -> Result<Runtime, OpenError> {
    Builder::new_current_thread().enable_time().build().map_err(OpenError::Files)
}

pub(super) fn serve_batches(writer: &mut Writer, mut waiting: mpsc::Receiver<Batch>, timer: &Runtime, lag: &AtomicUsize) {
    let mut indexing = Indexing { not_before: None };
    loop {
        lag.store(writer.lag(), Ordering::Relaxed);
        let next = match idle_time(writer, &indexing) {
            // `None` if nothing arrived within the idle time.
            Some(idle) => timer.block_on(async { timeout(idle, waiting.recv()).await }).ok(),
            None => Some(waiting.blocking_recv()),
        };
        match next {
            Some(Some((batch, answer))) => {
                let messages = batch.len();
                let result = catch_unwind(AssertUnwindSafe(|| writer.commit(&batch)));
                // The requester may be gone; the batch is on disk nevertheless.
                let _ = answer.send(result.unwrap_or_else(|_| Err(writer.recover())));
                maintain(writer);
                if writer.lag() > MAX_LAG {
                    let enough = writer.lag().saturating_sub(2 * messages);
                    indexing.advance(writer, MAX_INDEXED_BETWEEN_BATCHES);
                    while writer.lag() > enough && indexing.is_due(writer) {
                        indexing.advance(writer, MAX_INDEXED_BETWEEN_BATCHES);
                    }
                }
            }
            Some(None) => return,
            None => {
                while indexing.is_due(writer) && waiting.is_empty() && !waiting.is_closed() {
                    indexing.advance(writer, MAX_INDEXED_AT_ONCE);
                    lag.store(writer.lag(), Ordering::Relaxed);
                }
                maintain(writer);
            }
        }
    }
}

/// How long to wait for a batch before other work is done; `None` if there is none.
fn idle_time(writer: &Writer, indexing: &Indexing) -> Option<Duration> {
    let indexing = indexing.is_due(writer).then_some(IDLE);
    let maintenance = writer.maintenance_due().map(|due| due.saturating_duration_since(Instant::now()));
    [indexing, maintenance].into_iter().flatten().min()
}

fn maintain(writer: &mut Writer) {
    if catch_unwind(AssertUnwindSafe(|| writer.maintain())).is_err() {
        tracing::error!("maintaining the database panicked");
    }
}

struct Indexing {
    not_before: Option<Instant>,
}

impl Indexing {
    fn is_due(&self, writer: &Writer) -> bool {
        writer.lag() > 0 && self.not_before.is_none_or(|then| Instant::now() >= then)
    }

    fn advance(&mut self, writer: &mut Writer, count: usize) {
        if !self.is_due(writer) {
            return;
        }
        self.not_before = None;
        let indexed = catch_unwind(AssertUnwindSafe(|| writer.index(count)));
        if let Ok(Err(error)) = &indexed {
            tracing::error!(%error, "indexing messages failed");
        }
        if !matches!(indexed, Ok(Ok(()))) {
            self.not_before = Some(Instant::now() + PAUSE_AFTER_FAULT);
        }
    }
}

pub(super) fn serve_reads(mut connection: Connection, waiting: &Mutex<mpsc::Receiver<Read>>) {
    loop {
        // Threads take turns waiting, and execute reads concurrently.
        let read = waiting.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv();
        let Some(read) = read else { return };
        // After a panic, dropping the read rolls its transaction back and answers the requester. The panic hook has
        // logged the panic.
        let _ = catch_unwind(AssertUnwindSafe(|| read(&mut connection)));
    }
}

/// Runs a read in a transaction on the thread behind this queue.
pub(super) async fn read_in<T: Send + 'static>(
    queue: &mpsc::Sender<Read>,
    read: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
) -> Result<T, StoreError> {
    let (answer, answered) = oneshot::channel();
    let job: Read = Box::new(move |connection| {
        let result = connection.transaction().and_then(|transaction| read(&transaction));
        // The requester may be gone.
        let _ = answer.send(result.map_err(failed));
    });
    queue.send(job).await.map_err(|_| closed())?;
    answered.await.map_err(|_| unanswered())?
}

/// The thread ended or panicked while working on this. A batch may have been stored nevertheless.
pub(super) fn unanswered() -> StoreError {
    StoreError::outcome_unknown("the store thread did not answer")
}

pub(super) fn closed() -> StoreError {
    StoreError::new("the store is closed")
}
