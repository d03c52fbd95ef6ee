//! Messages per second that 64 senders get acknowledged who wait for each acknowledgement: by 1, 2 and 3 nodes on PostgreSQL, next to
//! as many raw connections that write the same rows, and by one node on SQLite.
//!
//! `PAPO_TEST_POSTGRES` names the server, and `.ci/with-services` sets it:
//! `.ci/with-services cargo bench -p papo-server --features cluster --bench shared_store [-- --members 1000 --seconds 5]`

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench reports figures, and fails by panicking")]

mod community;
mod load;
mod raw;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use papo_server::bus::{Bus, Delivery, Subscription};
use papo_server::committer::Committer;
use papo_server::domain::{AccountId, SessionId};
use papo_server::store::postgres::{PostgresAddress, PostgresStore};
use papo_server::store::sqlite::SqliteStore;
use papo_server::store::{Outcome, Store};
use papo_shared::model::DeviceId;
use papo_shared::protocol::GoodbyeReason;
use tokio_postgres::NoTls;

use self::community::{Community, SENDERS};
use self::load::{Figures, Load};

const ROUNDS: usize = 3;
const MAX_NODES: usize = 3;

/// Counts batches, and delivers nothing.
#[derive(Default)]
struct CountingBus(AtomicUsize);

impl Bus for CountingBus {
    fn attach(&self, _: Subscription) {}
    fn detach(&self, _: SessionId) {}
    fn watch_directory(&self, _: SessionId, _: bool) {}
    fn end_sessions(&self, _: &[DeviceId], _: SessionId, _: GoodbyeReason) {}
    fn end_account(&self, _: AccountId, _: GoodbyeReason) {}
    fn publish(&self, _: Vec<Delivery>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

async fn committed(stores: Vec<Arc<dyn Store>>, community: &Arc<Community>, window: Duration) -> Figures {
    let (bus, load) = (Arc::new(CountingBus::default()), Arc::new(Load::default()));
    let start = |store: &Arc<dyn Store>| Committer::start(store.clone(), bus.clone(), Arc::default());
    let committers: Vec<_> = stores.iter().map(start).collect();
    let senders = (0..SENDERS).map(|sender| {
        let (committer, community, load) = (committers[sender % committers.len()].clone(), community.clone(), load.clone());
        tokio::spawn(async move {
            while !load.is_over() {
                let outcome = committer.commit(SessionId::NONE, community.message(sender)).await.unwrap();
                assert!(matches!(outcome, Outcome::Posted(_)), "{outcome:?}");
                load.count(1);
            }
        })
    });
    let senders: Vec<_> = senders.collect();
    let figures = load.measure(window, || bus.0.load(Ordering::Relaxed)).await;
    for sender in senders {
        sender.await.unwrap();
    }
    figures
}

/// The value after a flag on the command line.
fn argument(flag: &str, default: u32) -> u32 {
    let mut arguments = std::env::args().skip_while(|argument| argument != flag).skip(1);
    arguments.next().map_or(default, |value| value.parse().unwrap())
}

fn median(mut values: Vec<Figures>) -> Figures {
    values.sort_by(|one, other| one.per_second.total_cmp(&other.per_second));
    values[values.len() / 2]
}

#[tokio::main]
async fn main() {
    let Ok(server) = std::env::var("PAPO_TEST_POSTGRES") else {
        println!("PAPO_TEST_POSTGRES is not set: nothing is measured. `.ci/with-services` sets it.");
        return;
    };
    let (members, window) = (argument("--members", 64), Duration::from_secs(argument("--seconds", 3).into()));
    let schema = format!("papo_bench_{}", std::process::id());
    let (client, connection) = tokio_postgres::connect(&server, NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute(&format!("CREATE SCHEMA {schema}")).await.unwrap();
    let address = format!("{server}?options=-c%20search_path%3D{schema}");

    let mut nodes: Vec<Arc<dyn Store>> = Vec::new();
    for _ in 0..MAX_NODES {
        let parsed = PostgresAddress::parse(&address, None, None).unwrap();
        nodes.push(Arc::new(PostgresStore::open(&parsed).await.unwrap()));
    }
    let community = Arc::new(Community::create(&*nodes[0], members).await);
    let folder = tempfile::tempdir().unwrap();
    let file: Arc<dyn Store> = Arc::new(SqliteStore::open(folder.path()).unwrap());
    let community_in_file = Arc::new(Community::create(&*file, members).await);
    client.batch_execute(&format!("SET search_path = {schema}; ANALYZE")).await.unwrap();

    let (mut raw, mut stores, mut files) = (vec![Vec::new(); MAX_NODES], vec![Vec::new(); MAX_NODES], Vec::new());
    for _ in 0..ROUNDS {
        for count in 1..=MAX_NODES {
            raw[count - 1].push(raw::written(&address, count, &community, window).await);
            stores[count - 1].push(committed(nodes[..count].to_vec(), &community, window).await);
        }
        files.push(committed(vec![file.clone()], &community_in_file, window).await);
    }
    println!("medians of {ROUNDS} runs of {} s, 20 groups of {members} members", window.as_secs());
    println!("{:28} {:>10} {:>10} {:>8}", "", "messages/s", "per batch", "of raw");
    for (count, (raw, store)) in raw.into_iter().zip(stores).enumerate() {
        let (raw, store, count) = (median(raw), median(store), count + 1);
        println!("{:28} {:>10.0} {:>10.1}", format!("{count} raw connections"), raw.per_second, raw.per_batch);
        let share = 100.0 * store.per_second / raw.per_second;
        println!("{:28} {:>10.0} {:>10.1} {share:>7.0}%", format!("{count} nodes"), store.per_second, store.per_batch);
    }
    let file = median(files);
    println!("{:28} {:>10.0} {:>10.1}", "1 node on SQLite", file.per_second, file.per_batch);
    client.batch_execute(&format!("DROP SCHEMA {schema} CASCADE")).await.unwrap();
}
