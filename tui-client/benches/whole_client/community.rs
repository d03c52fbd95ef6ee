//! A server with its own store, and a group of one reader and four senders.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use bytes::BytesMut;
use papo::keyed_file::KeyedFile;
use papo_server::config::SendQueueLimits;
use papo_server::{Config, Server};
use papo_shared::model::{ClientId, ConversationId, Visibility};
use papo_shared::protocol::{
    CreateGroup, Hello, JoinPublicGroup, PROTOCOL_VERSION, Register, Reply, Request, RequestFrame, SendMessage, ServerFrame,
    encode_line,
};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::interval;

pub(crate) const READER: &str = "leitora";
pub(crate) const GROUP: &str = "enchente";
const SENDERS: u32 = 4;
/// Unacknowledged messages of one sender at a time.
const WINDOW: u32 = 64;
const PASSWORD: &str = "um cavalo come bananas";
const WORDS: [&str; 16] = [
    "rede", "banana", "cavalo", "servidor", "tela", "mensagem", "grupo", "noite", "chuva", "cidade", "janela", "tempo", "verde",
    "antes", "depois", "sempre",
];

pub(crate) struct Community {
    pub(crate) address: SocketAddr,
    server: Server,
    /// The reader's device token.
    token: String,
    group: ConversationId,
    senders: Vec<Sender>,
    said: usize,
    _data: TempDir,
}

/// A signed-in connection that sends messages.
struct Sender {
    socket: BufReader<TcpStream>,
    next_id: u64,
}

impl Community {
    pub(crate) async fn gather() -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut config = Config::new(SocketAddr::from(([127, 0, 0, 1], 0)), data.path().to_owned());
        config.password_cost = 4;
        // The senders are faster than the rate limit allows people to be.
        config.limits.requests_per_second = 1_000_000;
        config.limits.request_burst = 1_000_000;
        config.limits.bytes_per_second = 1 << 30;
        config.limits.messages_per_minute_by_account = 100_000_000;
        config.limits.messages_per_day_by_account = 100_000_000;
        config.limits.stored_bytes_per_day_by_account = 1 << 40;
        // The send queue holds a whole flood for a slow reader.
        config.send_queue = SendQueueLimits { soft_bytes: 1 << 28, hard_bytes: 1 << 29 };
        let server = Server::start(config).await.unwrap();
        let address = server.local_addr();
        let (mut senders, mut token) = (Vec::new(), String::new());
        for name in ["ana", "bia", "caio", "duda", READER] {
            let (sender, its_token) = Sender::register(address, name).await;
            token = its_token;
            senders.push(sender);
        }
        let create = CreateGroup { name: GROUP.to_owned(), visibility: Some(Visibility::Public) };
        let Reply::Conversation(summary) = senders[0].ask(Request::CreateGroup(create)).await else { panic!("no group") };
        let group = summary.conversation;
        for sender in &mut senders[1..] {
            let joined = sender.ask(Request::JoinPublicGroup(JoinPublicGroup { conversation: group })).await;
            assert!(matches!(joined, Reply::Conversation(_)), "{joined:?}");
        }
        // The last account is the reader's, used by the measured program only.
        senders.pop();
        Self { address, server, token, group, senders, said: 0, _data: data }
    }

    /// Stores the sign-in of the reader in this home folder.
    pub(crate) fn keep_sign_in(&self, home: &Path) {
        let file = home.join(".local/share/papo/sign_ins");
        KeyedFile::at(&file).set(&self.address.to_string(), Some(&self.token)).unwrap();
    }

    /// Sends a message and waits for the acknowledgement.
    pub(crate) async fn say(&mut self, text: &str) {
        let message = message(self.group, text.to_owned());
        let reply = self.senders[0].ask(Request::SendMessage(message)).await;
        assert!(matches!(reply, Reply::MessageStored(_)), "{reply:?}");
    }

    /// Sends this many messages in total, as fast as they are acknowledged.
    pub(crate) async fn flood(&mut self, messages: u32) {
        let mut talking = JoinSet::new();
        let group = self.group;
        for mut sender in self.senders.drain(..) {
            let first = self.said;
            self.said += (messages / SENDERS) as usize;
            talking.spawn(async move {
                sender.talk(group, first, messages / SENDERS).await;
                sender
            });
        }
        while let Some(sender) = talking.join_next().await {
            self.senders.push(sender.unwrap());
        }
    }

    /// Sends this many messages at regular intervals.
    pub(crate) async fn trickle(&mut self, every: Duration, messages: u32) {
        let mut next = interval(every);
        for _ in 0..messages {
            next.tick().await;
            self.said += 1;
            self.say(&text(self.said)).await;
        }
    }

    pub(crate) async fn part(self) {
        drop(self.senders);
        self.server.stop().await;
    }
}

