//! The queue of bytes waiting for one session's socket.
//!
//! The bus and the session both push into it. Deliberately absent: the socket (see `session::socket` and
//! `session::writer`), and any wire protocol (see [`Encoder`]).

mod encoder;
#[cfg(test)]
mod tests;

use std::io::{self, IoSlice};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::{Buf, Bytes};
use papo_shared::protocol::{Event, Goodbye, GoodbyeReason, ReplyFrame};
use tokio::sync::Notify;

use crate::config::SendQueueLimits;
pub use encoder::Encoder;
pub(crate) use encoder::{USUAL_BYTES, encode_event, encode_reply};

/// Maximum number of chunks written by one direct write; the writer task writes the rest. POSIX systems may accept as few as 16.
const SLICES: usize = 16;

/// The bounded queue of one session. Cloning gives another handle to the same queue.
///
/// 1. Pushing never waits, because the pusher serves all sessions.
/// 2. Chunks are sent in the order in which they were pushed. A push of several chunks is atomic.
/// 3. The queued bytes, including those taken by the writer and not yet written, stay below the hard limit. A chunk
///    that would exceed it closes the queue with `read_too_slow`.
/// 4. A droppable chunk that would exceed the soft limit while others are queued is dropped, and so are all later droppable
///    chunks until the queue is empty. The session is then sent one [`Event::Lagged`]. Required chunks are never dropped.
/// 5. Only the first close has an effect. Afterwards nothing is accepted, and the goodbye is the last chunk.
/// 6. The writer must report what it has written; otherwise the queue never empties.
/// 7. If the queue is empty and the socket is writable, the pusher writes directly, without waking the writer task. The
///    rest of a partial write is left to the writer.
#[derive(Clone)]
pub struct SendQueue {
    shared: Arc<Shared>,
}

/// Encoded bytes to send: one or several lines or frames, which are kept or dropped together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outgoing {
    /// Never dropped: a reply, or an event that concerns only this connection.
    Required(Bytes),
    /// Dropped while the session lags, because the client can request the same information later.
    Droppable(Bytes),
}

/// A socket that can be written to without waiting.
pub trait TryWrite: Send + Sync {
    /// Writes as much as the socket accepts at once. Returns the number of bytes written.
    ///
    /// # Errors
    /// `WouldBlock` if the socket accepts nothing at present; any other error if it is closed.
    fn try_write(&self, slices: &[IoSlice<'_>]) -> io::Result<usize>;
}

struct Shared {
    state: Mutex<State>,
    encoder: &'static dyn Encoder,
    /// Wakes the writer, the only waiter.
    pushed: Notify,
    /// Wakes the session, which handles no requests while its replies are not being read.
    drained: Notify,
    /// Wakes the session, which then ends.
    closed: Notify,
    limits: SendQueueLimits,
}

#[derive(Default)]
struct State {
    chunks: Vec<Bytes>,
    /// Total size of `chunks` and of the chunks that the writer has taken and not yet written.
    bytes: usize,
    lagging: bool,
    closed: Option<GoodbyeReason>,
    /// `None` if only the writer may write, because it encrypts, and after the queue is closed.
    socket: Option<Arc<dyn TryWrite>>,
}

/// Fill level of a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Bytes pushed and not yet written.
    pub bytes: usize,
    /// Whether droppable chunks are dropped until the queue is empty.
    pub lagging: bool,
}

/// What the writer has to do next.
#[derive(Debug, PartialEq, Eq)]
pub enum Taken {
    /// Write these chunks and report the bytes written.
    Chunks(Vec<Bytes>),
    /// Stop: the queue is closed, and everything has been taken.
    Finished,
}

impl SendQueue {
    /// Creates an empty queue of a session that uses this encoder's protocol.
    #[must_use]
    pub fn new(limits: SendQueueLimits, encoder: &'static dyn Encoder) -> Self {
        let shared = Shared {
            state: Mutex::default(),
            encoder,
            pushed: Notify::new(),
            drained: Notify::new(),
            closed: Notify::new(),
            limits,
        };
        Self { shared: Arc::new(shared) }
    }

    /// Enables direct writes to this socket.
    pub fn write_directly_to(&self, socket: Arc<dyn TryWrite>) {
        self.state().socket = Some(socket);
    }

    /// The encoder of the session's protocol.
    #[must_use]
    pub fn encoder(&self) -> &'static dyn Encoder {
        self.shared.encoder
    }

    /// Encodes and queues a reply.
    pub fn push_reply(&self, reply: &ReplyFrame) {
        self.push([Outgoing::Required(encode_reply(self.shared.encoder, reply))]);
    }

    /// Encodes and queues an event that concerns only this connection and must not be dropped.
    pub fn push_notice(&self, event: &Event) {
        self.push([Outgoing::Required(encode_event(self.shared.encoder, event))]);
    }

