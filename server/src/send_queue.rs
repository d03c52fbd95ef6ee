//! What waits for one session's socket.
//!
//! Stands below the bus and the session, since both push into it. Deliberately absent: the socket (see
//! `session::writer`), and what the lines say.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::{Bytes, BytesMut};
use papo_shared::protocol::{Event, Goodbye, GoodbyeReason, encode_line};
use tokio::sync::Notify;

use crate::config::SendQueueLimits;

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
#[derive(Clone)]
pub struct SendQueue {
    shared: Arc<Shared>,
}

/// What a line is to who waits for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outgoing {
    /// Answers a request, or asks the peer for a sign of life: never dropped.
    Reply(Bytes),
    /// Can be asked for again: dropped while the session lags.
    Event(Bytes),
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

    /// Queues lines, by the rules above.
    pub fn push(&self, lines: impl IntoIterator<Item = Outgoing>) {
        let mut state = self.state();
        let was_empty = state.lines.is_empty();
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
        if was_empty && !state.lines.is_empty() {
            self.shared.pushed.notify_one();
        }
    }

    /// Closes with this goodbye, which leaves after what waits already.
    pub fn close(&self, goodbye: Goodbye) {
        self.close_in(&mut self.state(), goodbye);
    }

    /// Closes without a goodbye: who would read it has left.
    pub fn end(&self) {
        let mut state = self.state();
        state.closed.get_or_insert(GoodbyeReason::Other);
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
        let mut state = self.state();
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

/// A frame as one line.
#[must_use]
pub fn line(frame: &impl serde::Serialize) -> Bytes {
    let mut buffer = BytesMut::new();
    encode_line(frame, &mut buffer);
    buffer.freeze()
}

#[cfg(test)]
mod tests {
    use super::{Bytes, Event, Goodbye, GoodbyeReason, Outgoing, SendQueue, SendQueueLimits, Taken, line};

    const LIMITS: SendQueueLimits = SendQueueLimits { soft_bytes: 10, hard_bytes: 20 };

    fn reply(text: &'static str) -> Outgoing {
        Outgoing::Reply(Bytes::from_static(text.as_bytes()))
    }

    fn event(text: &'static str) -> Outgoing {
        Outgoing::Event(Bytes::from_static(text.as_bytes()))
    }

    #[track_caller]
    fn check_taken(taken: Taken, expected: &[&[u8]]) -> usize {
        let Taken::Lines(lines) = taken else { panic!("nothing was taken") };
        assert_eq!(lines, expected);
        lines.iter().map(Bytes::len).sum()
    }

    #[tokio::test]
    async fn lines_leave_in_order_and_all_at_once() {
        let queue = SendQueue::new(LIMITS);
        queue.push([reply("a"), event("b")]);
        queue.push([reply("c")]);
        check_taken(queue.take().await, &[b"a", b"b", b"c"]);
    }

    #[tokio::test]
    async fn beyond_the_soft_limit_events_are_dropped_until_nothing_waits() {
        // Room for the word that the session lagged, and one byte.
        let soft_bytes = line(&Event::Lagged).len() + 1;
        let queue = SendQueue::new(SendQueueLimits { soft_bytes, hard_bytes: 2 * soft_bytes });
        queue.push([event("1234567890123456"), event("dropped"), reply("kept"), event("1")]);
        let bytes = check_taken(queue.take().await, &[b"1234567890123456", b"kept"]);
        queue.written(bytes - 1);
        queue.push([event("!")]);
        queue.written(1);
        queue.push([event("x")]);
        check_taken(queue.take().await, &[&line(&Event::Lagged), b"x"]);
    }

    /// Nothing would be written after it, so nobody would ever be told that it was dropped.
    #[tokio::test]
    async fn an_event_beyond_the_soft_limit_is_kept_where_nothing_waits() {
        let queue = SendQueue::new(LIMITS);
        queue.push([event("12345678901"), event("dropped")]);
        check_taken(queue.take().await, &[b"12345678901"]);
    }

    #[tokio::test]
    async fn beyond_the_hard_limit_the_queue_is_closed() {
        let queue = SendQueue::new(LIMITS);
        queue.push([reply("12345678901234567890")]);
        assert_eq!(queue.why_closed(), None, "the limit itself is allowed");
        queue.push([reply("x")]);
        queue.closed().await;
        assert_eq!(queue.why_closed(), Some(GoodbyeReason::ReadTooSlow));
    }

    #[tokio::test]
    async fn what_was_taken_and_is_not_written_counts() {
        let queue = SendQueue::new(LIMITS);
        queue.push([reply("12345678901234567890")]);
        let _ = queue.take().await;
        queue.push([reply("x")]);
        assert_eq!(queue.why_closed(), Some(GoodbyeReason::ReadTooSlow));
    }

    #[tokio::test]
    async fn the_goodbye_is_the_last_line_and_the_first_reason_counts() {
        let queue = SendQueue::new(LIMITS);
        let goodbye = Goodbye { reason: GoodbyeReason::Stopping, come_back_ms: Some(3) };
        queue.push([reply("a")]);
        queue.close(goodbye.clone());
        queue.close(Goodbye { reason: GoodbyeReason::Silent, come_back_ms: None });
        queue.push([reply("b")]);
        check_taken(queue.take().await, &[b"a", &line(&Event::Goodbye(goodbye))]);
        assert_eq!(queue.take().await, Taken::Over);
    }

    #[tokio::test(start_paused = true)]
    async fn there_is_room_again_once_the_reader_read() {
        let queue = SendQueue::new(LIMITS);
        queue.push([reply("12345678901")]);
        let soon = std::time::Duration::from_millis(1);
        assert!(tokio::time::timeout(soon, queue.room()).await.is_err(), "eleven bytes are above the soft limit");
        queue.written(1);
        assert!(tokio::time::timeout(soon, queue.room()).await.is_ok());
    }
}
