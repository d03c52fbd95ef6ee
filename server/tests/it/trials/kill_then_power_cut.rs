//! A kill at every position of a server's first start, another start, and a power cut right after an acknowledgement.
//!
//! Regression test: SQLite syncs the directory with the first sync of a new write-ahead log, but only on the
//! connection that created it. That connection was once a reader's, and once the log was left by a killed server. The
//! directory was then never synced, and a power cut could remove the log's name, and with it everything acknowledged
//! since.

use std::collections::BTreeSet;
use std::path::Path;

use papo_server::store::sqlite::SqliteStore;
use papo_server::store::{Outcome, Store};
use papo_simulated_disk::{Disk, Position, Replay};

use super::stored_state;
use crate::store_contract::new_account;

/// Power cuts per kill.
const CUTS: u64 = 4;

/// Starts, creates an account, and stops. Returns the position of the acknowledgement.
async fn live(folder: &Path, disk: &Disk, username: &str) -> Position {
    let store = SqliteStore::open(folder).unwrap();
    let outcomes = store.commit(vec![new_account(username)]).await.unwrap();
    assert!(matches!(outcomes[..], [Outcome::AccountCreated(..)]));
    let acknowledged = disk.position();
    store.close().await;
    acknowledged
}

#[tokio::test]
async fn data_acknowledged_after_a_kill_survives_a_power_cut() {
    let first = tempfile::tempdir().unwrap();
    let disk = Disk::watch(first.path()).unwrap();
    let ana_is_there = live(first.path(), &disk, "ana").await;
    let journal = disk.take_journal();

    for killed in 0..=journal.end() {
        let second = tempfile::tempdir().unwrap();
        Replay::new(&journal, 0).kill(killed).write_to(second.path()).unwrap();
        let disk = Disk::go_on(second.path(), journal.until(killed)).unwrap();
        let eva_is_there = live(second.path(), &disk, "eva").await;
        let journal = disk.take_journal();
        for seed in 0..CUTS {
            let third = tempfile::tempdir().unwrap();
            Replay::new(&journal, seed).cut(eva_is_there).write_to(third.path()).unwrap();
            let _disk = Disk::watch(third.path()).unwrap();
            let stored_state = stored_state::read(third.path(), &BTreeSet::new()).await;
            assert_eq!(stored_state.damage, None, "killed at {killed}, seed {seed}");
            assert!(stored_state.people.contains("eva"), "killed at {killed}, seed {seed}");
            assert!(killed < ana_is_there || stored_state.people.contains("ana"), "killed at {killed}, seed {seed}");
        }
    }
}
