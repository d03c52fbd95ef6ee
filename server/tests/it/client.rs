//! A test server and a test client; the only file that knows how to drive them.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use futures_util::StreamExt;
use papo_server::{Config, Limits, Operator, Server};
use papo_shared::codec::{Line, LineCodec};
use papo_shared::model::{ClientId, ConversationId, ConversationSummary, Entry, EntryKind, Seq, ServerId, Visibility};
use papo_shared::protocol::limits::MAX_LINE_BYTES;
use papo_shared::protocol::{
    AcceptInvitation, AddMember, CreateGroup, CreateGroupInvite, Entries, Event, GetConversation, GoodbyeReason, Hello, History,
    MessageStored, OpenDirect, PROTOCOL_VERSION, Refusal, Register, Reply, Request, RequestFrame, SendMessage, ServerFrame,
    SignIn, SignInWithToken, SignedIn, encode_line,
};
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpSocket, TcpStream};
use tokio_util::codec::FramedRead;

/// Timeout for waiting for a state; far longer than anything takes.
const TIMEOUT: Duration = Duration::from_secs(20);

/// Satisfies all password rules.
pub(crate) const PASSWORD: &str = "um cavalo come bananas";

/// Address for a test's own server.
pub(crate) const ANY_PORT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);

/// Address of all clients of a server behind a proxy.
pub(crate) const CLIENT_ADDRESS: &str = "192.0.2.7";

/// A configuration with cheap password hashes and generous limits.
pub(crate) fn config(data_dir: &Path) -> Config {
    Config {
        password_cost: 4,
        limits: Limits {
            sign_ins_per_minute_by_address: 10_000,
            sign_ins_per_minute_by_username: 10_000,
            registrations_per_hour_by_address: 10_000,
            ..Limits::default()
        },
        offline_grace: Duration::from_millis(50),
        presence_tick: Duration::from_millis(5),
        closing_grace: Duration::from_millis(500),
        ..Config::new(ANY_PORT, data_dir.to_owned())
    }
}

/// A server with its own directory.
pub(crate) struct TestServer {
    pub(crate) dir: TempDir,
    server: Option<Server>,
    address: SocketAddr,
    /// Whether its clients connect through a proxy, from [`CLIENT_ADDRESS`].
    is_behind_proxy: bool,
}

impl TestServer {
    pub(crate) async fn start() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut config = config(dir.path());
        change(&mut config);
        let is_behind_proxy = !config.proxies.is_empty();
        let server = Server::start(config).await.unwrap();
        Self { dir, address: server.local_addr(), server: Some(server), is_behind_proxy }
    }

    pub(crate) async fn stop(&mut self) {
        within(self.server.take().unwrap().stop()).await;
    }

    pub(crate) async fn restart(&mut self) {
        self.stop().await;
        self.start_again(|_| {}).await;
    }

    pub(crate) async fn start_again(&mut self, change: impl FnOnce(&mut Config)) {
        let mut config = config(self.dir.path());
        change(&mut config);
        let server = self.server.insert(Server::start(config).await.unwrap());
        self.address = server.local_addr();
    }

    pub(crate) fn operator(&self) -> Operator {
        self.server.as_ref().unwrap().operator()
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// A client that has sent nothing yet.
    pub(crate) async fn silent_client(&self) -> Client {
        let mut client = Client::silent(self.address).await;
        if self.is_behind_proxy {
            client.raw(format!("PROXY TCP4 {CLIENT_ADDRESS} 198.51.100.1 4711 12345\r\n").as_bytes()).await;
        }
        client
    }

    /// A client that has said hello.
    pub(crate) async fn client(&self) -> Client {
        let mut client = self.silent_client().await;
        client.hello().await;
        client
    }

    /// A client signed in to a new account.
    pub(crate) async fn register(&self, username: &str) -> Client {
        let mut client = self.client().await;
        client.register(username).await;
        client.wait_until_attached().await;
        client
    }

    /// Another client signed in to the same account.
    pub(crate) async fn another_client(&self, other: &Client) -> Client {
        let mut client = self.client().await;
        client.sign_in_with(&other.token).await;
        client.wait_until_attached().await;
        client
    }
}

