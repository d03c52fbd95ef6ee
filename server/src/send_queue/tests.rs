use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::BytesMut;
use papo_shared::protocol::Reply;

use super::{
    Arc, Bytes, Encoder, Event, Goodbye, GoodbyeReason, IoSlice, Mutex, Outgoing, ReplyFrame, SLICES, SendQueue, SendQueueLimits,
    Taken, TryWrite, encode_event, io,
};

/// A protocol of short words, separated by nothing. It cannot express a ping.
struct Words;

impl Encoder for Words {
    fn protocol(&self) -> &'static str {
        "words"
    }

    fn encode_event(&self, event: &Event, buffer: &mut BytesMut) {
        match event {
            Event::Ping => {}
            Event::Lagged => buffer.extend_from_slice(b"some were dropped!"),
            Event::Goodbye(goodbye) => buffer.extend_from_slice(format!("bye {:?}", goodbye.reason).as_bytes()),
            other => buffer.extend_from_slice(format!("{other:?}").as_bytes()),
        }
    }

    fn encode_reply(&self, reply: &ReplyFrame, buffer: &mut BytesMut) {
        buffer.extend_from_slice(format!("{}", reply.id).as_bytes());
    }
}

fn queue(limits: SendQueueLimits) -> SendQueue {
    SendQueue::new(limits, &Words)
}

const LIMITS: SendQueueLimits = SendQueueLimits { soft_bytes: 10, hard_bytes: 20 };

fn required(text: &'static str) -> Outgoing {
    Outgoing::Required(Bytes::from_static(text.as_bytes()))
}

fn droppable(text: &'static str) -> Outgoing {
    Outgoing::Droppable(Bytes::from_static(text.as_bytes()))
}

#[track_caller]
fn check_taken(taken: Taken, expected: &[&[u8]]) -> usize {
    let Taken::Chunks(chunks) = taken else { panic!("nothing was taken") };
    assert_eq!(chunks, expected);
    chunks.iter().map(Bytes::len).sum()
}

#[tokio::test]
async fn chunks_are_taken_in_order_and_all_at_once() {
    let queue = queue(LIMITS);
    queue.push([required("a"), droppable("b")]);
    queue.push([required("c")]);
    check_taken(queue.take().await, &[b"a", b"b", b"c"]);
}

#[tokio::test]
async fn above_the_soft_limit_droppable_chunks_are_dropped_until_the_queue_is_empty() {
    // Room for the lag notice and one more byte.
    let soft_bytes = encode_event(&Words, &Event::Lagged).len() + 1;
    let queue = queue(SendQueueLimits { soft_bytes, hard_bytes: 2 * soft_bytes });
    queue.push([droppable("1234567890123456"), droppable("dropped"), required("kept"), droppable("1")]);
    let bytes = check_taken(queue.take().await, &[b"1234567890123456", b"kept"]);
    queue.written(bytes - 1);
    queue.push([droppable("!")]);
    queue.written(1);
    queue.push([droppable("x")]);
    check_taken(queue.take().await, &[&encode_event(&Words, &Event::Lagged), b"x"]);
}

/// Otherwise nothing would be written afterwards, and the session would never learn that it was dropped.
#[tokio::test]
async fn a_droppable_chunk_above_the_soft_limit_is_kept_if_the_queue_is_empty() {
    let queue = queue(LIMITS);
    queue.push([droppable("12345678901"), droppable("dropped")]);
    check_taken(queue.take().await, &[b"12345678901"]);
}

#[tokio::test]
async fn above_the_hard_limit_the_queue_is_closed() {
    let queue = queue(LIMITS);
    queue.push([required("12345678901234567890")]);
    assert_eq!(queue.why_closed(), None, "the limit itself is allowed");
    queue.push([required("x")]);
    queue.closed().await;
    assert_eq!(queue.why_closed(), Some(GoodbyeReason::ReadTooSlow));
}

#[tokio::test]
async fn bytes_taken_and_not_written_count() {
    let queue = queue(LIMITS);
    queue.push([required("12345678901234567890")]);
    let _ = queue.take().await;
    queue.push([required("x")]);
    assert_eq!(queue.why_closed(), Some(GoodbyeReason::ReadTooSlow));
}

