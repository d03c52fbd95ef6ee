//! What waits for one session's socket.
//!
//! Stands below the bus and the session, since both push into it. Deliberately absent: the socket (see
//! `session::socket` and `session::writer`), and what the lines say.

#[cfg(test)]
mod tests;

use std::io::{self, IoSlice};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::{Buf, Bytes, BytesMut};
use papo_shared::protocol::{Event, Goodbye, GoodbyeReason, encode_line};
use tokio::sync::Notify;

use crate::config::SendQueueLimits;

/// Lines that are written with one call; the rest waits for the writer. POSIX lets a system take as few as 16.
const SLICES: usize = 16;

/// The lines that wait for one session, bounded. Cloning gives another handle to the same queue.
///
/// 1. Pushing MUST NOT wait: who pushes serves everybody.
/// 2. Lines leave in the order they were pushed in. A push of several lines is one step: nothing comes between them.
/// 3. What waits, with what the writer took and has not written yet, MUST stay below the hard limit: a line that would
///    pass it closes the queue with `read_too_slow`.
/// 4. An event that would pass the soft limit while something waits MUST be dropped, and with it every later event until
///    nothing waits any more; then the session is told once that it lagged. Replies are never dropped.
/// 5. The first close counts. After it nothing is taken in, and the goodbye is the last line.
/// 6. Whoever writes MUST report what was written, or the queue never drains.
/// 7. Where nothing waits and the socket takes bytes at once, they are written by whoever pushes: no task is woken for them.
///    What the socket does not take waits for the writer.
#[derive(Clone)]
pub struct SendQueue {
    shared: Arc<Shared>,
}

/// What a line is to who waits for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outgoing {
    /// Answers a request, or asks the peer for a sign of life: never dropped.
    Reply(Bytes),
    /// Can be asked for again: dropped while the session lags. One line, or several that are kept or dropped together.
    Event(Bytes),
}

/// A socket that can be written to without waiting.
pub trait TryWrite: Send + Sync {
    /// Writes what the socket takes at once, and gives how many bytes that was.
    ///
    /// # Errors
    /// `WouldBlock` where it takes nothing at the moment; anything else where it is gone.
    fn try_write(&self, slices: &[IoSlice<'_>]) -> io::Result<usize>;
}

struct Shared {
    state: Mutex<State>,
    /// For the one writer.
    pushed: Notify,
    /// For the session, which reads no further request while its replies are not read.
    drained: Notify,
    /// For the session.
    closed: Notify,
    limits: SendQueueLimits,
}

#[derive(Default)]
struct State {
    lines: Vec<Bytes>,
    /// Of `lines`, and of what was taken and is not written.
    bytes: usize,
    lagging: bool,
    closed: Option<GoodbyeReason>,
    /// None where bytes have to go by the writer, which alone encrypts, and once the queue is closed.
    socket: Option<Arc<dyn TryWrite>>,
}

/// How much waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Bytes that were pushed and are not written.
    pub bytes: usize,
    /// Whether events are dropped until nothing waits.
    pub lagging: bool,
}

/// What the writer is to do next.
#[derive(Debug, PartialEq, Eq)]
pub enum Taken {
    /// Write these, and report it.
    Lines(Vec<Bytes>),
    /// Everything is written and nothing comes any more.
    Over,
}

impl SendQueue {
    /// An empty queue.
    #[must_use]
    pub fn new(limits: SendQueueLimits) -> Self {
        let shared =
            Shared { state: Mutex::default(), pushed: Notify::new(), drained: Notify::new(), closed: Notify::new(), limits };
        Self { shared: Arc::new(shared) }
    }

    /// From now on what is pushed while nothing waits is written to this socket at once.
    pub fn write_directly_to(&self, socket: Arc<dyn TryWrite>) {
        self.state().socket = Some(socket);
    }

    /// Queues lines, by the rules above.
    pub fn push(&self, lines: impl IntoIterator<Item = Outgoing>) {
        let mut state = self.state();
        let (was_empty, nothing_waited) = (state.lines.is_empty(), state.bytes == 0);
        for line in lines {
            if state.closed.is_some() {
                break;
            }
            let (bytes, droppable) = match line {
                Outgoing::Reply(bytes) => (bytes, false),
                Outgoing::Event(bytes) => (bytes, true),
            };
            if droppable && (state.lagging || state.bytes > 0 && state.bytes + bytes.len() > self.shared.limits.soft_bytes) {
                state.lagging = true;
            } else if state.bytes + bytes.len() > self.shared.limits.hard_bytes {
                self.close_in(&mut state, Goodbye { reason: GoodbyeReason::ReadTooSlow, come_back_ms: None });
            } else {
                state.bytes += bytes.len();
                state.lines.push(bytes);
            }
        }
        if nothing_waited {
            self.write_at_once(&mut state);
        }
        if was_empty && !state.lines.is_empty() {
            self.shared.pushed.notify_one();
        }
    }

