//! From the send queue to the socket.

use std::io;
use std::time::Duration;

use bytes::{Buf, Bytes};
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;

use crate::send_queue::{SendQueue, Taken, join};
use papo_shared::protocol::{Goodbye, GoodbyeReason};

/// Writes what waits, all of it at once, until the queue is closed and empty or the socket is gone.
///
/// A peer that takes nothing for `stuck_after` is given up: the queue is closed, and the session ends this task after a
/// grace. So nothing ever waits for a writer that waits for a peer.
pub(super) async fn run(mut socket: impl AsyncWrite + Unpin, queue: SendQueue, stuck_after: Duration) {
    while let Taken::Lines(lines) = queue.take().await {
        if let Err(error) = write(&mut socket, join(&lines), &queue, stuck_after).await {
            tracing::debug!(%error, "the peer left while it was written to");
            queue.end();
            return;
        }
    }
    // The peer may be gone, which is as good.
    let _ = socket.shutdown().await;
}

async fn write(
    socket: &mut (impl AsyncWrite + Unpin),
    mut bytes: Bytes,
    queue: &SendQueue,
    stuck_after: Duration,
) -> io::Result<()> {
    while !bytes.is_empty() {
        match timeout(stuck_after, socket.write(&bytes)).await {
            Ok(Ok(0)) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(Ok(written)) => {
                bytes.advance(written);
                queue.written(written);
            }
            Ok(Err(error)) => return Err(error),
            Err(_) => queue.close(Goodbye { reason: GoodbyeReason::ReadTooSlow, come_back_ms: None }),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use bytes::Bytes;
    use tokio::io::AsyncReadExt;

    use super::{GoodbyeReason, SendQueue, run};
    use crate::config::SendQueueLimits;
    use crate::send_queue::Outgoing;

    const LIMITS: SendQueueLimits = SendQueueLimits { soft_bytes: 100, hard_bytes: 1000 };

    #[tokio::test(start_paused = true)]
    async fn what_waits_is_written_and_reported() {
        let queue = SendQueue::new(LIMITS);
        let (socket, mut peer) = tokio::io::duplex(64);
        queue.push(["a\n", "b\n"].map(|line| Outgoing::Reply(Bytes::from_static(line.as_bytes()))));
        queue.end();
        run(socket, queue.clone(), Duration::from_secs(1)).await;
        let mut read = String::new();
        peer.read_to_string(&mut read).await.unwrap();
        assert_eq!(read, "a\nb\n");
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_takes_nothing_is_given_up_and_one_that_is_slow_is_not() {
        let queue = SendQueue::new(LIMITS);
        let (socket, mut peer) = tokio::io::duplex(1);
        queue.push([Outgoing::Reply(Bytes::from_static(b"12345678"))]);
        let writer = tokio::spawn(run(socket, queue.clone(), Duration::from_secs(30)));
        for _ in 0..4 {
            tokio::time::sleep(Duration::from_secs(29)).await;
            peer.read_u8().await.unwrap();
        }
        assert_eq!(queue.why_closed(), None, "it was slow, and went on");
        queue.closed().await;
        assert_eq!(queue.why_closed(), Some(GoodbyeReason::ReadTooSlow));
        writer.abort();
    }
}
