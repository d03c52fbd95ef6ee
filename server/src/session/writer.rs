//! The task that writes a send queue to its socket.

use std::future::poll_fn;
use std::io;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use bytes::{Buf, Bytes, BytesMut};
use papo_shared::protocol::{Goodbye, GoodbyeReason};
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::time::{Instant, sleep};

use super::counted_stream::ByteCount;
use crate::send_queue::{SendQueue, Taken};

/// Writes everything that is queued, with one call, until the queue is closed and empty or the socket fails. Each batch is
/// flushed, because an encrypted socket buffers what the connection does not accept and would only send it with the next write.
///
/// If the peer accepts nothing for `stuck_after`, the queue is closed, and the session aborts this task after a grace period.
/// Thus nothing waits for a blocked writer. `accepted` tells whether the peer accepts bytes during a flush.
pub(super) async fn run(mut socket: impl AsyncWrite + Unpin, accepted: ByteCount, queue: SendQueue, stuck_after: Duration) {
    let patience = Patience { accepted, stuck_after };
    while let Taken::Chunks(chunks) = queue.take().await {
        if let Err(error) = write(&mut socket, join(&chunks), &queue, &patience).await {
            tracing::debug!(%error, "the connection ended during a write");
            queue.end();
            return;
        }
    }
    // Fails if the peer is gone already.
    let _ = socket.shutdown().await;
}

/// Joins chunks, so that one call can write them. A single chunk, the usual case, is not copied.
fn join(chunks: &[Bytes]) -> Bytes {
    if let [chunk] = chunks {
        return chunk.clone();
    }
    let mut all = BytesMut::with_capacity(chunks.iter().map(Bytes::len).sum());
    chunks.iter().for_each(|chunk| all.extend_from_slice(chunk));
    all.freeze()
}

/// Writes all bytes. They count as written once they are flushed.
async fn write(
    socket: &mut (impl AsyncWrite + Unpin),
    mut bytes: Bytes,
    queue: &SendQueue,
    patience: &Patience,
) -> io::Result<()> {
    while !bytes.is_empty() {
        let written = patience.finish(socket.write(&bytes), queue).await?;
        if written == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        patience.finish(socket.flush(), queue).await?;
        bytes.advance(written);
        queue.written(written);
    }
    Ok(())
}

/// Closes the queue of a peer that accepts no bytes for too long.
struct Patience {
    accepted: ByteCount,
    stuck_after: Duration,
}

