//! The two halves of a connection, encrypted or not.

use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::BytesMut;
use rustix::net::Shutdown;
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf};
use tokio::net::TcpStream;
use tokio::task::coop::consume_budget;
use tokio_rustls::server::TlsStream;

use super::counted_stream::{ByteCount, CountedStream};
use super::pace::Pace;
use crate::config::Limits;
use crate::send_queue::TryWrite;

/// Maximum number of bytes per read.
const READ_BYTES: usize = 8 * 1024;

/// A connection before it is split into halves.
pub(crate) enum Socket {
    /// An unencrypted connection, whose halves share the socket.
    Plain(TcpStream),
    /// Encrypted. Boxed, because it is ten times as large.
    Tls(Box<TlsStream<CountedStream>>),
    /// Inside the process.
    InMemory(CountedStream<DuplexStream>),
}

/// The reading half of a connection.
pub(super) enum Reader {
    Plain(Arc<TcpStream>),
    /// Encrypted or in memory.
    Counted {
        stream: Box<dyn AsyncRead + Send + Unpin>,
        /// The bytes that were received, before decryption.
        received: ByteCount,
        /// Those of them that the pace has counted, and those of the handshake.
        paced: u64,
    },
}

/// The writing half of an unencrypted connection. Shared with the send queue, which writes directly.
struct PlainWriter(Arc<TcpStream>);

/// The halves of a connection.
pub(super) struct Halves {
    pub(super) reader: Reader,
    pub(super) writer: Box<dyn AsyncWrite + Send + Unpin>,
    /// Bytes that an encrypted connection has sent. Not counted for unencrypted connections, where every
    /// successful write is sent.
    pub(super) accepted: ByteCount,
    /// For direct writes; `None` if the connection is encrypted, which is done by the writer task.
    pub(super) direct: Option<Arc<dyn TryWrite>>,
}

impl Socket {
    /// Splits the connection into its halves.
    pub(super) fn split(self) -> Halves {
        match self {
            Self::Plain(stream) => {
                let stream = Arc::new(stream);
                let (reader, writer) = (Reader::Plain(stream.clone()), Box::new(PlainWriter(stream.clone())));
                Halves { reader, writer, accepted: ByteCount::default(), direct: Some(stream) }
            }
            Self::Tls(stream) => {
                let accepted = stream.get_ref().0.accepted();
                let received = stream.get_ref().0.received();
                let (reader, writer) = tokio::io::split(stream);
                Halves { reader: Reader::counted(reader, received), writer: Box::new(writer), accepted, direct: None }
            }
            Self::InMemory(stream) => {
                let (accepted, received) = (stream.accepted(), stream.received());
                let (reader, writer) = tokio::io::split(stream);
                Halves { reader: Reader::counted(reader, received), writer: Box::new(writer), accepted, direct: None }
            }
        }
    }
}

impl TryWrite for TcpStream {
    fn try_write(&self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        self.try_write_vectored(slices)
    }
}

impl AsyncWrite for PlainWriter {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        loop {
            ready!(self.0.poll_write_ready(context))?;
            match self.0.try_write(bytes) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                done => return Poll::Ready(done),
            }
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(rustix::net::shutdown(&*self.0, Shutdown::Write).map_err(Into::into))
    }
}

impl Reader {
    /// The reading half of a connection whose received bytes are counted; if it is encrypted, after its handshake.
    pub(super) fn counted(stream: impl AsyncRead + Send + Unpin + 'static, received: ByteCount) -> Self {
        Self::Counted { stream: Box::new(stream), paced: received.get(), received }
    }

    /// Waits until the pace allows it and for bytes, appends them, and counts them. Returns their number; 0 at the end of the
    /// stream. Cancelling the wait loses nothing.
    ///
    /// # Errors
    /// Errors of the connection. `WouldBlock` means that there were no bytes after all; the caller waits again.
    pub(super) async fn read_into(&mut self, buffer: &mut BytesMut, pace: &mut Pace) -> io::Result<usize> {
        pace.wait().await;
        let buffered = buffer.len();
        let bytes = self.read_chunk(buffer).await?;
        let lines = buffer[buffered..].iter().filter(|&&byte| byte == b'\n').count();
        pace.count(lines, bytes);
        Ok(buffer.len() - buffered)
    }

    /// Appends at most [`READ_BYTES`]. Returns the number of bytes that were received for them, which encryption makes larger.
    ///
    /// Reads into a buffer on the stack, so that an idle session holds no buffer and others only what was received. Buffers of
    /// this size, allocated and freed for each read, would fragment the heap.
    async fn read_chunk(&mut self, buffer: &mut BytesMut) -> io::Result<usize> {
        match self {
            Self::Plain(reader) => {
                reader.readable().await?;
                let mut room = [0; READ_BYTES];
                let read = reader.try_read(&mut room)?;
                buffer.extend_from_slice(&room[..read]);
                Ok(read)
            }
            Self::Counted { stream, received, paced } => {
                poll_fn(|context| {
                    let mut room = [0; READ_BYTES];
                    let mut room = ReadBuf::new(&mut room);
                    ready!(Pin::new(&mut *stream).poll_read(context, &mut room))?;
                    buffer.extend_from_slice(room.filled());
                    Poll::Ready(io::Result::Ok(()))
                })
                .await?;
                let received = received.get();
                let before = std::mem::replace(paced, received);
                Ok(usize::try_from(received - before).unwrap_or(usize::MAX))
            }
        }
    }

    /// Reads and discards bytes, no faster than the pace, until the peer closes its side. Closing a socket with unread bytes
    /// would discard the last bytes written.
    pub(super) async fn drain(&mut self, pace: &mut Pace) {
        let mut discarded = BytesMut::new();
        loop {
            match self.read_into(&mut discarded, pace).await {
                Ok(1..) => discarded.clear(),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Ok(0) | Err(_) => return,
            }
            consume_budget().await;
        }
    }
}

/// Reads and discards bytes of a connection without a session until the peer closes its side.
pub(crate) async fn drain(stream: TcpStream, limits: &Limits) {
    Reader::Plain(Arc::new(stream)).drain(&mut Pace::before_sign_in(limits)).await;
}
