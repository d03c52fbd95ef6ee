//! The two halves of a connection, encrypted or not.

use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::BytesMut;
use rustix::net::Shutdown;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf, ReadHalf};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

use super::accepted_bytes::{AcceptedBytes, CountedStream};
use crate::send_queue::TryWrite;

/// Room for what one read takes.
const READ_BYTES: usize = 8 * 1024;

/// A connection, before it is split.
pub(crate) enum Socket {
    /// In the clear.
    Plain(TcpStream),
    /// Encrypted; boxed, since it is ten times as large.
    Tls(Box<TlsStream<CountedStream>>),
}

/// The half that is read.
pub(super) enum Reader {
    Plain(Arc<TcpStream>),
    Tls(ReadHalf<Box<TlsStream<CountedStream>>>),
}

/// The half of a connection in the clear that is written. It is shared, so that lines can be written where they come to be.
struct PlainWriter(Arc<TcpStream>);

/// The halves of a connection.
pub(super) struct Halves {
    pub(super) reader: Reader,
    pub(super) writer: Box<dyn AsyncWrite + Send + Unpin>,
    /// What of an encrypted connection has left. In the clear it counts nothing: there each write that returns has left.
    pub(super) accepted: AcceptedBytes,
    /// The same as the writer, without waiting. None where what is written is encrypted first, which is the writer's work.
    pub(super) direct: Option<Arc<dyn TryWrite>>,
}

impl Socket {
    /// The half that is read, and the one that is written.
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
                Halves { reader: Reader::Tls(reader), writer: Box::new(writer), accepted, direct: None }
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
    /// Waits for bytes and appends them; 0 is the end. Giving up the wait loses nothing.
    ///
    /// They are read into room on the stack, so that an idle session holds none, and one that speaks no more than it said: rooms
    /// of this size that come and go between what stays would leave the heap full of holes.
    ///
    /// # Errors
    /// What the connection says. `WouldBlock` means that there was nothing after all: wait again.
    pub(super) async fn read_into(&mut self, buffer: &mut BytesMut) -> io::Result<usize> {
        match self {
            Self::Plain(reader) => {
                reader.readable().await?;
                let mut room = [0; READ_BYTES];
                let read = reader.try_read(&mut room)?;
                buffer.extend_from_slice(&room[..read]);
                Ok(read)
            }
            Self::Tls(reader) => {
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

    /// Reads and throws away, until the peer hangs up.
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
            Self::Tls(reader) => drain(reader).await,
        }
    }
}

/// Reads and throws away, until the peer hangs up. Closing with bytes unread would take back what was written last.
pub(crate) async fn drain(reader: &mut (impl AsyncRead + Unpin)) {
    let mut rest = [0; 1024];
    while matches!(reader.read(&mut rest).await, Ok(1..)) {}
}
