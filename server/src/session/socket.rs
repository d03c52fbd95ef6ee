//! The two halves of a connection, encrypted or not.

use std::io;

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadHalf};
use tokio::net::TcpStream;
use tokio::net::tcp::OwnedReadHalf;
use tokio_rustls::server::TlsStream;

/// Room for what one read takes.
const READ_BYTES: usize = 8 * 1024;

/// A connection, before it is split.
pub(crate) enum Socket {
    /// In the clear.
    Plain(TcpStream),
    /// Encrypted; boxed, since it is ten times as large.
    Tls(Box<TlsStream<TcpStream>>),
}

/// The half that is read.
pub(super) enum Reader {
    Plain(OwnedReadHalf),
    Tls(ReadHalf<Box<TlsStream<TcpStream>>>),
}

impl Socket {
    /// The half that is read, and the one that is written.
    pub(super) fn split(self) -> (Reader, Box<dyn AsyncWrite + Send + Unpin>) {
        match self {
            Self::Plain(stream) => {
                let (reader, writer) = stream.into_split();
                (Reader::Plain(reader), Box::new(writer))
            }
            Self::Tls(stream) => {
                let (reader, writer) = tokio::io::split(stream);
                (Reader::Tls(reader), Box::new(writer))
            }
        }
    }
}

impl Reader {
    /// Waits for bytes and appends them; 0 is the end. Giving up the wait loses nothing.
    ///
    /// # Errors
    /// What the connection says. `WouldBlock` means that there was nothing after all: wait again.
    pub(super) async fn read_into(&mut self, buffer: &mut BytesMut) -> io::Result<usize> {
        match self {
            Self::Plain(reader) => {
                // Room is made only when there is something to read, so that an idle session holds none.
                reader.readable().await?;
                buffer.reserve(READ_BYTES);
                reader.try_read_buf(buffer)
            }
            Self::Tls(reader) => {
                buffer.reserve(READ_BYTES);
                reader.read_buf(buffer).await
            }
        }
    }

    /// Reads and throws away, until the peer hangs up.
    pub(super) async fn drain(&mut self) {
        match self {
            Self::Plain(reader) => drain(reader).await,
            Self::Tls(reader) => drain(reader).await,
        }
    }
}

/// Reads and throws away, until the peer hangs up. Closing with bytes unread would take back what was written last.
pub(crate) async fn drain(reader: &mut (impl AsyncRead + Unpin)) {
    let mut rest = [0; 1024];
    while matches!(reader.read(&mut rest).await, Ok(1..)) {}
}