/// A client that sends and receives frames. Keeps events that have not been waited for.
pub(crate) struct Client {
    lines: FramedRead<OwnedReadHalf, LineCodec>,
    socket: OwnedWriteHalf,
    next_id: u64,
    events: VecDeque<Event>,
    pub(crate) token: String,
    /// The username of the account signed in.
    pub(crate) username: String,
    /// The server id from the welcome.
    pub(crate) server_id: Option<ServerId>,
}

impl Client {
    /// Connects without sending anything.
    pub(crate) async fn silent(address: SocketAddr) -> Self {
        Self::over(TcpStream::connect(address).await.unwrap())
    }

    /// Connects with a small receive buffer.
    pub(crate) async fn narrow(address: SocketAddr) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        Self::over(socket.connect(address).await.unwrap())
    }

    fn over(stream: TcpStream) -> Self {
        let (read, socket) = stream.into_split();
        let lines = FramedRead::new(read, LineCodec::new(MAX_LINE_BYTES));
        Self {
            lines,
            socket,
            next_id: 0,
            events: VecDeque::new(),
            token: String::new(),
            username: String::new(),
            server_id: None,
        }
    }

    pub(crate) async fn greeted(address: SocketAddr) -> Self {
        let mut client = Self::silent(address).await;
        client.hello().await;
        client
    }

    /// Connects to a server that may be gone.
    pub(crate) async fn reach(address: SocketAddr) -> io::Result<Self> {
        let mut client = Self::over(TcpStream::connect(address).await?);
        client.try_ask(hello()).await?;
        Ok(client)
    }

    pub(crate) async fn hello(&mut self) {
        let Reply::Welcome(welcome) = self.ask(hello()).await else { panic!("expected a welcome") };
        self.server_id = Some(welcome.server_id);
    }

    /// Sends a request without waiting for the reply.
    pub(crate) async fn request(&mut self, request: Request) -> u64 {
        self.try_request(request).await.unwrap()
    }

    /// Sends a request on a connection that may be gone.
    pub(crate) async fn try_request(&mut self, request: Request) -> io::Result<u64> {
        self.next_id += 1;
        let mut bytes = bytes::BytesMut::new();
        encode_line(&RequestFrame { id: self.next_id, request }, &mut bytes);
        within(self.socket.write_all(&bytes)).await?;
        Ok(self.next_id)
    }

    /// Sends a request on a connection that the server may have closed.
    pub(crate) async fn request_if_open(&mut self, request: Request) {
        self.next_id += 1;
        let mut bytes = bytes::BytesMut::new();
        encode_line(&RequestFrame { id: self.next_id, request }, &mut bytes);
        let _ = within(self.socket.write_all(&bytes)).await;
    }

    /// Id of the last request.
    pub(crate) fn last_id(&self) -> u64 {
        self.next_id
    }

    pub(crate) async fn raw(&mut self, bytes: &[u8]) {
        within(self.socket.write_all(bytes)).await.unwrap();
    }

    /// Closes the sending half of the connection, as `nc` does at the end of its input.
    pub(crate) async fn shutdown_write(&mut self) {
        within(self.socket.shutdown()).await.unwrap();
    }

    /// Sends a request and waits for its reply.
    pub(crate) async fn ask(&mut self, request: Request) -> Reply {
        self.try_ask(request).await.expect("the server closed the connection instead of replying")
    }

    /// Sends a request to a server that may be gone, and waits for its reply.
    pub(crate) async fn try_ask(&mut self, request: Request) -> io::Result<Reply> {
        let id = self.try_request(request).await?;
        loop {
            match self.frame().await.ok_or(io::ErrorKind::UnexpectedEof)? {
                ServerFrame::Reply(reply) => {
                    assert_eq!(reply.id, id, "replies must arrive in order");
                    return Ok(reply.reply);
                }
                ServerFrame::Event(event) => self.events.push_back(event),
            }
        }
    }

    #[track_caller]
    pub(crate) fn done(&mut self, request: Request) -> impl Future<Output = ()> {
        let caller = std::panic::Location::caller();
        async move {
            let reply = self.ask(request).await;
            assert_eq!(reply, Reply::Done, "requested at {caller}");
        }
    }

    pub(crate) async fn refused(&mut self, request: Request) -> Refusal {
        match self.ask(request).await {
            Reply::Refused(refusal) => refusal,
            reply => panic!("expected a refusal, got {reply:?}"),
        }
    }

    /// The next frame; `None` if the connection is closed.
    pub(crate) async fn frame(&mut self) -> Option<ServerFrame> {
        match within(self.lines.next()).await? {
            Ok(Line::Whole(line)) => Some(ServerFrame::decode(&line).unwrap()),
            Ok(Line::TooLong { .. }) => panic!("the server sent an overlong line"),
            // A reset connection is closed as well.
            Err(_) => None,
        }
    }

    /// Waits for an event that `pick` accepts; earlier events are discarded.
    pub(crate) async fn event<T>(&mut self, pick: impl Fn(&Event) -> Option<T>) -> T {
        loop {
            let event = match self.events.pop_front() {
                Some(event) => event,
                None => match self.frame().await.expect("the connection closed before the event") {
                    ServerFrame::Event(event) => event,
                    ServerFrame::Reply(reply) => panic!("unexpected reply: {reply:?}"),
                },
            };
            if let Some(found) = pick(&event) {
                return found;
            }
        }
    }

    /// All events received so far: those before the reply to a ping.
    pub(crate) async fn drain_events(&mut self) -> Vec<Event> {
        assert_eq!(self.ask(Request::Ping).await, Reply::Pong);
        self.events.drain(..).collect()
    }

    /// Reads until the connection closes, and returns the reason in the goodbye.
    pub(crate) async fn goodbye(&mut self) -> Option<GoodbyeReason> {
        let mut reason = None;
        for event in std::mem::take(&mut self.events) {
            if let Event::Goodbye(goodbye) = event {
                reason = Some(goodbye.reason);
            }
        }
        while let Some(frame) = self.frame().await {
            if let ServerFrame::Event(Event::Goodbye(goodbye)) = frame {
                reason = Some(goodbye.reason);
            }
        }
        reason
    }
}