    /// Writes as much as the socket takes without waiting. A socket that is gone is found out by the writer.
    fn write_at_once(&self, state: &mut State) {
        let Some(socket) = &state.socket else { return };
        let mut slices = [IoSlice::new(&[]); SLICES];
        slices.iter_mut().zip(&state.lines).for_each(|(slice, line)| *slice = IoSlice::new(line));
        let used = state.lines.len().min(SLICES);
        let Ok(written @ 1..) = socket.try_write(&slices[..used]) else { return };
        take_from_front(&mut state.lines, written);
        self.note_written(state, written);
    }

    /// Closes with this goodbye, which leaves after what waits already.
    pub fn close(&self, goodbye: Goodbye) {
        self.close_in(&mut self.state(), goodbye);
    }

    /// Closes without a goodbye: who would read it has left.
    pub fn end(&self) {
        let mut state = self.state();
        state.closed.get_or_insert(GoodbyeReason::Other);
        state.socket = None;
        self.shared.wake_all();
    }

    /// How much waits at this moment.
    #[must_use]
    pub fn waiting(&self) -> Waiting {
        let state = self.state();
        Waiting { bytes: state.bytes, lagging: state.lagging }
    }

    /// Why the queue was closed, once it is.
    #[must_use]
    pub fn why_closed(&self) -> Option<GoodbyeReason> {
        self.state().closed
    }

    /// Waits until the queue is closed. For one waiter: the session.
    pub async fn closed(&self) {
        while self.why_closed().is_none() {
            self.shared.closed.notified().await;
        }
    }

    /// Waits until the replies to further requests have room below the soft limit, or the queue is closed. For one waiter.
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

    /// Waits for lines and takes all there are. For one waiter: the writer.
    pub async fn take(&self) -> Taken {
        loop {
            {
                let mut state = self.state();
                if !state.lines.is_empty() {
                    return Taken::Lines(std::mem::take(&mut state.lines));
                }
                if state.closed.is_some() {
                    return Taken::Over;
                }
            }
            self.shared.pushed.notified().await;
        }
    }

    /// Says that so many of the bytes taken were written.
    pub fn written(&self, bytes: usize) {
        self.note_written(&mut self.state(), bytes);
    }

    fn note_written(&self, state: &mut State, bytes: usize) {
        state.bytes = state.bytes.saturating_sub(bytes);
        if state.bytes == 0 && state.lagging && state.closed.is_none() {
            state.lagging = false;
            let line = line(&Event::Lagged);
            state.bytes = line.len();
            state.lines.push(line);
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
        let line = line(&Event::Goodbye(goodbye));
        state.bytes += line.len();
        state.lines.push(line);
        self.shared.wake_all();
    }

    /// The lock is held for a few instructions and nothing in them panics; a poisoned queue is still a queue.
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

/// Drops so many bytes from the first lines.
fn take_from_front(lines: &mut Vec<Bytes>, bytes: usize) {
    let (mut whole, mut left) = (0, bytes);
    while let Some(line) = lines.get(whole).filter(|line| line.len() <= left) {
        left -= line.len();
        whole += 1;
    }
    if whole == lines.len() {
        // An idle session keeps no room for lines.
        *lines = Vec::new();
        return;
    }
    lines.drain(..whole);
    lines[0].advance(left);
}

/// Lines as one, to be written with one call. A single line, which is the usual case, is not copied.
#[must_use]
pub fn join(lines: &[Bytes]) -> Bytes {
    if let [line] = lines {
        return line.clone();
    }
    let mut all = BytesMut::with_capacity(lines.iter().map(Bytes::len).sum());
    lines.iter().for_each(|line| all.extend_from_slice(line));
    all.freeze()
}

/// A frame as one line.
#[must_use]
pub fn line(frame: &impl serde::Serialize) -> Bytes {
    // A short message with its names and ids fits, and nearly everything else.
    let mut buffer = BytesMut::with_capacity(320);
    encode_line(frame, &mut buffer);
    buffer.freeze()
}