impl Patience {
    /// Waits for an operation on the socket. If the peer accepts nothing for `stuck_after`, closes the queue
    /// and continues to wait.
    async fn finish<T>(&self, operation: impl Future<Output = io::Result<T>>, queue: &SendQueue) -> io::Result<T> {
        let (mut operation, mut stuck) = (pin!(operation), pin!(sleep(self.stuck_after)));
        let mut accepted = self.accepted.get();
        let finished = poll_fn(|context| {
            if let Poll::Ready(result) = operation.as_mut().poll(context) {
                return Poll::Ready(Some(result));
            }
            let accepted_now = self.accepted.get();
            if accepted_now != accepted {
                accepted = accepted_now;
                stuck.as_mut().reset(Instant::now() + self.stuck_after);
            }
            stuck.as_mut().poll(context).map(|()| None)
        });
        match finished.await {
            Some(result) => result,
            None => {
                queue.close(Goodbye { reason: GoodbyeReason::ReadTooSlow, come_back_ms: None });
                operation.await
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use bytes::Bytes;
    use tokio::io::{AsyncRead, AsyncReadExt};
    use tokio::net::{TcpSocket, TcpStream};

    use super::{ByteCount, GoodbyeReason, SendQueue, run};
    use crate::config::SendQueueLimits;
    use crate::send_queue::Outgoing;
    use crate::session::counted_stream::CountedStream;
    use crate::session::json_lines::JSON_LINES;
    use crate::session::socket::{Halves, Socket};
    use crate::tls::tests::encrypted_pair;

    const LIMITS: SendQueueLimits = SendQueueLimits { soft_bytes: 100, hard_bytes: 1000 };

    #[tokio::test(start_paused = true)]
    async fn queued_chunks_are_written_and_reported() {
        let queue = SendQueue::new(LIMITS, &JSON_LINES);
        let (socket, mut peer) = tokio::io::duplex(64);
        queue.push(["a\n", "b\n"].map(|line| Outgoing::Required(Bytes::from_static(line.as_bytes()))));
        queue.end();
        run(socket, ByteCount::default(), queue.clone(), Duration::from_secs(1)).await;
        let mut read = String::new();
        peer.read_to_string(&mut read).await.unwrap();
        assert_eq!(read, "a\nb\n");
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_accepts_nothing_is_disconnected_and_a_slow_one_is_not() {
        let queue = SendQueue::new(LIMITS, &JSON_LINES);
        let (socket, mut peer) = tokio::io::duplex(1);
        queue.push([Outgoing::Required(Bytes::from_static(b"12345678"))]);
        let writer = tokio::spawn(run(socket, ByteCount::default(), queue.clone(), Duration::from_secs(30)));
        for _ in 0..4 {
            tokio::time::sleep(Duration::from_secs(29)).await;
            peer.read_u8().await.unwrap();
        }
        assert_eq!(queue.why_closed(), None, "a slow peer that continues is kept");
        queue.closed().await;
        assert_eq!(queue.why_closed(), Some(GoodbyeReason::ReadTooSlow));
        writer.abort();
    }

    /// Size of a page in bytes: less than the encryption buffers, and much more than the connection accepts without a reader.
    const PAGE: usize = 40_000;

    /// Size of a TLS record in bytes. The peer can decrypt nothing of a record before it has read all of it.
    const RECORD: usize = 16 * 1024;

    /// A writer that sends one encrypted page over a connection with a buffer of 256 bytes, and its peer.
    async fn encrypted_page() -> (SendQueue, tokio::task::JoinHandle<()>, impl AsyncRead + Unpin) {
        let (socket, peer) = tokio::io::duplex(256);
        let (socket, peer) = encrypted_pair(CountedStream::new(socket), peer).await;
        let accepted = socket.get_ref().0.accepted();
        let queue = SendQueue::new(SendQueueLimits { soft_bytes: 2 * PAGE, hard_bytes: 2 * PAGE }, &JSON_LINES);
        queue.push([Outgoing::Required(Bytes::from(vec![b'x'; PAGE]))]);
        let writer = tokio::spawn(run(socket, accepted, queue.clone(), Duration::from_secs(30)));
        (queue, writer, peer)
    }

    #[tokio::test(start_paused = true)]
    async fn the_end_of_an_encrypted_page_is_sent_without_another_write() {
        let (queue, writer, mut peer) = encrypted_page().await;
        let mut page = vec![0; PAGE];
        tokio::time::timeout(Duration::from_secs(3600), peer.read_exact(&mut page)).await.unwrap().unwrap();
        assert_eq!(queue.waiting().bytes, 0);
        assert_eq!(queue.why_closed(), None);
        writer.abort();
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_reader_of_an_encrypted_page_is_kept() {
        let (queue, writer, mut peer) = encrypted_page().await;
        let (mut page, began) = (vec![0; PAGE], tokio::time::Instant::now());
        for part in page.chunks_mut(RECORD) {
            tokio::time::sleep(Duration::from_secs(29)).await;
            let read = tokio::time::timeout(Duration::from_secs(3600), peer.read_exact(part));
            read.await.expect("the next part must arrive without another write").unwrap();
        }
        assert_eq!(began.elapsed().as_secs(), 3 * 29);
        assert_eq!((queue.waiting().bytes, queue.why_closed()), (0, None));
        writer.abort();
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_accepts_nothing_of_an_encrypted_page_is_disconnected() {
        let (queue, writer, _peer) = encrypted_page().await;
        let began = tokio::time::Instant::now();
        tokio::time::timeout(Duration::from_secs(3600), queue.closed()).await.expect("the blocked peer must be noticed");
        assert_eq!(queue.why_closed(), Some(GoodbyeReason::ReadTooSlow));
        assert_eq!(began.elapsed().as_secs(), 30);
        assert!(queue.waiting().bytes >= PAGE, "bytes that were not sent must not count as written");
        writer.abort();
    }

    /// A real connection with buffers far smaller than a page: the writing end and its peer.
    async fn narrow_connection() -> (TcpStream, TcpStream) {
        let (listening, connecting) = (TcpSocket::new_v4().unwrap(), TcpSocket::new_v4().unwrap());
        // Inherited by the accepted connection.
        listening.set_send_buffer_size(1).unwrap();
        connecting.set_recv_buffer_size(1).unwrap();
        listening.bind(([127, 0, 0, 1], 0).into()).unwrap();
        let listener = listening.listen(1).unwrap();
        let (accepted, connected) = tokio::join!(listener.accept(), connecting.connect(listener.local_addr().unwrap()));
        (accepted.unwrap().0, connected.unwrap())
    }

    /// Writes one page as a session does, and reads it in small parts, without any other write.
    async fn check_page_arrives(socket: Socket, mut peer: impl AsyncRead + Unpin) {
        let queue = SendQueue::new(SendQueueLimits { soft_bytes: 2 * PAGE, hard_bytes: 2 * PAGE }, &JSON_LINES);
        let Halves { writer, accepted, direct, .. } = socket.split();
        direct.into_iter().for_each(|direct| queue.write_directly_to(direct));
        let writer = tokio::spawn(run(writer, accepted, queue.clone(), Duration::from_secs(600)));
        queue.push([Outgoing::Required(Bytes::from(vec![b'x'; PAGE]))]);
        let mut part = [0; 100];
        for _ in 0..PAGE / part.len() {
            let read = tokio::time::timeout(Duration::from_secs(20), peer.read_exact(&mut part));
            read.await.expect("the next part must arrive without another write").unwrap();
        }
        writer.abort();
    }

    #[tokio::test]
    async fn a_slow_reader_receives_the_end_of_a_page_over_a_real_connection() {
        let (socket, peer) = narrow_connection().await;
        check_page_arrives(Socket::Plain(socket), peer).await;
        let (socket, peer) = narrow_connection().await;
        let (socket, peer) = encrypted_pair(CountedStream::new(socket), peer).await;
        check_page_arrives(Socket::Tls(Box::new(socket)), peer).await;
    }
}