impl Sender {
    /// Registers an account, and returns its connection and device token.
    async fn register(address: SocketAddr, username: &str) -> (Self, String) {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let mut this = Self { socket: BufReader::new(stream), next_id: 0 };
        this.ask(Request::Hello(Hello { protocol: PROTOCOL_VERSION, client: "bench".to_owned() })).await;
        let (username, password) = (username.to_owned(), PASSWORD.to_owned());
        let register = Register { username, password, display_name: None, device: None, invite: None };
        match this.ask(Request::Register(register)).await {
            Reply::SignedIn(signed_in) => (this, signed_in.token),
            other => panic!("not signed in but {other:?}"),
        }
    }

    async fn send(&mut self, requests: impl Iterator<Item = Request>) {
        let mut lines = BytesMut::new();
        for request in requests {
            self.next_id += 1;
            encode_line(&RequestFrame { id: self.next_id, request }, &mut lines);
        }
        self.socket.get_mut().write_all(&lines).await.unwrap();
    }

    /// Sends a request and waits for its reply. Events before it are discarded.
    async fn ask(&mut self, request: Request) -> Reply {
        self.send(std::iter::once(request)).await;
        let mut line = Vec::new();
        loop {
            self.read_line(&mut line).await;
            if let ServerFrame::Reply(frame) = ServerFrame::decode(&line).unwrap()
                && frame.id == self.next_id
            {
                return frame.reply;
            }
        }
    }

    async fn talk(&mut self, group: ConversationId, first: usize, messages: u32) {
        let text = |number: u32| text(first + number as usize);
        let request = |number| Request::SendMessage(message(group, text(number)));
        self.send((0..WINDOW.min(messages)).map(request)).await;
        let (mut sent, mut stored) = (WINDOW.min(messages), 0);
        let mut line = Vec::new();
        while stored < messages {
            let mut answered = 0;
            loop {
                self.read_line(&mut line).await;
                // Messages of the others arrive as well; only replies begin with an id.
                if line.starts_with(br#"{"id":"#) {
                    assert!(!line.windows(9).any(|window| window == br#""refused""#), "{}", String::from_utf8_lossy(&line));
                    answered += 1;
                }
                if answered > 0 && self.socket.buffer().is_empty() {
                    break;
                }
            }
            stored += answered;
            let more = answered.min(messages - sent);
            self.send((sent..sent + more).map(request)).await;
            sent += more;
        }
    }

    async fn read_line(&mut self, line: &mut Vec<u8>) {
        line.clear();
        assert_ne!(self.socket.read_until(b'\n', line).await.unwrap(), 0, "the server hung up");
    }
}

fn message(conversation: ConversationId, text: String) -> SendMessage {
    SendMessage { conversation, client_id: ClientId::new(), text, reply_to: None }
}

/// A unique text of 64 bytes.
fn text(number: usize) -> String {
    let mut text = format!("{number}");
    let mut at = number;
    while text.len() < 64 {
        text.push(' ');
        text.push_str(WORDS[at % WORDS.len()]);
        at = at / 3 + 7;
    }
    text.truncate(64);
    text
}