    /// Queues encoded chunks. They must be in the protocol of [`SendQueue::encoder`].
    pub fn push(&self, chunks: impl IntoIterator<Item = Outgoing>) {
        let mut state = self.state();
        let (had_no_chunks, was_empty) = (state.chunks.is_empty(), state.bytes == 0);
        for chunk in chunks {
            if state.closed.is_some() {
                break;
            }
            let (bytes, droppable) = match chunk {
                Outgoing::Required(bytes) => (bytes, false),
                Outgoing::Droppable(bytes) => (bytes, true),
            };
            if droppable && (state.lagging || state.bytes > 0 && state.bytes + bytes.len() > self.shared.limits.soft_bytes) {
                state.lagging = true;
            } else if state.bytes + bytes.len() > self.shared.limits.hard_bytes {
                self.close_in(&mut state, Goodbye { reason: GoodbyeReason::ReadTooSlow, come_back_ms: None });
            } else {
                state.append(bytes);
            }
        }
        if was_empty {
            self.write_at_once(&mut state);
        }
        if had_no_chunks && !state.chunks.is_empty() {
            self.shared.pushed.notify_one();
        }
    }

    /// Writes as much as the socket accepts without waiting. Errors are left to the writer, which meets them as well.
    fn write_at_once(&self, state: &mut State) {
        let Some(socket) = &state.socket else { return };
        let mut slices = [IoSlice::new(&[]); SLICES];
        slices.iter_mut().zip(&state.chunks).for_each(|(slice, chunk)| *slice = IoSlice::new(chunk));
        let used = state.chunks.len().min(SLICES);
        let Ok(written @ 1..) = socket.try_write(&slices[..used]) else { return };
        remove_from_front(&mut state.chunks, written);
        self.note_written(state, written);
    }

    /// Closes the queue. The goodbye is sent after everything that is queued already.
    pub fn close(&self, goodbye: Goodbye) {
        self.close_in(&mut self.state(), goodbye);
    }

    /// Closes the queue without a goodbye, because the connection is gone.
    pub fn end(&self) {
        let mut state = self.state();
        state.closed.get_or_insert(GoodbyeReason::Other);
        state.socket = None;
        self.shared.wake_all();
    }

    /// The current fill level.
    #[must_use]
    pub fn waiting(&self) -> Waiting {
        let state = self.state();
        Waiting { bytes: state.bytes, lagging: state.lagging }
    }

    /// Why the queue was closed; `None` while it is open.
    #[must_use]
    pub fn why_closed(&self) -> Option<GoodbyeReason> {
        self.state().closed
    }

    /// Waits until the queue is closed. Supports one waiter, the session.
    pub async fn closed(&self) {
        while self.why_closed().is_none() {
            self.shared.closed.notified().await;
        }
    }

    /// Waits until the queue is at or below the soft limit, so that further replies have room, or is closed. Supports
    /// one waiter, the session.
    pub async fn room(&self) {
        loop {
            {
                let state = self.state();
                if state.closed.is_some() || state.bytes <= self.shared.limits.soft_bytes {
                    return;
                }
            }
            self.shared.drained.notified().await;
        }
    }

    /// Waits for chunks and takes all of them. Supports one waiter, the writer.
    pub async fn take(&self) -> Taken {
        loop {
            {
                let mut state = self.state();
                if !state.chunks.is_empty() {
                    return Taken::Chunks(std::mem::take(&mut state.chunks));
                }
                if state.closed.is_some() {
                    return Taken::Finished;
                }
            }
            self.shared.pushed.notified().await;
        }
    }

    /// Reports that this many of the bytes taken were written.
    pub fn written(&self, bytes: usize) {
        self.note_written(&mut self.state(), bytes);
    }

    fn note_written(&self, state: &mut State, bytes: usize) {
        state.bytes = state.bytes.saturating_sub(bytes);
        if state.bytes == 0 && state.lagging && state.closed.is_none() {
            state.lagging = false;
            state.append(encode_event(self.shared.encoder, &Event::Lagged));
            self.shared.pushed.notify_one();
        }
        if state.bytes <= self.shared.limits.soft_bytes {
            self.shared.drained.notify_one();
        }
    }

    fn close_in(&self, state: &mut State, goodbye: Goodbye) {
        if state.closed.is_some() {
            return;
        }
        state.closed = Some(goodbye.reason);
        state.socket = None;
        state.append(encode_event(self.shared.encoder, &Event::Goodbye(goodbye)));
        self.shared.wake_all();
    }

    /// Ignores poisoning: the lock is held for a few operations that leave the state consistent.
    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shared {
    fn wake_all(&self) {
        self.pushed.notify_one();
        self.closed.notify_one();
        self.drained.notify_one();
    }
}

impl State {
    /// Appends a chunk, unless it is empty because the protocol cannot express the value.
    fn append(&mut self, chunk: Bytes) {
        if !chunk.is_empty() {
            self.bytes += chunk.len();
            self.chunks.push(chunk);
        }
    }
}

/// Removes this many bytes from the first chunks.
fn remove_from_front(chunks: &mut Vec<Bytes>, bytes: usize) {
    let (mut whole, mut left) = (0, bytes);
    while let Some(chunk) = chunks.get(whole).filter(|chunk| chunk.len() <= left) {
        left -= chunk.len();
        whole += 1;
    }
    if whole == chunks.len() {
        // Frees the memory, so that an idle session keeps none.
        *chunks = Vec::new();
        return;
    }
    chunks.drain(..whole);
    chunks[0].advance(left);
}
