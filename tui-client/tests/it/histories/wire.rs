//! A connection that the test reads and writes itself.

use futures_util::StreamExt;
use papo_server::Server;
use papo_shared::codec::{Line, LineCodec};
use papo_shared::protocol::limits::MAX_LINE_BYTES;
use papo_shared::protocol::{
    Hello, PROTOCOL_VERSION, Register, Reply, ReplyFrame, Request, RequestFrame, ServerFrame, encode_line,
};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio_util::codec::FramedRead;

/// A password that satisfies all rules.
pub(super) const PASSWORD: &str = "um cavalo come bananas";

/// Request ids from here on are not used by a client.
const FIRST_OWN_ID: u64 = 1 << 40;

/// An open connection to the server.
pub(super) struct Wire {
    lines: FramedRead<OwnedReadHalf, LineCodec>,
    socket: OwnedWriteHalf,
    last_id: u64,
}

impl Wire {
    pub(super) async fn open(server: &Server) -> Self {
        let (read, socket) = TcpStream::connect(server.local_addr()).await.unwrap().into_split();
        Self { lines: FramedRead::new(read, LineCodec::new(MAX_LINE_BYTES)), socket, last_id: FIRST_OWN_ID }
    }

    pub(super) async fn send(&mut self, frame: &RequestFrame) {
        let mut line = bytes::BytesMut::new();
        encode_line(frame, &mut line);
        self.socket.write_all(&line).await.unwrap();
    }

    async fn next(&mut self) -> ServerFrame {
        match self.lines.next().await.expect("the server hung up").unwrap() {
            Line::Whole(line) => ServerFrame::decode(&line).unwrap(),
            Line::TooLong { .. } => panic!("the server sent a line that is too long"),
        }
    }

    /// Sends a request, and returns the reply with the events that arrived before it.
    pub(super) async fn ask(&mut self, request: Request) -> (Vec<ServerFrame>, Reply) {
        self.last_id += 1;
        let id = self.last_id;
        self.send(&RequestFrame { id, request }).await;
        let mut before = Vec::new();
        loop {
            match self.next().await {
                ServerFrame::Reply(ReplyFrame { id: answered, reply }) if answered == id => return (before, reply),
                frame => before.push(frame),
            }
        }
    }

    /// Sends a request, and returns its reply.
    pub(super) async fn reply(&mut self, request: Request) -> Reply {
        self.ask(request).await.1
    }

    /// Everything that the server has sent on this connection so far. The events of a request precede its reply, also on other
    /// connections than the requesting one.
    pub(super) async fn everything(&mut self) -> Vec<ServerFrame> {
        let (frames, reply) = self.ask(Request::Ping).await;
        assert_eq!(reply, Reply::Pong);
        frames
    }

    /// A connection of a new account.
    pub(super) async fn register(server: &Server, username: &str) -> Self {
        let mut wire = Self::open(server).await;
        wire.reply(Request::Hello(Hello { protocol: PROTOCOL_VERSION, client: "test".to_owned() })).await;
        let register = Register {
            username: username.to_owned(),
            password: PASSWORD.to_owned(),
            display_name: None,
            device: None,
            invite: None,
        };
        let reply = wire.reply(Request::Register(register)).await;
        assert!(matches!(reply, Reply::SignedIn(_)), "{reply:?}");
        wire
    }
}
