//! SQLite on a simulated disk, with power cuts and failures.

#![allow(clippy::unwrap_used, reason = "a test reports failure by panicking")]

use std::path::Path;

use papo_simulated_disk::{Disk, Fault, Replay};
use rusqlite::{Connection, ErrorCode};
use tempfile::TempDir;

const SEEDS: u64 = 30;

fn open(folder: &Path) -> Connection {
    let connection = Connection::open(folder.join("test.db")).unwrap();
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(())).unwrap();
    connection.pragma_update(None, "synchronous", "FULL").unwrap();
    connection.execute_batch("CREATE TABLE IF NOT EXISTS t (x)").unwrap();
    connection
}

fn insert(connection: &Connection) -> rusqlite::Result<usize> {
    connection.execute("INSERT INTO t VALUES (zeroblob(9000))", [])
}

fn rows(connection: &Connection) -> usize {
    let intact: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(intact, "ok");
    connection.query_row("SELECT count(*) FROM t", [], |row| row.get(0)).unwrap()
}

fn watched() -> (TempDir, Disk) {
    let dir = tempfile::tempdir().unwrap();
    let disk = Disk::watch(dir.path()).unwrap();
    (dir, disk)
}

/// The rows that survive a power cut right after the commit of one row, for each seed.
fn left_after_a_commit(relaxed: bool) -> Vec<usize> {
    let (dir, disk) = watched();
    if relaxed {
        disk.overrule(c"synchronous", c"1");
    }
    let connection = open(dir.path());
    let synchronous: u8 = connection.pragma_query_value(None, "synchronous", |row| row.get(0)).unwrap();
    assert_eq!(synchronous, if relaxed { 1 } else { 2 });
    insert(&connection).unwrap();
    let committed = disk.position();
    let journal = disk.take_journal();
    let mut left = Vec::new();
    for seed in 0..SEEDS {
        let after = tempfile::tempdir().unwrap();
        Replay::new(&journal, seed).cut(committed).write_to(after.path()).unwrap();
        left.push(rows(&open(after.path())));
    }
    left
}

#[test]
fn a_synced_commit_survives_a_power_cut() {
    assert_eq!(left_after_a_commit(false), [1; SEEDS as usize]);
    let relaxed = left_after_a_commit(true);
    assert!(relaxed.contains(&0) && relaxed.contains(&1), "without the sync it may or may not survive: {relaxed:?}");
}

#[test]
fn a_directory_that_is_not_watched_is_unaffected() {
    let (_dir, disk) = watched();
    let other = tempfile::tempdir().unwrap();
    let connection = open(other.path());
    disk.fail(Fault::Broken, 0);
    insert(&connection).unwrap();
    assert_eq!(disk.position(), 0);

    let (dir, disk) = watched();
    drop(disk);
    insert(&open(dir.path())).unwrap();
}

#[track_caller]
fn check_fault(fault: Fault, code: ErrorCode, failing: &[bool]) {
    let (dir, disk) = watched();
    let connection = open(dir.path());
    disk.fail(fault, 1);
    let failed: Vec<bool> = failing
        .iter()
        .map(|_| match insert(&connection) {
            Ok(_) => false,
            Err(error) => {
                assert_eq!(error.sqlite_error_code(), Some(code));
                true
            }
        })
        .collect();
    assert_eq!(failed, failing, "{fault:?}");
    disk.repair();
    insert(&connection).unwrap();
    assert_eq!(rows(&connection), 1 + failing.iter().filter(|failed| !**failed).count(), "{fault:?}");
}

#[test]
fn a_disk_fails_as_instructed_until_it_is_repaired() {
    check_fault(Fault::Full, ErrorCode::DiskFull, &[true, true]);
    check_fault(Fault::Broken, ErrorCode::SystemIoFailure, &[true, true]);
    check_fault(Fault::ErrorOnce, ErrorCode::SystemIoFailure, &[true, false]);
}
