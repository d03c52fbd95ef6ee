//! The store alone: the least that a server does which stores messages and makes them searchable. Writes the same
//! rows as over sockets, in transactions of the same size, and delivers nothing.

use std::io::{BufRead, stdin};

use papo_server::store::sqlite::SqliteStore;
use papo_server::store::{Outcome, Store, Write};

use crate::child::Role;
use crate::community::Community;
use crate::process::Process;
use crate::shape::{Shape, WARM_UP, WINDOW};
use crate::texts::Texts;

/// Argument that selects this role.
pub(crate) const ROLE: &str = "store-alone";

/// A store with a community, in a process of its own.
pub(crate) struct StoreAlone {
    role: Role,
}

impl StoreAlone {
    /// Prepares to store the messages of a load of this shape, `batch` at a time.
    pub(crate) fn start(shape: Shape, batch: usize) -> Self {
        let rest = [shape.groups, shape.members, shape.messages, batch].map(|number| number.to_string());
        let mut this = Self { role: Role::start(ROLE, &rest) };
        assert_eq!(this.role.read_line(), "ready");
        this
    }

    pub(crate) fn process(&self) -> Process {
        self.role.process()
    }

    pub(crate) fn store(&mut self) {
        self.role.write_line("go");
        assert_eq!(self.role.read_line(), "done");
    }
}

/// Prepares, waits for the signal, stores, and waits to be ended.
pub(crate) fn run(rest: &[String]) {
    let [groups, members, messages, batch] = rest else { panic!("{rest:?}") };
    let shape = Shape { groups: groups.parse().unwrap(), members: members.parse().unwrap(), messages: messages.parse().unwrap() };
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(serve(shape, batch.parse().unwrap()));
}

async fn serve(shape: Shape, batch: usize) {
    let data = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(data.path()).unwrap();
    let community = Community::prepare(&store, shape.groups, shape.members).await;
    let mut texts = Texts::new();
    let mut prepared = |messages| batches(&community, &mut texts, shape.groups, messages, batch);
    let (warm_up, load) = (prepared(WARM_UP), prepared(shape.messages));
    for batch in warm_up {
        store.commit(batch).await.unwrap();
    }
    println!("ready");
    let mut signals = stdin().lock().lines();
    signals.next();
    for batch in load {
        let outcomes = store.commit(batch).await.unwrap();
        assert!(outcomes.iter().all(|outcome| matches!(outcome, Outcome::Posted(_))), "every message must be stored");
    }
    println!("done");
    signals.next();
}

/// Writes in the order in which they would arrive over sockets: a full window of each sender in turn.
fn batches(community: &Community, texts: &mut Texts, groups: usize, messages: usize, batch: usize) -> Vec<Vec<Write>> {
    let mut writes = Vec::new();
    for first in (0..messages).step_by(WINDOW) {
        for group in 0..groups {
            for _ in first..messages.min(first + WINDOW) {
                writes.push(community.message(group, texts));
            }
        }
    }
    writes.chunks(batch).map(<[Write]>::to_vec).collect()
}
