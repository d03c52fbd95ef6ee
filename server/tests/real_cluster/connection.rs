//! A connection to a node that may end at any moment.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::BytesMut;
use futures_util::StreamExt;
use papo_shared::codec::{Line, LineCodec};
use papo_shared::protocol::limits::MAX_LINE_BYTES;
use papo_shared::protocol::{
    Event, Goodbye, Hello, PROTOCOL_VERSION, Reply, Request, RequestFrame, RequestId, ServerFrame, encode_line,
};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::time::timeout;
use tokio_util::codec::FramedRead;

/// Longest time for a request that is waited for, and for writing one.
const TIMEOUT: Duration = Duration::from_secs(10);

pub(crate) struct Connection {
    lines: FramedRead<OwnedReadHalf, LineCodec>,
    socket: OwnedWriteHalf,
    next_id: RequestId,
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = timeout(TIMEOUT, TcpStream::connect(address)).await??;
        stream.set_nodelay(true)?;
        let (read, socket) = stream.into_split();
        let lines = FramedRead::new(read, LineCodec::new(MAX_LINE_BYTES));
        let mut this = Self { lines, socket, next_id: 0 };
        this.ask(Request::Hello(Hello { protocol: PROTOCOL_VERSION, client: "trial".to_owned() })).await?;
        Ok(this)
    }

    /// Sends a request without waiting for the reply.
    pub(crate) async fn send(&mut self, request: Request) -> io::Result<RequestId> {
        self.next_id += 1;
        let mut line = BytesMut::new();
        encode_line(&RequestFrame { id: self.next_id, request }, &mut line);
        timeout(TIMEOUT, self.socket.write_all(&line)).await??;
        Ok(self.next_id)
    }

    /// Sends a request and waits for its reply. Events received meanwhile are discarded.
    pub(crate) async fn ask(&mut self, request: Request) -> io::Result<Reply> {
        let id = self.send(request).await?;
        let reply = async {
            loop {
                if let ServerFrame::Reply(frame) = self.receive().await?
                    && frame.id == id
                {
                    return Ok(frame.reply);
                }
            }
        };
        timeout(TIMEOUT, reply).await?
    }

    /// The next frame. Cancel safe.
    pub(crate) async fn receive(&mut self) -> io::Result<ServerFrame> {
        match self.lines.next().await {
            Some(Ok(Line::Whole(line))) => ServerFrame::decode(&line).map_err(io::Error::other),
            Some(Ok(Line::TooLong { .. })) => Err(io::Error::other("an overlong line")),
            Some(Err(error)) => Err(io::Error::other(error)),
            None => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }

    /// Reads until the server closes the connection. `None` if it gives no reason.
    pub(crate) async fn goodbye(&mut self) -> Option<Goodbye> {
        let mut last = None;
        while let Ok(frame) = self.receive().await {
            match frame {
                ServerFrame::Event(Event::Goodbye(goodbye)) => last = Some(goodbye),
                ServerFrame::Event(Event::Ping) => _ = self.send(Request::Pong).await,
                _ => {}
            }
        }
        last
    }
}
