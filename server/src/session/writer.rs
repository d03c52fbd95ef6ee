//! From the send queue to the socket.

use std::future::poll_fn;
use std::io;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use bytes::{Buf, Bytes};
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::time::{Instant, sleep};

use super::accepted_bytes::AcceptedBytes;
use crate::send_queue::{SendQueue, Taken, join};
use papo_shared::protocol::{Goodbye, GoodbyeReason};

/// Writes what waits, all of it at once, until the queue is closed and empty or the socket is gone. Each batch is flushed: an encrypted
/// socket keeps back what the connection does not take, and would send it with the next write only.
///
/// A peer that takes nothing for `stuck_after` is given up: the queue is closed, and the session ends this task after a
/// grace. So nothing ever waits for a writer that waits for a peer. `accepted` tells what the peer takes of a flush.
pub(super) async fn run(mut socket: impl AsyncWrite + Unpin, accepted: AcceptedBytes, queue: SendQueue, stuck_after: Duration) {
    let patience = Patience { accepted, stuck_after };
    while let Taken::Lines(lines) = queue.take().await {
        if let Err(error) = write(&mut socket, join(&lines), &queue, &patience).await {
            tracing::debug!(%error, "the peer left while it was written to");
            queue.end();
            return;
        }
    }
    // The peer may be gone, which is as good.
    let _ = socket.shutdown().await;
}

/// Writes all of it. Bytes count as written once they are flushed.
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

/// How long a peer may take nothing.
struct Patience {
    accepted: AcceptedBytes,
    stuck_after: Duration,
}

impl Patience {
    /// Waits for an operation on the socket. Closes the queue once the peer has taken nothing for as long as it may, and waits on.
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

    use super::{AcceptedBytes, GoodbyeReason, SendQueue, run};
    use crate::config::SendQueueLimits;
    use crate::send_queue::Outgoing;
    use crate::session::accepted_bytes::CountedStream;
    use crate::session::socket::{Halves, Socket};
    use crate::tls::tests::encrypted_pair;

    const LIMITS: SendQueueLimits = SendQueueLimits { soft_bytes: 100, hard_bytes: 1000 };

    #[tokio::test(start_paused = true)]
    async fn what_waits_is_written_and_reported() {
        let queue = SendQueue::new(LIMITS);
        let (socket, mut peer) = tokio::io::duplex(64);
        queue.push(["a\n", "b\n"].map(|line| Outgoing::Reply(Bytes::from_static(line.as_bytes()))));
        queue.end();
        run(socket, AcceptedBytes::default(), queue.clone(), Duration::from_secs(1)).await;
        let mut read = String::new();
        peer.read_to_string(&mut read).await.unwrap();
        assert_eq!(read, "a\nb\n");
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_takes_nothing_is_given_up_and_one_that_is_slow_is_not() {
        let queue = SendQueue::new(LIMITS);
        let (socket, mut peer) = tokio::io::duplex(1);
        queue.push([Outgoing::Reply(Bytes::from_static(b"12345678"))]);
        let writer = tokio::spawn(run(socket, AcceptedBytes::default(), queue.clone(), Duration::from_secs(30)));
        for _ in 0..4 {
            tokio::time::sleep(Duration::from_secs(29)).await;
            peer.read_u8().await.unwrap();
        }
        assert_eq!(queue.why_closed(), None, "it was slow, and went on");
        queue.closed().await;
        assert_eq!(queue.why_closed(), Some(GoodbyeReason::ReadTooSlow));
        writer.abort();
    }

    /// Less than what the encryption keeps back, and much more than the connection between both ends takes.
    const PAGE: usize = 40_000;

    /// What the encryption wraps as one: the peer has nothing of it until it has read all of it.
    const RECORD: usize = 16 * 1024;

    /// A writer of one encrypted page, over a connection that takes 256 bytes until they are read, and the peer.
    async fn encrypted_page() -> (SendQueue, tokio::task::JoinHandle<()>, impl AsyncRead + Unpin) {
        let (socket, peer) = tokio::io::duplex(256);
        let (socket, peer) = encrypted_pair(CountedStream::new(socket), peer).await;
        let accepted = socket.get_ref().0.accepted();
        let queue = SendQueue::new(SendQueueLimits { soft_bytes: 2 * PAGE, hard_bytes: 2 * PAGE });
        queue.push([Outgoing::Reply(Bytes::from(vec![b'x'; PAGE]))]);
        let writer = tokio::spawn(run(socket, accepted, queue.clone(), Duration::from_secs(30)));
        (queue, writer, peer)
    }

    #[tokio::test(start_paused = true)]
    async fn the_end_of_an_encrypted_page_leaves_without_another_write() {
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
            read.await.expect("the next part comes without another write").unwrap();
        }
        assert_eq!(began.elapsed().as_secs(), 3 * 29);
        assert_eq!((queue.waiting().bytes, queue.why_closed()), (0, None));
        writer.abort();
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_takes_nothing_of_an_encrypted_page_is_given_up() {
        let (queue, writer, _peer) = encrypted_page().await;
        let began = tokio::time::Instant::now();
        tokio::time::timeout(Duration::from_secs(3600), queue.closed()).await.expect("it is noticed");
        assert_eq!(queue.why_closed(), Some(GoodbyeReason::ReadTooSlow));
        assert_eq!(began.elapsed().as_secs(), 30);
        assert!(queue.waiting().bytes >= PAGE, "nothing counts as written that did not leave");
        writer.abort();
    }

    /// A real connection that takes far less than a page until it is read: the end that is written, and its peer.
    async fn narrow_connection() -> (TcpStream, TcpStream) {
        let (listening, connecting) = (TcpSocket::new_v4().unwrap(), TcpSocket::new_v4().unwrap());
        // The connection that is accepted inherits it.
        listening.set_send_buffer_size(1).unwrap();
        connecting.set_recv_buffer_size(1).unwrap();
        listening.bind(([127, 0, 0, 1], 0).into()).unwrap();
        let listener = listening.listen(1).unwrap();
        let (accepted, connected) = tokio::join!(listener.accept(), connecting.connect(listener.local_addr().unwrap()));
        (accepted.unwrap().0, connected.unwrap())
    }

    /// Writes one page as a session does, and reads it in small parts. Nothing else is written.
    async fn check_page_arrives(socket: Socket, mut peer: impl AsyncRead + Unpin) {
        let queue = SendQueue::new(SendQueueLimits { soft_bytes: 2 * PAGE, hard_bytes: 2 * PAGE });
        let Halves { writer, accepted, direct, .. } = socket.split();
        direct.into_iter().for_each(|direct| queue.write_directly_to(direct));
        let writer = tokio::spawn(run(writer, accepted, queue.clone(), Duration::from_secs(600)));
        queue.push([Outgoing::Reply(Bytes::from(vec![b'x'; PAGE]))]);
        let mut part = [0; 100];
        for _ in 0..PAGE / part.len() {
            let read = tokio::time::timeout(Duration::from_secs(20), peer.read_exact(&mut part));
            read.await.expect("the next part comes without another write").unwrap();
        }
        writer.abort();
    }

    #[tokio::test]
    async fn a_slow_reader_gets_the_end_of_a_page_over_a_real_connection() {
        let (socket, peer) = narrow_connection().await;
        check_page_arrives(Socket::Plain(socket), peer).await;
        let (socket, peer) = narrow_connection().await;
        let (socket, peer) = encrypted_pair(CountedStream::new(socket), peer).await;
        check_page_arrives(Socket::Tls(Box::new(socket)), peer).await;
    }
}