/// User actions, one line each.
impl Client {
    pub(crate) async fn register(&mut self, username: &str) -> SignedIn {
        let reply = self.ask(register(username)).await;
        self.signed_in(reply)
    }

    /// Returns once all further events will be received. A session is attached to the bus after the reply to its
    /// sign-in and before its next request; on a busy machine another client's request can come in between.
    pub(crate) async fn wait_until_attached(&mut self) {
        assert_eq!(self.ask(Request::Ping).await, Reply::Pong);
    }

    pub(crate) async fn sign_in_with(&mut self, token: &str) -> SignedIn {
        let reply = self.ask(Request::SignInWithToken(SignInWithToken { token: token.to_owned() })).await;
        self.signed_in(reply)
    }

    #[track_caller]
    pub(crate) fn signed_in(&mut self, reply: Reply) -> SignedIn {
        let Reply::SignedIn(signed_in) = reply else { panic!("expected a sign-in, got {reply:?}") };
        self.token.clone_from(&signed_in.token);
        self.username = signed_in.you.username.to_string();
        signed_in
    }

    /// Creates an unlimited group invite and returns its code.
    pub(crate) async fn invite_to(&mut self, conversation: ConversationId) -> String {
        let ask = CreateGroupInvite { conversation, uses: None, expires_in_s: None };
        match self.ask(Request::CreateGroupInvite(ask)).await {
            Reply::GroupInvite(invite) => invite.code,
            reply => panic!("expected an invite, got {reply:?}"),
        }
    }

    pub(crate) async fn summary(&mut self, request: Request) -> ConversationSummary {
        match self.ask(request).await {
            Reply::Conversation(summary) => summary,
            reply => panic!("expected a conversation, got {reply:?}"),
        }
    }

    pub(crate) async fn direct(&mut self, username: &str) -> ConversationId {
        self.summary(Request::OpenDirect(OpenDirect { username: username.to_owned() })).await.conversation
    }

