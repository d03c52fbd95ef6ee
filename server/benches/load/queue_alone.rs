//! The write queue alone: senders in the store's own process, each waiting for every acknowledgement as those over
//! sockets do.

use std::io::{BufRead, stdin};
use std::sync::Arc;
use std::time::{Duration, Instant};

use papo_server::bus::in_process::InProcessBus;
use papo_server::committer::Committer;
use papo_server::domain::SessionId;
use papo_server::store::sqlite::SqliteStore;
use papo_server::store::{Outcome, Write};

use crate::child::Role;
use crate::community::Community;
use crate::texts::Texts;

/// Argument that selects this role.
pub(crate) const ROLE: &str = "queue-alone";

/// Throughput of this many senders with this many messages each, in messages per second.
pub(crate) fn messages_a_second(senders: usize, messages: usize) -> f64 {
    let mut role = Role::start(ROLE, &[senders, messages].map(|number| number.to_string()));
    role.read_line().parse().unwrap()
}

pub(crate) fn run(rest: &[String]) {
    let [senders, messages] = rest else { panic!("{rest:?}") };
    // The same kind of runtime as the server's.
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let took = runtime.block_on(serve(senders.parse().unwrap(), messages.parse().unwrap()));
    let all = senders.parse::<f64>().unwrap() * messages.parse::<f64>().unwrap();
    println!("{}", all / took.as_secs_f64());
    stdin().lock().lines().next();
}

async fn serve(senders: usize, messages: usize) -> Duration {
    let data = tempfile::tempdir().unwrap();
    let store = Arc::new(SqliteStore::open(data.path()).unwrap());
    let community = Community::prepare(&store, senders, 2).await;
    let committer = Committer::start(store, Arc::new(InProcessBus::default()), Arc::default());
    let mut texts = Texts::new();
    let mut prepared: Vec<Vec<Write>> = vec![Vec::new(); senders];
    for _ in 0..messages {
        for (sender, writes) in prepared.iter_mut().enumerate() {
            writes.push(community.message(sender, &mut texts));
        }
    }
    let began = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for writes in prepared {
        let committer = committer.clone();
        tasks.spawn(async move {
            for write in writes {
                let outcome = committer.commit(SessionId(0), write).await.unwrap();
                assert!(matches!(outcome, Outcome::Posted(_)), "{outcome:?}");
            }
        });
    }
    tasks.join_all().await;
    began.elapsed()
}