#[tokio::test]
async fn the_goodbye_is_the_last_chunk_and_the_first_reason_is_kept() {
    let queue = queue(LIMITS);
    let goodbye = Goodbye { reason: GoodbyeReason::Stopping, come_back_ms: Some(3) };
    queue.push([required("a")]);
    queue.close(goodbye.clone());
    queue.close(Goodbye { reason: GoodbyeReason::Silent, come_back_ms: None });
    queue.push([required("b")]);
    check_taken(queue.take().await, &[b"a", &encode_event(&Words, &Event::Goodbye(goodbye))]);
    assert_eq!(queue.take().await, Taken::Finished);
}

/// A socket that accepts a limited number of bytes.
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
async fn bytes_the_socket_accepts_are_written_at_once_and_the_rest_in_order_by_the_writer() {
    let queue = queue(SendQueueLimits { soft_bytes: 999, hard_bytes: 999 });
    let socket = Arc::new(Room { bytes: AtomicUsize::new(7), ..Room::default() });
    queue.write_directly_to(socket.clone());
    queue.push([required("ab"), droppable("cd")]);
    assert_eq!(queue.waiting().bytes, 0);
    queue.push([required("ef"), required("gh"), required("ij")]);
    socket.check_taken("abcdefg");
    socket.bytes.store(99, Ordering::SeqCst);
    queue.push([required("kl")]);
    socket.check_taken("abcdefg");
    let bytes = check_taken(queue.take().await, &[b"h", b"ij", b"kl"]);
    queue.push([required("mn")]);
    queue.written(bytes);
    let bytes = check_taken(queue.take().await, &[b"mn"]);
    queue.written(bytes);
    queue.push([required("op")]);
    socket.check_taken("abcdefgop");
}

#[tokio::test]
async fn more_chunks_than_one_call_writes_are_left_to_the_writer() {
    let queue = queue(SendQueueLimits { soft_bytes: 999, hard_bytes: 999 });
    let socket = Arc::new(Room { bytes: AtomicUsize::new(99), ..Room::default() });
    queue.write_directly_to(socket.clone());
    queue.push((0..=SLICES).map(|n| if n < SLICES { required("a") } else { required("b") }));
    socket.check_taken(&"a".repeat(SLICES));
    check_taken(queue.take().await, &[b"b"]);
}

#[tokio::test]
async fn a_closed_queue_does_not_write_directly() {
    let queue = queue(SendQueueLimits { soft_bytes: 999, hard_bytes: 999 });
    let socket = Arc::new(Room { bytes: AtomicUsize::new(99), ..Room::default() });
    queue.write_directly_to(socket.clone());
    let goodbye = Goodbye { reason: GoodbyeReason::Silent, come_back_ms: None };
    queue.close(goodbye.clone());
    assert_eq!(Arc::strong_count(&socket), 1, "a closed queue must not keep its connection open");
    check_taken(queue.take().await, &[&encode_event(&Words, &Event::Goodbye(goodbye))]);
}

#[tokio::test(start_paused = true)]
async fn there_is_room_again_once_bytes_are_written() {
    let queue = queue(LIMITS);
    queue.push([required("12345678901")]);
    let soon = std::time::Duration::from_millis(1);
    assert!(tokio::time::timeout(soon, queue.room()).await.is_err(), "eleven bytes are above the soft limit");
    queue.written(1);
    assert!(tokio::time::timeout(soon, queue.room()).await.is_ok());
}

#[tokio::test]
async fn replies_and_notices_are_encoded_by_the_protocol_of_the_session() {
    let queue = queue(SendQueueLimits { soft_bytes: 999, hard_bytes: 999 });
    queue.push_reply(&ReplyFrame { id: 7, reply: Reply::Done });
    queue.push_notice(&Event::DevicesChanged);
    // The protocol cannot express it, so nothing is sent.
    queue.push_notice(&Event::Ping);
    check_taken(queue.take().await, &[b"7", b"DevicesChanged"]);
}
