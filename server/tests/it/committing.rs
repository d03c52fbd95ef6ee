//! Overlap of publishing a batch with writing the next one.

use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use papo_server::bus::{Bus, Delivery, Subscription};
use papo_server::committer::Committer;
use papo_server::domain::{AccountId, SessionId, TokenHash};
use papo_server::store::sqlite::{FILE_NAME, SqliteStore};
use papo_server::store::{NewDevice, Store, Write};
use papo_shared::model::{DeviceId, DisplayName, Timestamp, Username};
use papo_shared::protocol::GoodbyeReason;
use rusqlite::Connection;

const TIMEOUT: Duration = Duration::from_secs(10);

/// A bus that delivers nothing and blocks until the database has two accounts. Records whether it did.
struct WaitsForTwo {
    file: Mutex<Connection>,
    came: Mutex<Vec<bool>>,
}

impl Bus for WaitsForTwo {
    fn attach(&self, _: Subscription) {}
    fn detach(&self, _: SessionId) {}
    fn watch_directory(&self, _: SessionId, _: bool) {}
    fn end_sessions(&self, _: &[DeviceId], _: SessionId, _: GoodbyeReason) {}
    fn end_account(&self, _: AccountId, _: GoodbyeReason) {}
    fn publish(&self, _: Vec<Delivery>) {
        let (file, deadline) = (self.file.lock().unwrap(), Instant::now() + TIMEOUT);
        let accounts = || file.query_row("SELECT count(*) FROM account", [], |row| row.get::<_, u32>(0)).unwrap();
        while accounts() < 2 && Instant::now() < deadline {
            thread::yield_now();
        }
        self.came.lock().unwrap().push(accounts() == 2);
    }
}

fn account(name: &str) -> Write {
    Write::CreateAccount {
        username: Username::parse(name).unwrap(),
        display_name: DisplayName::parse(name).unwrap(),
        password_hash: String::new(),
        device: Some(NewDevice { token: TokenHash::of(name), name: String::new().into() }),
        invite: None,
        at: Timestamp(0),
    }
}

/// On a single-threaded runtime, other tasks run as far as they can between two polls of this one.
async fn let_the_others_go_on() {
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn the_next_batch_is_written_while_a_small_one_is_published() {
    let dir = tempfile::tempdir().unwrap();
    let store = Arc::new(SqliteStore::open(dir.path()).unwrap());
    let open = || Connection::open(dir.path().join(FILE_NAME)).unwrap();
    let bus = Arc::new(WaitsForTwo { file: Mutex::new(open()), came: Mutex::default() });
    let committer = Committer::start(store.clone(), bus.clone(), Arc::default());
    let commit = |name: &'static str| {
        let committer = committer.clone();
        tokio::spawn(async move { committer.commit(SessionId(0), account(name)).await.unwrap() })
    };
    // While another connection holds the write lock, the first batch is in progress, and the second waits.
    let other = open();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let first = commit("ana");
    let_the_others_go_on().await;
    let second = commit("rui");
    let_the_others_go_on().await;
    other.execute_batch("ROLLBACK").unwrap();
    first.await.unwrap();
    second.await.unwrap();
    assert_eq!(*bus.came.lock().unwrap(), [true, true]);
    drop(committer);
    store.close().await;
}
