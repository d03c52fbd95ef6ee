//! Duration of a restart, from process start to the first reply, after a clean stop and after a kill.
//!
//! `cargo bench -p papo-server --bench restart`. The limit is one second with a million messages. The smaller file is
//! just small enough to be checked completely at each start, which makes it the slower one.

#![allow(clippy::unwrap_used, reason = "a benchmark that meets an unexpected value should stop there")]
#![allow(clippy::print_stdout, reason = "prints its results")]

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use papo_server::domain::{AccountRef, TokenHash};
use papo_server::store::sqlite::SqliteStore;
use papo_server::store::{NewDevice, Outcome, Store, Write};
use papo_server::{Config, Server};
use papo_shared::model::{ClientId, ConversationId, DisplayName, GroupName, MessageText, Timestamp, Username, Visibility};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const MESSAGES: [usize; 2] = [385_000, 1_000_000];
const GROUPS: usize = 200;
const BATCH: usize = 512;
const RUNS: usize = 5;

#[tokio::main]
async fn main() {
    for messages in MESSAGES {
        let dir = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(dir.path()).unwrap();
        fill(&store, messages).await;
        // A killed server leaves the file and a write-ahead log that was not folded into it.
        let killed = tempfile::tempdir().unwrap();
        for name in ["chat.db", "chat.db-wal"] {
            fs::copy(dir.path().join(name), killed.path().join(name)).unwrap();
        }
        store.close().await;
        let bytes = fs::metadata(dir.path().join("chat.db")).unwrap().len();
        let after_kill = restart(killed.path()).await;
        let mut after_stop = Vec::new();
        for _ in 0..RUNS {
            after_stop.push(restart(dir.path()).await);
        }
        let worst = after_stop.iter().max().unwrap();
        let (mib, kill, stop) = (bytes / 1024 / 1024, after_kill.as_millis(), worst.as_millis());
        println!("{messages} messages, {mib} MiB: after a kill {kill} ms, after a stop at most {stop} ms");
    }
}

/// Time until a client has the reply to its hello.
async fn restart(dir: &Path) -> Duration {
    let begun = Instant::now();
    let server = Server::start(Config::new(SocketAddr::from(([127, 0, 0, 1], 0)), dir.to_owned())).await.unwrap();
    let mut client = TcpStream::connect(server.local_addr()).await.unwrap();
    client.write_all(b"{\"id\":1,\"type\":\"hello\",\"protocol\":1,\"client\":\"bench\"}\n").await.unwrap();
    client.read_u8().await.unwrap();
    let taken = begun.elapsed();
    drop(client);
    server.stop().await;
    taken
}

/// One account that sends this many messages to its groups.
async fn fill(store: &SqliteStore, messages: usize) {
    let username = Username::parse("ana").unwrap();
    let account = Write::CreateAccount {
        username: username.clone(),
        display_name: DisplayName::parse("Ana").unwrap(),
        password_hash: String::new(),
        device: Some(NewDevice { token: TokenHash::of("ana"), name: String::new().into() }),
        invite: None,
        at: Timestamp(0),
    };
    let Outcome::AccountCreated(id, _) = store.commit(vec![account]).await.unwrap().remove(0) else { panic!("no account") };
    let author = AccountRef { id, username };
    let groups = (0..GROUPS).map(|number| Write::CreateGroup {
        creator: author.clone(),
        name: GroupName::parse(&format!("group {number}")).unwrap(),
        visibility: Visibility::Listed,
        at: Timestamp(0),
    });
    let outcomes = store.commit(groups.collect()).await.unwrap();
    let groups: Vec<ConversationId> = outcomes.iter().filter_map(conversation).collect();
    let text = MessageText::parse(&"Nothing that was said is lost. ".repeat(3)).unwrap();
    for first in (0..messages).step_by(BATCH) {
        let batch = (first..messages.min(first + BATCH)).map(|number| Write::AppendMessage {
            conversation: groups[number % GROUPS],
            author: author.clone(),
            client_id: ClientId::new(),
            text: text.clone(),
            reply_to: None,
            at: Timestamp(0),
        });
        store.commit(batch.collect()).await.unwrap();
    }
}

fn conversation(outcome: &Outcome) -> Option<ConversationId> {
    match outcome {
        Outcome::Posted(posted) => Some(posted.conversation),
        _ => None,
    }
}
