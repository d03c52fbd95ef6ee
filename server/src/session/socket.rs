//! The two halves of a connection, encrypted or not.

use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::BytesMut;
use rustix::net::Shutdown;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, DuplexStream, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

use super::accepted_bytes::{AcceptedBytes, CountedStream};
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
    InMemory(DuplexStream),
}

/// The reading half of a connection.
pub(super) enum Reader {
    Plain(Arc<TcpStream>),
    Other(Box<dyn AsyncRead + Send + Unpin>),
}

/// The writing half of an unencrypted connection. Shared with the send queue, which writes directly.
struct PlainWriter(Arc<TcpStream>);

/// The halves of a connection.
pub(super) struct Halves {
    pub(super) reader: Reader,
    pub(super) writer: Box<dyn AsyncWrite + Send + Unpin>,
    /// Bytes that an encrypted connection has sent. Not counted for unencrypted connections, where every
    /// successful write is sent.
    pub(super) accepted: AcceptedBytes,
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
                Halves { reader, writer, accepted: AcceptedBytes::default(), direct: Some(stream) }
            }
            Self::Tls(stream) => {
                let accepted = stream.get_ref().0.accepted();
                let (reader, writer) = tokio::io::split(stream);
                Halves { reader: Reader::Other(Box::new(reader)), writer: Box::new(writer), accepted, direct: None }
            }
            Self::InMemory(stream) => {
                let (reader, writer) = tokio::io::split(stream);
                let (reader, writer) = (Reader::Other(Box::new(reader)), Box::new(writer));
                Halves { reader, writer, accepted: AcceptedBytes::default(), direct: None }
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
    /// Waits for bytes and appends them. Returns 0 at the end of the stream. Cancelling the wait loses nothing.
    ///
    /// Reads into a buffer on the stack, so that an idle session holds no buffer and others only what was received. Buffers of
    /// this size, allocated and freed for each read, would fragment the heap.
    ///
    /// # Errors
    /// Errors of the connection. `WouldBlock` means that there were no bytes after all; the caller waits again.
    pub(super) async fn read_into(&mut self, buffer: &mut BytesMut) -> io::Result<usize> {
        match self {
            Self::Plain(reader) => {
                reader.readable().await?;
                let mut room = [0; READ_BYTES];
                let read = reader.try_read(&mut room)?;
                buffer.extend_from_slice(&room[..read]);
                Ok(read)
            }
            Self::Other(reader) => {
                poll_fn(|context| {
                    let mut room = [0; READ_BYTES];
                    let mut room = ReadBuf::new(&mut room);
                    ready!(Pin::new(&mut *reader).poll_read(context, &mut room))?;
                    buffer.extend_from_slice(room.filled());
                    Poll::Ready(Ok(room.filled().len()))
                })
                .await
            }
        }
    }

    /// Reads and discards bytes until the peer closes its side.
    pub(super) async fn drain(&mut self) {
        match self {
            Self::Plain(reader) => {
                let mut rest = [0; 1024];
                while reader.readable().await.is_ok() {
                    match reader.try_read(&mut rest) {
                        Ok(1..) => {}
                        Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                        Ok(0) | Err(_) => return,
                    }
                }
            }
            Self::Other(reader) => drain(reader).await,
        }
    }
}

/// Reads and discards bytes until the peer closes its side. Closing a socket with unread bytes would discard
/// the last bytes written.
pub(crate) async fn drain(reader: &mut (impl AsyncRead + Unpin)) {
    let mut rest = [0; 1024];
    while matches!(reader.read(&mut rest).await, Ok(1..)) {}
}
