//! Pages of history at random positions of a very long conversation, in the store and over a connection, where a ping
//! serves as baseline. Searches of the same data are in [`search_hits`].
//!
//! Limit: 1 ms at the 99th percentile, in the server.

use std::time::{Duration, Instant};

use papo_server::domain::EntryRange;
use papo_server::store::Store;
use papo_server::store::sqlite::SqliteStore;
use papo_shared::model::Seq;
use papo_shared::protocol::limits::MAX_LINE_BYTES;
use papo_shared::protocol::{History, Reply, Request};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::community::{Community, token};
use crate::figures::{Table, median, shown};
use crate::papo::Papo;
use crate::real_server::{Connection, quantile};
use crate::search_hits;
use crate::texts::Texts;

const BATCH: usize = 512;

/// Entries per page. The store is asked for one more, which tells whether there are more.
const ROWS: u32 = 50;

/// Pages read in each run.
const PAGES: usize = 1000;

const COLUMNS: [&str; 3] = ["", "p50 ms", "p99 ms"];

/// Median and 99th percentile of each table row, in ms.
type Turn = Vec<[f64; 2]>;

pub(crate) fn measure(messages: usize, runs: usize) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let data = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(data.path()).unwrap();
        let mut texts = Texts::new();
        let community = fill(&store, messages, &mut texts).await;
        let mut in_store = Vec::new();
        for run in 0..runs {
            in_store.push(ask_store(&store, &community, messages, run).await);
        }
        search_hits::measure(&store, &community, &texts, runs).await;
        store.close().await;
        let papo = Papo::start_on(data, community);
        let mut connected: Vec<Turn> = Vec::new();
        for run in 0..runs {
            connected.push(ask_server(&papo, messages, run).await);
        }
        let title = format!("history: pages of {ROWS} anywhere in {messages} messages; {PAGES} pages a run, medians of {runs}");
        let mut table = Table::new(title, &COLUMNS);
        let cells = |name: &str, figures: &dyn Fn(usize) -> [f64; 2]| {
            let [half, most] = [0, 1].map(|figure| shown(median((0..runs).map(|run| figures(run)[figure]))));
            [name.to_owned(), half, most]
        };
        table.row(cells("in the store", &|run| in_store[run]));
        table.row(cells("over a connection", &|run| connected[run][0]));
        table.row(cells("a ping, over a connection", &|run| connected[run][1]));
        table.print();
    });
}

async fn ask_store(store: &SqliteStore, community: &Community, messages: usize, run: usize) -> [f64; 2] {
    let mut places = places(messages, run);
    let mut took = Vec::new();
    for _ in 0..PAGES {
        let (reader, span) = (community.people[0].id, EntryRange::Before(Seq(places())));
        let began = Instant::now();
        let page = store.entries(reader, community.conversations[0], span, ROWS as usize + 1, MAX_LINE_BYTES).await.unwrap();
        took.push(began.elapsed());
        assert_eq!(page.unwrap().len(), ROWS as usize + 1);
    }
    figures(&mut took)
}

async fn ask_server(papo: &Papo, messages: usize, run: usize) -> Turn {
    let mut connection = Connection::open(papo.plain().address, None).await;
    connection.sign_in(token(0)).await;
    let mut places = places(messages, run);
    let (mut pages, mut pings) = (Vec::new(), Vec::new());
    for _ in 0..PAGES {
        let conversation = papo.community.conversations[0];
        let history = History { conversation, after: None, before: Some(Seq(places())), limit: Some(ROWS) };
        let began = Instant::now();
        let reply = connection.ask(Request::History(history)).await;
        pages.push(began.elapsed());
        assert!(matches!(&reply, Reply::Entries(page) if page.entries.len() == ROWS as usize), "{reply:?}");
        let began = Instant::now();
        connection.ask(Request::Ping).await;
        pings.push(began.elapsed());
    }
    vec![figures(&mut pages), figures(&mut pings)]
}

/// Random positions with at least a page before them.
fn places(messages: usize, run: usize) -> impl FnMut() -> u64 {
    let mut random = StdRng::seed_from_u64(run as u64);
    move || random.random_range(u64::from(ROWS) + 2..=messages as u64)
}

fn figures(took: &mut [Duration]) -> [f64; 2] {
    [0.5, 0.99].map(|share| quantile(took, share).as_secs_f64() * 1e3)
}

/// Two accounts, one of which has sent this many messages.
async fn fill(store: &SqliteStore, messages: usize, texts: &mut Texts) -> Community {
    let community = Community::prepare(store, 1, 2).await;
    for first in (0..messages).step_by(BATCH) {
        let batch = (first..messages.min(first + BATCH)).map(|_| community.message(0, texts));
        store.commit(batch.collect()).await.unwrap();
    }
    community
}
