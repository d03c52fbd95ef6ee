//! The server under test, and its protocol.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;

use bytes::BytesMut;
use papo_server::store::Store;
use papo_server::store::sqlite::{FILE_NAME, SqliteStore};
use papo_shared::model::{ClientId, ConversationId};
use papo_shared::protocol::{Hello, PROTOCOL_VERSION, Request, RequestFrame, SendMessage, SignInWithToken, encode_line};
use tempfile::TempDir;

use crate::community::{Community, token};
use crate::dialect::{Dialect, Received, first_line};
use crate::generator::Target;
use crate::process::Process;
use crate::real_server::ServerProcess;
use crate::wire;

/// Lifts the rate limits and disables pings. Everything else has its default value.
const SETTINGS: [(&str, &str); 9] = [
    ("PAPO_LIMITS_REQUESTS_PER_SECOND", "1000000000"),
    ("PAPO_LIMITS_REQUEST_BURST", "1000000000"),
    ("PAPO_LIMITS_BYTES_PER_SECOND", "1000000000"),
    ("PAPO_LIMITS_BYTE_BURST", "1000000000"),
    ("PAPO_LIMITS_MESSAGES_PER_MINUTE_BY_ACCOUNT", "1000000000"),
    ("PAPO_LIMITS_PAGES_PER_MINUTE_BY_ACCOUNT", "1000000000"),
    ("PAPO_PING_AFTER", "1h"),
    ("PAPO_SILENT_AFTER", "2h"),
    ("PAPO_LOG_LEVEL", "warn"),
];

/// A server on a database with a community.
pub(crate) struct Papo {
    server: ServerProcess,
    pub(crate) metrics: Metrics,
    pub(crate) community: Arc<Community>,
}

/// Number of writes and of transactions.
#[derive(Clone, Copy)]
pub(crate) struct Batches {
    pub(crate) writes: f64,
    pub(crate) transactions: f64,
}

impl Papo {
    /// Creates a community and starts a server on it.
    pub(crate) fn start(conversations: usize, members: usize) -> Self {
        let data = tempfile::tempdir().unwrap();
        let community = prepare(&data, conversations, members);
        Self::start_on(data, community)
    }

    /// Like [`Self::start`], with the word index marked as complete for all future messages, so that nothing is indexed.
    pub(crate) fn start_without_index(conversations: usize, members: usize) -> Self {
        let data = tempfile::tempdir().unwrap();
        let community = prepare(&data, conversations, members);
        let file = rusqlite::Connection::open(data.path().join(FILE_NAME)).unwrap();
        file.execute("UPDATE message_index SET indexed = ?1", [i64::MAX / 2]).unwrap();
        file.close().unwrap();
        Self::start_on(data, community)
    }

    /// Starts a server on a closed store that holds this community.
    pub(crate) fn start_on(data: TempDir, community: Community) -> Self {
        let metrics = Metrics { address: free_address() };
        let listen = metrics.address.to_string();
        let settings: Vec<_> = SETTINGS.into_iter().chain([("PAPO_METRICS_LISTEN", &*listen)]).collect();
        Self { server: ServerProcess::start_on(data, &settings), metrics, community: Arc::new(community) }
    }

    pub(crate) fn process(&self) -> Process {
        Process::new(self.server.id())
    }

    /// For one connection per account.
    pub(crate) fn dialect(&self) -> PapoDialect {
        PapoDialect { community: self.community.clone(), people_apart: 1 }
    }

    /// For one connection per conversation, that of its first member.
    pub(crate) fn dialect_of_senders(&self) -> PapoDialect {
        PapoDialect { community: self.community.clone(), people_apart: self.community.members }
    }

    pub(crate) fn plain(&self) -> Target {
        Target { address: self.server.address, tls: None }
    }

    pub(crate) fn encrypted(&self) -> Target {
        Target { address: self.server.address, tls: Some(wire::trusting(self.server.data())) }
    }
}

/// A server's metrics endpoint.
#[derive(Clone, Copy)]
pub(crate) struct Metrics {
    address: SocketAddr,
}

impl Metrics {
    /// Writes and transactions since the server started.
    pub(crate) fn batches(self) -> Batches {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        let value = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
            line.unwrap().parse().unwrap()
        };
        Batches { writes: value("papo_batch_writes_sum"), transactions: value("papo_batch_writes_count") }
    }
}

impl Batches {
    /// Mean number of writes per transaction since `before`.
    pub(crate) fn mean_since(self, before: Self) -> f64 {
        (self.writes - before.writes) / (self.transactions - before.transactions)
    }
}

/// Creates a store with a community in this directory, and closes it.
fn prepare(data: &TempDir, conversations: usize, members: usize) -> Community {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let store = SqliteStore::open(data.path()).unwrap();
        let community = Community::prepare(&store, conversations, members).await;
        store.close().await;
        community
    })
}

/// A loopback address that is currently unused.
pub(crate) fn free_address() -> SocketAddr {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap()
}

/// Signs in by token and sends messages.
pub(crate) struct PapoDialect {
    community: Arc<Community>,
    /// Difference between the account numbers of consecutive connections.
    people_apart: usize,
}

impl Dialect for PapoDialect {
    fn acknowledges(&self) -> bool {
        true
    }

    fn sign_in_bytes(&self, connection: usize) -> Vec<u8> {
        let hello = Request::Hello(Hello { protocol: PROTOCOL_VERSION, client: "bench".to_owned() });
        let sign_in = Request::SignInWithToken(SignInWithToken { token: token(connection * self.people_apart) });
        let mut lines = encoded(1, hello);
        lines.extend(encoded(2, sign_in));
        lines
    }

    fn encode_message(&self, group: usize, number: usize, body: &str) -> Vec<u8> {
        let conversation: ConversationId = self.community.conversations[group];
        let send = SendMessage { conversation, client_id: ClientId::new(), text: body.to_owned(), reply_to: None };
        encoded(3 + number as u64, Request::SendMessage(send))
    }

    fn classify(&self, bytes: &[u8], _answer: &mut Vec<u8>) -> Option<(usize, Received)> {
        let line = first_line(bytes)?;
        let received = match line {
            line if line.starts_with(br#"{"type":"entry_posted""#) => Received::Delivered,
            line if line.starts_with(br#"{"id":"#) => match reply_type(line) {
                b"message_stored" => Received::Acknowledged,
                b"signed_in" => Received::SignedIn,
                b"welcome" => Received::Nothing,
                _ => Received::Trouble,
            },
            line if line.starts_with(br#"{"type":"presence_changed""#) => Received::Nothing,
            _ => Received::Trouble,
        };
        Some((line.len() + 1, received))
    }
}

/// The value of `type` in a reply, where it is the second field.
fn reply_type(line: &[u8]) -> &[u8] {
    line.split(|byte| *byte == b'"').nth(5).unwrap_or_default()
}

fn encoded(id: u64, request: Request) -> Vec<u8> {
    let mut line = BytesMut::new();
    encode_line(&RequestFrame { id, request }, &mut line);
    line.to_vec()
}
