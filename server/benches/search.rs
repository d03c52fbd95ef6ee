//! Duration of searches among a million messages, and the cost of the index for writers.
//!
//! `cargo bench -p papo-server --bench search`, optionally with another number of messages after `--`. The limit is
//! 10 ms at the 99th percentile for the newest 50 hits. Words are distributed as in natural language.

#![allow(clippy::unwrap_used, reason = "a benchmark that meets an unexpected value should stop there")]
#![allow(clippy::print_stdout, reason = "prints its results")]

#[path = "load/texts.rs"]
mod texts;

use std::time::{Duration, Instant};

use papo_server::domain::{AccountRef, MessageSearch, TokenHash};
use papo_server::store::sqlite::SqliteStore;
use papo_server::store::{NewDevice, Outcome, Store, Write};
use papo_shared::model::search::Query;
use papo_shared::model::{ClientId, ConversationId, DisplayName, GroupName, MessageText, Timestamp, Username, Visibility};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use texts::Texts;

const MESSAGES: usize = 1_000_000;
/// Rank from which a word counts as rare.
const RARE: usize = 25_000;
/// One group has half of all messages; the reader with little access is in a hundredth of the others.
const GROUPS: usize = 200;
const BATCH: usize = 512;
const RUNS: usize = 200;

#[tokio::main]
async fn main() {
    let messages = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(MESSAGES);
    let dir = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(dir.path()).unwrap();
    let mut random = StdRng::seed_from_u64(7);
    let mut words = Texts::new();
    let (ana, rui) = (account(&store, "ana").await, account(&store, "rui").await);
    let groups = groups(&store, &ana, &rui).await;

    let mut took = Vec::new();
    let began = Instant::now();
    for first in (0..messages).step_by(BATCH) {
        let batch = (first..messages.min(first + BATCH)).map(|number| {
            let conversation = groups[if number % 2 == 0 { 0 } else { random.random_range(1..GROUPS) }];
            let text = MessageText::parse(&words.body()).unwrap();
            let (author, at) = (ana.clone(), Timestamp(number as i64 * 60_000));
            Write::AppendMessage { conversation, author, client_id: ClientId::new(), text, reply_to: None, at }
        });
        let batch = batch.collect();
        let began = Instant::now();
        store.commit(batch).await.unwrap();
        took.push(began.elapsed());
    }
    let written = began.elapsed();
    let per_message = written.as_secs_f64() * 1e6 / messages as f64;
    println!(
        "{messages} messages in {:.1} s, {per_message:.1} us each; a batch of {BATCH}: {}",
        written.as_secs_f64(),
        shown(&mut took)
    );

    // The index lags right after the last message; searches must not.
    measure(&store, &ana, "while the index lags", |_| words.nth(3).to_owned()).await;
    let began = Instant::now();
    while store.index_lag() > 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    println!("the index had it all {:.1} s later", began.elapsed().as_secs_f64());

    let common = |n: usize| words.nth(n % 10).to_owned();
    let rare = |n: usize| words.nth(RARE + n).to_owned();
    let prefix = |chars: usize| move |words: &Texts, n: usize| words.nth(n * 7).chars().take(chars).collect::<String>();
    for (who, name) in [(&ana, "who sees everything"), (&rui, "who sees little")] {
        println!("{name}:");
        measure(&store, who, "a common word", common).await;
        measure(&store, who, "a rare word", rare).await;
        for chars in 1..=6 {
            measure(&store, who, &format!("{chars} letters"), |n| prefix(chars)(&words, n)).await;
        }
        measure(&store, who, "two common words", |n| format!("\"{}\" \"{}\"", common(n), common(n + 1))).await;
        measure(&store, who, "a common and a rare word", |n| format!("\"{}\" \"{}\"", common(n), rare(n))).await;
        measure(&store, who, "a phrase", |n| format!("\"{} {}\"", common(n), common(n + 3))).await;
        measure(&store, who, "from", |n| format!("from:ana {}", common(n))).await;
        measure(&store, who, "in a small group", |n| format!("in:#group-{} {}", n % 2 + 1, common(n))).await;
        measure(&store, who, "long ago", |n| format!("before:1970-06 {}", common(n))).await;
        measure(&store, who, "days alone", |n| format!("before:1971-0{}", n % 9 + 1)).await;
        measure(&store, who, "nothing there", |n| format!("from:nobody {}", common(n))).await;
    }
    store.close().await;
}

async fn measure(store: &SqliteStore, who: &AccountRef, what: &str, query: impl Fn(usize) -> String) {
    let (mut took, mut hits, mut pages) = (Vec::new(), 0, 0);
    for run in 0..RUNS {
        let query = Query::parse(&query(run), 0).unwrap();
        let mut search = MessageSearch { query, conversation: None, before: None, limit: 50, enough_bytes: 64 * 1024 };
        let began = Instant::now();
        // Pages until there are hits, as a client does that has a screen to fill.
        let mut found = store.search(who.id, &search).await.unwrap().unwrap();
        took.push(began.elapsed());
        hits += found.hits.len();
        pages += 1;
        while found.hits.is_empty() && found.next.is_some() {
            search.before = found.next;
            found = store.search(who.id, &search).await.unwrap().unwrap();
            pages += 1;
        }
    }
    println!(
        "  {what}: {}; hits {:.1}, searches {:.2}",
        shown(&mut took),
        hits as f64 / RUNS as f64,
        f64::from(pages) / RUNS as f64
    );
}

fn shown(took: &mut [Duration]) -> String {
    took.sort();
    let ms = |part: usize| took[(took.len() - 1) * part / 100].as_secs_f64() * 1000.0;
    format!("p50 {:.2} ms, p99 {:.2} ms, at most {:.2} ms", ms(50), ms(99), ms(100))
}

async fn account(store: &SqliteStore, name: &str) -> AccountRef {
    let username = Username::parse(name).unwrap();
    let account = Write::CreateAccount {
        username: username.clone(),
        display_name: DisplayName::parse(name).unwrap(),
        password_hash: String::new(),
        device: Some(NewDevice { token: TokenHash::of(name), name: String::new().into() }),
        invite: None,
        at: Timestamp(0),
    };
    match store.commit(vec![account]).await.unwrap().remove(0) {
        Outcome::AccountCreated(id, _) => AccountRef { id, username },
        other => panic!("{other:?}"),
    }
}

/// `all` is a member of every group, `two` of two groups.
async fn groups(store: &SqliteStore, all: &AccountRef, two: &AccountRef) -> Vec<ConversationId> {
    let mut groups = Vec::new();
    for number in 0..GROUPS {
        let name = GroupName::parse(&format!("group {number}")).unwrap();
        let create = Write::CreateGroup { creator: all.clone(), name, visibility: Visibility::Public, at: Timestamp(0) };
        match store.commit(vec![create]).await.unwrap().remove(0) {
            Outcome::Posted(posted) => groups.push(posted.conversation),
            other => panic!("{other:?}"),
        }
    }
    for conversation in &groups[1..3] {
        let join = Write::JoinPublicGroup { conversation: *conversation, member: two.clone(), at: Timestamp(0) };
        store.commit(vec![join]).await.unwrap();
    }
    groups
}
