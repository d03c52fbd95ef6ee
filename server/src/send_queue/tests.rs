use std::sync::atomic::{AtomicUsize, Ordering};

use super::{
    Arc, Bytes, Event, Goodbye, GoodbyeReason, IoSlice, Mutex, Outgoing, SLICES, SendQueue, SendQueueLimits, Taken, TryWrite, io,
    line,
};

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

/// A socket that has room for so many bytes.
#[derive(Default)]
struct Room {
    bytes: AtomicUsize,
    taken: Mutex<Vec<u8>>,
}

impl TryWrite for Room {
    fn try_write(&self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        let all: Vec<u8> = slices.iter().flat_map(|slice| slice.iter().copied()).collect();
        let written = self.bytes.load(Ordering::SeqCst).min(all.len());
        if written == 0 {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        self.bytes.fetch_sub(written, Ordering::SeqCst);
        self.taken.lock().unwrap().extend(&all[..written]);
        Ok(written)
    }
}

impl Room {
    fn check_taken(&self, expected: &str) {
        assert_eq!(str::from_utf8(&self.taken.lock().unwrap()), Ok(expected));
    }
}

#[tokio::test]
async fn what_the_socket_takes_at_once_waits_for_nobody_and_the_rest_comes_behind_it() {
    let queue = SendQueue::new(SendQueueLimits { soft_bytes: 999, hard_bytes: 999 });
    let socket = Arc::new(Room { bytes: AtomicUsize::new(7), ..Room::default() });
    queue.write_directly_to(socket.clone());
    queue.push([reply("ab"), event("cd")]);
    assert_eq!(queue.waiting().bytes, 0);
    queue.push([reply("ef"), reply("gh"), reply("ij")]);
    socket.check_taken("abcdefg");
    socket.bytes.store(99, Ordering::SeqCst);
    queue.push([reply("kl")]);
    socket.check_taken("abcdefg");
    let bytes = check_taken(queue.take().await, &[b"h", b"ij", b"kl"]);
    queue.push([reply("mn")]);
    queue.written(bytes);
    let bytes = check_taken(queue.take().await, &[b"mn"]);
    queue.written(bytes);
    queue.push([reply("op")]);
    socket.check_taken("abcdefgop");
}

#[tokio::test]
async fn more_lines_than_one_call_takes_are_left_to_the_writer() {
    let queue = SendQueue::new(SendQueueLimits { soft_bytes: 999, hard_bytes: 999 });
    let socket = Arc::new(Room { bytes: AtomicUsize::new(99), ..Room::default() });
    queue.write_directly_to(socket.clone());
    queue.push((0..=SLICES).map(|n| if n < SLICES { reply("a") } else { reply("b") }));
    socket.check_taken(&"a".repeat(SLICES));
    check_taken(queue.take().await, &[b"b"]);
}

#[tokio::test]
async fn a_closed_queue_writes_nothing_by_itself() {
    let queue = SendQueue::new(SendQueueLimits { soft_bytes: 999, hard_bytes: 999 });
    let socket = Arc::new(Room { bytes: AtomicUsize::new(99), ..Room::default() });
    queue.write_directly_to(socket.clone());
    let goodbye = Goodbye { reason: GoodbyeReason::Silent, come_back_ms: None };
    queue.close(goodbye.clone());
    assert_eq!(Arc::strong_count(&socket), 1, "a session that ends does not keep its connection open");
    check_taken(queue.take().await, &[&line(&Event::Goodbye(goodbye))]);
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
