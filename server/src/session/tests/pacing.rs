//! How fast a session reads, and what it does meanwhile.

use std::time::Duration;

use papo_shared::protocol::GoodbyeReason;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader, DuplexStream};
use tokio::time::{Instant, sleep};

use super::{SendQueueLimits, Session, Stage, caller, session};
use crate::config::{Config, Limits};
use crate::session::counted_stream::{ByteCount, CountedStream};
use crate::session::pace::Pace;
use crate::session::socket::Reader;
use crate::session::writer;
use crate::tls::tests::encrypted_pair;

const SECOND: Duration = Duration::from_secs(1);

/// Two lines and 100 bytes per second, after a burst of 10 lines or 1000 bytes.
const LIMITS: fn() -> Limits =
    || Limits { requests_per_second: 2, request_burst: 10, bytes_per_second: 100, byte_burst: 1000, ..Limits::default() };

const PING: &[u8] = b"{\"id\":9,\"type\":\"ping\"}\n";

fn signed_in_session() -> Session {
    let mut session = session(SendQueueLimits { soft_bytes: 100_000, hard_bytes: 100_000 });
    session.stage = Stage::SignedIn(caller());
    session.pace = Pace::signed_in(&LIMITS());
    session
}

/// Serves the session on this connection, as [`serve`](crate::session::serve) does.
fn spawn(mut session: Session, mut reader: Reader, writer: impl AsyncWrite + Send + Unpin + 'static) {
    tokio::spawn(writer::run(writer, ByteCount::default(), session.queue.clone(), Duration::from_secs(3600)));
    tokio::spawn(async move { session.run(&mut reader).await });
}

/// A connection in memory, with which a paused clock is exact: its two ends, and the bytes that the first one received.
fn connection() -> (CountedStream<DuplexStream>, DuplexStream, ByteCount) {
    let (here, there) = tokio::io::duplex(1 << 20);
    let here = CountedStream::new(here);
    let received = here.received();
    (here, there, received)
}

/// How long a ping waits that is sent after these chunks, which are written at once.
async fn ping_time_after(chunks: impl IntoIterator<Item = &[u8]>) -> Duration {
    let (here, there, received) = connection();
    ping_time(here, received, there, chunks).await
}

async fn ping_time<'a>(
    here: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    received: ByteCount,
    mut there: impl AsyncRead + AsyncWrite + Unpin,
    chunks: impl IntoIterator<Item = &'a [u8]>,
) -> Duration {
    let (reader, writer) = tokio::io::split(here);
    spawn(signed_in_session(), Reader::counted(reader, received), writer);
    for chunk in chunks {
        there.write_all(chunk).await.unwrap();
        there.flush().await.unwrap();
    }
    let began = Instant::now();
    // By the paused clock: the session has read as much of the chunks as it may.
    sleep(Duration::from_millis(1)).await;
    there.write_all(PING).await.unwrap();
    there.flush().await.unwrap();
    let mut lines = BufReader::new(there).lines();
    while !lines.next_line().await.unwrap().expect("the session must stay open").contains("\"pong\"") {}
    began.elapsed()
}

#[track_caller]
fn check_about(actual: Duration, expected: Duration) {
    // The runtime's clock has a resolution of one millisecond.
    assert!(actual >= expected && actual <= expected + Duration::from_millis(3), "{actual:?} instead of {expected:?}");
}

#[tokio::test(start_paused = true)]
async fn every_line_counts_whatever_is_in_it() {
    let lines =
        ["", "\r", "{}", "no frame", "{\"type\":\"pong\"}", "{\"id\":9,\"type\":\"later\"}", "{\"id\":1,\"type\":\"hello\"}"];
    for line in lines {
        let chunk = |count| format!("{line}\n").repeat(count);
        // The ninth malformed line is the last one that keeps the connection open.
        let preceding = "\n";
        check_about(ping_time_after([(preceding.to_owned() + &chunk(9)).as_bytes()]).await, Duration::ZERO);
        check_about(ping_time_after([(preceding.repeat(5) + &chunk(9)).as_bytes()]).await, 2 * SECOND);
    }
}

#[tokio::test(start_paused = true)]
async fn every_byte_counts_also_those_of_a_line_that_is_too_long() {
    check_about(ping_time_after([&b"\n"[..]]).await, Duration::ZERO);
    let mut line = vec![b'x'; 2000];
    line[1999] = b'\n';
    check_about(ping_time_after([&line[1000..]]).await, Duration::ZERO);
    check_about(ping_time_after([&line[..]]).await, 10 * SECOND);
    let mut too_long = vec![b'x'; 60_000];
    *too_long.last_mut().unwrap() = b'\n';
    // The last of its eight chunks is read together with the ping.
    check_about(ping_time_after([&too_long[..]]).await, Duration::from_millis(7 * 81_920 - 10_000));
}

/// An encrypted record has 22 bytes more than its contents.
#[tokio::test(start_paused = true)]
async fn encrypted_bytes_count_as_they_are_received() {
    for (records, expected) in [(43, Duration::ZERO), (53, Duration::from_millis(2_190))] {
        let (here, there, received) = connection();
        let (here, there) = encrypted_pair(here, there).await;
        check_about(ping_time(here, received, there, std::iter::repeat_n(&b" "[..], records)).await, expected);
    }
}

/// A client whose bytes wait to be read is not silent.
#[tokio::test(start_paused = true)]
async fn a_pause_in_reading_does_not_count_as_silence() {
    let (here, mut there, received) = connection();
    let session = signed_in_session();
    let (queue, silent_after) = (session.queue.clone(), session.context.config.silent_after);
    let (reader, writer) = tokio::io::split(here);
    spawn(session, Reader::counted(reader, received), writer);
    let began = Instant::now();
    there.write_all(&[b'\n'; 1010]).await.unwrap();
    queue.closed().await;
    assert_eq!(queue.why_closed(), Some(GoodbyeReason::Silent));
    check_about(began.elapsed(), 500 * SECOND + silent_after);
}

/// Before sign-in as well, and if the client reads no replies.
#[tokio::test(start_paused = true)]
async fn the_time_to_sign_in_ends_while_there_is_more_to_read() {
    let limits = SendQueueLimits { soft_bytes: 100, hard_bytes: 100_000 };
    let Config { hello_timeout, sign_in_timeout, .. } = Config::default();
    for (is_greeted, timeout) in [(false, hello_timeout), (true, sign_in_timeout)] {
        for line in [&b"\n"[..], PING] {
            let (here, mut there, received) = connection();
            let mut session = session(limits);
            session.stage = if is_greeted { Stage::Greeted } else { Stage::Connected };
            let queue = session.queue.clone();
            // Without a writer: the replies stay in the queue.
            let mut reader = Reader::counted(here, received);
            let running = tokio::spawn(async move { session.run(&mut reader).await });
            let flooding = tokio::spawn(async move { while there.write_all(&line.repeat(1000)).await.is_ok() {} });
            let began = Instant::now();
            queue.closed().await;
            assert_eq!(queue.why_closed(), Some(GoodbyeReason::SignInTooSlow));
            check_about(began.elapsed(), timeout);
            running.await.unwrap();
            flooding.await.unwrap();
        }
    }
}
