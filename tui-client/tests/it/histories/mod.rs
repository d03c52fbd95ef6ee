//! Random histories of three people on two devices each, compared with a reference that implements only the rules: a client
//! that was present, a new client, and the reference agree on every message and on what is unread. `unread` checks unread
//! messages after each step. Some steps form an absence: see `steps::absence`.
//!
//! The server is real, and the histories run on each of its store backends; the clients are the whole state and update on
//! real connections. Everything in transit is delivered after each step, so that the reference knows the state before the
//! next one. Messages typed without a connection, and events that a device missed, arrive when it reconnects.
//!
//! `PAPO_HISTORIES` sets the number of histories per store backend.

mod actions;
mod comparison;
mod device;
mod reference;
mod replaced;
mod same_files;
mod seen;
mod shown;
mod steps;
mod telling;
mod unread;
mod wire;
mod world;

use std::future::Future;
use std::sync::Arc;

use papo_server::store::Store;
use papo_server::store::memory::MemoryStore;
use papo_server::store::sqlite::SqliteStore;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use steps::{Step, Target, history};
use world::World;

/// Runs as many histories as `PAPO_HISTORIES` says, or 24.
fn runner() -> TestRunner {
    let cases = std::env::var("PAPO_HISTORIES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(24);
    TestRunner::new(Config { cases, max_shrink_iters: 400, failure_persistence: None, ..Config::default() })
}

/// Runs random histories on servers with this store.
fn tell<F: Future<Output = Arc<dyn Store>>>(store: impl Fn(std::path::PathBuf) -> F) {
    let mut runner = runner();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let result = runner.run(&history(), |steps| runtime.block_on(tell_one(&steps, &store)).map_err(TestCaseError::fail));
    result.unwrap_or_else(|error| panic!("{error}"));
}

/// Runs one history on a server with this store, and compares the results.
async fn tell_one<F: Future<Output = Arc<dyn Store>>>(
    steps: &[Step],
    store: impl Fn(std::path::PathBuf) -> F,
) -> Result<(), String> {
    let dir = tempfile::tempdir().unwrap();
    let mut world = Box::pin(World::begin(dir.path(), store(dir.path().to_owned()).await)).await;
    let end = world.tell(steps).await;
    world.end().await;
    end
}

/// Runs a history that must not fail on either store.
async fn tell_on_both_stores(steps: &[Step]) {
    assert_eq!(Box::pin(tell_one(steps, sqlite)).await, Ok(()));
    assert_eq!(Box::pin(tell_one(steps, memory)).await, Ok(()));
}

async fn sqlite(dir: std::path::PathBuf) -> Arc<dyn Store> {
    Arc::new(SqliteStore::open(&dir).unwrap())
}

async fn memory(_: std::path::PathBuf) -> Arc<dyn Store> {
    Arc::new(MemoryStore::default())
}

#[test]
fn clients_agree_with_the_reference_on_the_sqlite_store() {
    tell(sqlite);
}

#[test]
fn clients_agree_with_the_reference_on_the_memory_store() {
    tell(memory);
}

#[tokio::test]
async fn an_edit_mentions_no_member_who_joined_after_the_message() {
    let target = Target::Group;
    let steps = [
        Step::Say { who: 0, target, names: None, reply: None },
        Step::Add { who: 0, whom: 2 },
        Step::Edit { who: 0, target, at: 1, names: Some(2) },
    ];
    tell_on_both_stores(&steps).await;
}

#[tokio::test]
async fn a_notice_over_unread_messages_marks_none_as_read() {
    let (who, device, target) = (1, 1, Target::Direct);
    let steps = [
        Step::Resize { who, device, size: (30, 9) },
        Step::Cut { who, device },
        Step::SayMuch { who: 0, target, count: 31 },
        Step::Mend { who, device },
        Step::Open { who, device, target },
        Step::Press { who, device, key: "End" },
        Step::Press { who, device, key: "PgUp" },
        Step::Cut { who, device },
        Step::SayMuch { who: 0, target, count: 30 },
        Step::ReactMuch { who: 0, target, at: 0, count: 420 },
        Step::Mend { who, device },
        Step::Open { who, device, target },
        Step::Press { who, device, key: "End" },
    ];
    tell_on_both_stores(&steps).await;
}

#[tokio::test]
async fn a_message_deleted_among_many_missed_entries_is_shown_as_deleted() {
    let (who, device, target) = (0, 0, Target::Group);
    let steps = [
        Step::Cut { who, device },
        Step::SayMuch { who: 1, target, count: 30 },
        Step::SayMuch { who, target, count: 7 },
        Step::Mend { who, device },
        Step::Open { who, device, target },
        Step::Cut { who, device },
        Step::Delete { who, target, at: 0 },
        Step::SayMuch { who, target, count: 420 },
        Step::Mend { who, device },
        Step::Open { who, device, target },
    ];
    tell_on_both_stores(&steps).await;
}

/// While the user reads further up, newer entries are not fetched, and changes of the held messages arrive all the same.
#[tokio::test]
async fn a_message_changed_while_the_user_reads_far_above_is_shown_as_changed() {
    let (who, device, target) = (0, 0, Target::Group);
    let steps = [
        Step::Cut { who, device },
        Step::SayMuch { who: 1, target, count: 30 },
        Step::SayMuch { who, target, count: 30 },
        Step::Mend { who, device },
        Step::Open { who, device, target },
        Step::Press { who, device, key: "Home" },
        Step::Cut { who, device },
        Step::SayMuch { who: 1, target, count: 700 },
        Step::Mend { who, device },
        Step::Open { who, device, target },
        Step::Press { who, device, key: "Home" },
        Step::ReactMuch { who: 1, target, at: 757, count: 3 },
        Step::Delete { who: 1, target, at: 759 },
    ];
    tell_on_both_stores(&steps).await;
}

#[tokio::test]
async fn end_leads_to_the_end_across_many_reactions() {
    let (who, device, target) = (0, 1, Target::Direct);
    let steps = [
        Step::Cut { who, device: 0 },
        Step::SayMuch { who: 1, target, count: 30 },
        Step::ReactMuch { who: 1, target, at: 0, count: 420 },
        Step::SayMuch { who: 1, target, count: 15 },
        Step::Mend { who, device: 0 },
        Step::Open { who, device: 0, target },
        Step::Cut { who, device: 0 },
        Step::Cut { who, device },
        Step::SayMuch { who: 1, target, count: 37 },
        Step::ReactMuch { who: 1, target, at: 0, count: 421 },
        Step::SayMuch { who: 1, target, count: 20 },
        Step::ReactMuch { who: 1, target, at: 0, count: 420 },
        Step::Mend { who, device },
        Step::Open { who, device, target },
        Step::Press { who, device, key: "Alt-u" },
        Step::Press { who, device, key: "PgUp" },
        Step::Press { who, device, key: "End" },
    ];
    tell_on_both_stores(&steps).await;
}

#[tokio::test]
async fn end_in_a_window_without_room_leaves_no_unsent_read_cursor() {
    let (who, device, target) = (0, 1, Target::Group);
    let steps = [
        Step::Resize { who, device, size: (0, 0) },
        Step::SayMuch { who, target, count: 49 },
        Step::Open { who, device, target },
        Step::Press { who, device, key: "End" },
        Step::Open { who, device, target: Target::Direct },
    ];
    tell_on_both_stores(&steps).await;
}
