//! What the threads of the store do all day.
//!
//! The writer commits what waits, and while nothing waits it brings the index of words forward. Under load that would never
//! be: then it does a little between the batches, so that a search never has very much to read.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use super::open_error::OpenError;
use super::writer::Writer;
use crate::store::{Outcome, StoreError, Write};

pub(super) type Read = Box<dyn FnOnce(&mut Connection) + Send>;
pub(super) type Batch = (Vec<Write>, oneshot::Sender<Result<Vec<Outcome>, StoreError>>);

/// So long nothing was written: then there is time for the index. Well below what somebody notices, well above the pause
/// between two batches under load.
const IDLE: Duration = Duration::from_millis(10);

/// Messages that are put into the index in one go while nothing waits. Whoever writes meanwhile waits for it, some
/// milliseconds.
const BULK: usize = 512;

/// Messages that may wait for the index. Beyond it, each batch is followed by a small bulk.
const MAX_LAG: usize = 2048;

/// Messages that are put into the index between two batches, where batches wait: twice as many as a batch brings, so that it is not
/// done after each, and at least this. Larger bulks are less work for each message, and longer waiting for who writes next.
const SMALL_BULK: usize = 256;

/// After a fault (a full disk, perhaps) the index is left alone for so long. Searches read what it does not have.
const PAUSE_AFTER_FAULT: Duration = Duration::from_secs(10);

/// What the writer waits with.
pub(super) fn timer() -> Result<Runtime, OpenError> {
    Builder::new_current_thread().enable_time().build().map_err(OpenError::Files)
}

pub(super) fn serve_batches(writer: &mut Writer, mut waiting: mpsc::Receiver<Batch>, timer: &Runtime, lag: &AtomicUsize) {
    let mut indexing = Indexing { not_before: None };
    loop {
        lag.store(writer.lag(), Ordering::Relaxed);
        let next = if indexing.is_due(writer) {
            // None where nothing came for a while.
            timer.block_on(async { timeout(IDLE, waiting.recv()).await }).ok()
        } else {
            Some(waiting.blocking_recv())
        };
        match next {
            Some(Some((batch, answer))) => {
                let messages = batch.len();
                let result = catch_unwind(AssertUnwindSafe(|| writer.commit(&batch)));
                // Whoever asked may be gone; the batch is on disk all the same.
                let _ = answer.send(result.unwrap_or_else(|_| Err(writer.recover())));
                writer.bound_log();
                if writer.lag() > MAX_LAG {
                    indexing.go_on(writer, (2 * messages).clamp(SMALL_BULK, BULK));
                }
            }
            Some(None) => return,
            None => {
                while indexing.is_due(writer) && waiting.is_empty() && !waiting.is_closed() {
                    indexing.go_on(writer, BULK);
                    lag.store(writer.lag(), Ordering::Relaxed);
                }
            }
        }
    }
}

/// Bringing the index forward.
struct Indexing {
    not_before: Option<Instant>,
}

impl Indexing {
    fn is_due(&self, writer: &Writer) -> bool {
        writer.lag() > 0 && self.not_before.is_none_or(|then| Instant::now() >= then)
    }

    fn go_on(&mut self, writer: &mut Writer, bulk: usize) {
        if !self.is_due(writer) {
            return;
        }
        self.not_before = None;
        let indexed = catch_unwind(AssertUnwindSafe(|| writer.index(bulk)));
        if let Ok(Err(error)) = &indexed {
            tracing::error!(%error, "messages could not be put into the index");
        }
        if !matches!(indexed, Ok(Ok(()))) {
            self.not_before = Some(Instant::now() + PAUSE_AFTER_FAULT);
        }
    }
}

pub(super) fn serve_reads(mut connection: Connection, waiting: &Mutex<mpsc::Receiver<Read>>) {
    loop {
        // The threads take turns in waiting, and work at the same time.
        let read = waiting.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv();
        let Some(read) = read else { return };
        // Its transaction is rolled back, and who asked is answered, by what is dropped. The panic itself was reported by its hook.
        let _ = catch_unwind(AssertUnwindSafe(|| read(&mut connection)));
    }
}
