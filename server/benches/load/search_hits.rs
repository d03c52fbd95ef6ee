//! Search of the newest 50 hits in a very long conversation, in the store. The `search` bench has more kinds of
//! queries, and readers with little access.
//!
//! Limit: 10 ms at the 99th percentile.

use std::time::Instant;

use papo_server::domain::MessageSearch;
use papo_server::store::Store;
use papo_server::store::sqlite::SqliteStore;
use papo_shared::model::search::Query;
use papo_shared::protocol::limits::MAX_LINE_BYTES;

use crate::community::Community;
use crate::figures::{Table, median, shown};
use crate::real_server::quantile;
use crate::texts::Texts;

/// Hits requested by each search.
const HITS: usize = 50;

/// Searches per run and kind.
const SEARCHES: usize = 200;

/// A name, and a function from a number to a query.
type Kind = (&'static str, fn(&Texts, usize) -> String);

const KINDS: [Kind; 6] = [
    ("a common word", |texts, n| quoted(&[texts.nth(n % 10)])),
    ("a rare word", |texts, n| quoted(&[texts.nth(25_000 + n)])),
    ("3 letters", |texts, n| beginning(texts.nth(n * 7), 3)),
    ("6 letters", |texts, n| beginning(texts.nth(n * 7), 6)),
    ("a common and a rare word", |texts, n| format!("{} {}", quoted(&[texts.nth(n % 10)]), quoted(&[texts.nth(25_000 + n)]))),
    ("a phrase", |texts, n| quoted(&[texts.nth(n % 10), texts.nth(n % 10 + 3)])),
];

pub(crate) async fn measure(store: &SqliteStore, community: &Community, texts: &Texts, runs: usize) {
    while store.index_lag() > 0 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    let title = format!("search: the newest {HITS} hits; {SEARCHES} searches of each kind a run, medians of {runs}");
    let mut table = Table::new(title, &["", "p50 ms", "p99 ms"]);
    for (name, query) in KINDS {
        let mut figures = Vec::new();
        for run in 0..runs {
            let mut took = Vec::new();
            for number in 0..SEARCHES {
                let query = Query::parse(&query(texts, run * SEARCHES + number), 0).unwrap();
                let search = MessageSearch { query, conversation: None, before: None, limit: HITS, enough_bytes: MAX_LINE_BYTES };
                let began = Instant::now();
                store.search(community.people[0].id, &search).await.unwrap().unwrap();
                took.push(began.elapsed());
            }
            figures.push([0.5, 0.99].map(|share| quantile(&mut took, share).as_secs_f64() * 1e3));
        }
        let [half, most] = [0, 1].map(|figure| shown(median(figures.iter().map(|run| run[figure]))));
        table.row([name.to_owned(), half, most]);
    }
    table.print();
}

fn quoted(words: &[&str]) -> String {
    format!("\"{}\"", words.join(" "))
}

fn beginning(word: &str, letters: usize) -> String {
    word.chars().take(letters).collect()
}