    /// Creates a listed group of this user and these others, who accept.
    pub(crate) async fn group(&mut self, name: &str, others: &mut [&mut Self]) -> ConversationId {
        let create = CreateGroup { name: name.to_owned(), visibility: Some(Visibility::Listed) };
        let conversation = self.summary(Request::CreateGroup(create)).await.conversation;
        for other in others {
            self.add(conversation, other).await;
        }
        conversation
    }

    /// Adds a member, who accepts if they are only invited.
    pub(crate) async fn add(&mut self, conversation: ConversationId, member: &mut Self) {
        match self.ask(add(conversation, &member.username)).await {
            Reply::Done => {}
            Reply::Invited => {
                member.summary(Request::AcceptInvitation(AcceptInvitation { conversation })).await;
            }
            reply => panic!("expected a new member or an invitation, got {reply:?}"),
        }
    }

    pub(crate) async fn see(&mut self, conversation: ConversationId) -> ConversationSummary {
        self.summary(Request::GetConversation(GetConversation { conversation })).await
    }

    pub(crate) async fn say(&mut self, conversation: ConversationId, text: &str) -> MessageStored {
        self.stored(send(conversation, ClientId::new(), text)).await
    }

    pub(crate) async fn stored(&mut self, request: Request) -> MessageStored {
        match self.ask(request).await {
            Reply::MessageStored(stored) => stored,
            reply => panic!("expected an acknowledgement, got {reply:?}"),
        }
    }

    pub(crate) async fn page(&mut self, request: Request) -> Entries {
        match self.ask(request).await {
            Reply::Entries(entries) => entries,
            reply => panic!("expected entries, got {reply:?}"),
        }
    }

    /// The whole log visible to this account, page by page.
    pub(crate) async fn log(&mut self, conversation: ConversationId) -> Vec<Entry> {
        let mut log: Vec<Entry> = Vec::new();
        loop {
            let after = log.last().map_or(Seq(0), |entry| entry.seq);
            let page = self.page(history(conversation, Some(after), None)).await;
            log.extend(page.entries);
            if !page.more {
                return log;
            }
        }
    }

    /// The texts of all visible messages, in order.
    pub(crate) async fn texts(&mut self, conversation: ConversationId) -> Vec<String> {
        self.log(conversation).await.iter().filter_map(text).collect()
    }

    /// Waits for an entry in this conversation.
    pub(crate) async fn entry(&mut self, conversation: ConversationId) -> Entry {
        self.event(|event| match event {
            Event::EntryPosted(posted) if posted.conversation == conversation => Some(posted.entry.clone()),
            _ => None,
        })
        .await
    }
}

/// The text of a message entry.
pub(crate) fn text(entry: &Entry) -> Option<String> {
    match &entry.kind {
        EntryKind::Message(message) => Some(message.text.as_str().to_owned()),
        _ => None,
    }
}

pub(crate) fn hello() -> Request {
    Request::Hello(Hello { protocol: PROTOCOL_VERSION, client: "test".to_owned() })
}

pub(crate) fn register(username: &str) -> Request {
    let (username, password) = (username.to_owned(), PASSWORD.to_owned());
    Request::Register(Register { username, password, display_name: None, device: None, invite: None })
}

pub(crate) fn sign_in(username: &str, password: &str) -> Request {
    Request::SignIn(SignIn { username: username.to_owned(), password: password.to_owned(), device: None, code: None })
}

pub(crate) fn send(conversation: ConversationId, client_id: ClientId, text: &str) -> Request {
    Request::SendMessage(SendMessage { conversation, client_id, text: text.to_owned(), reply_to: None })
}

pub(crate) fn add(conversation: ConversationId, username: &str) -> Request {
    Request::AddMember(AddMember { conversation, username: username.to_owned() })
}

pub(crate) fn history(conversation: ConversationId, after: Option<Seq>, before: Option<Seq>) -> Request {
    Request::History(History { conversation, after, before, limit: None })
}

/// Awaits the future, with a timeout.
pub(crate) async fn within<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(TIMEOUT, future).await.expect("timed out")
}
