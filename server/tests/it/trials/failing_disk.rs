//! The disk runs full or fails at the n-th write, truncation or sync of a load, for every n: nothing is acknowledged
//! that is not stored, requesters are told of the failure, the log has the cause, and the server recovers with the
//! disk.

use std::collections::BTreeSet;
use std::ffi::CStr;
use std::io;
use std::sync::{Arc, Mutex};

use papo_server::store::sqlite::SqliteStore;
use papo_server::store::{Store, Write};
use papo_simulated_disk::{Disk, Fault, Replay};
use tracing_subscriber::fmt;

use super::history::{Witness, tokens};
use super::player::Player;
use super::{checker, load, server_on_a_disk, stored_state};
use crate::store_contract::new_account;

/// Actions of each player per round.
const STEPS: usize = 4;

/// Consecutive rounds that end before the change that should fail; then every change of a round has failed once.
const QUIET_ROUNDS: usize = 4;

/// Interval, in rounds, at which a power cut is tried too.
const ROUNDS_A_CUT: usize = 7;

/// Small enough that the write-ahead log is folded into the file in each round.
const PAGES_IN_LOG: &CStr = c"20";

/// The kinds of fault, with their error messages in the log.
const FAULTS: [(Fault, &str); 3] =
    [(Fault::Full, "database or disk is full"), (Fault::ErrorOnce, "disk I/O error"), (Fault::Broken, "disk I/O error")];

/// Captures the log of this thread, on which the committer runs.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// Returns what was logged since the last call.
    fn take(&self) -> String {
        String::from_utf8(std::mem::take(&mut self.0.lock().unwrap())).unwrap()
    }
}

impl io::Write for Log {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(line)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Sends failed messages again, until the repaired disk has stored all of them.
async fn recover(players: &mut [Player]) {
    for player in players {
        player.send_again().await.unwrap();
        assert_eq!(player.unacknowledged(), 0, "{} has unacknowledged messages", player.name);
    }
}

async fn a_round_with_each_change_failing(fault: Fault, words: &str) {
    let log = Log::default();
    let writer = log.clone();
    let _logging = tracing::subscriber::set_default(fmt().with_writer(move || writer.clone()).with_ansi(false).finish());
    let (mut server, disk) = server_on_a_disk(|disk| disk.overrule(c"wal_autocheckpoint", PAGES_IN_LOG)).await;
    let position = disk.clone();
    let witness = Arc::new(Witness::new(move || position.position()));
    let mut players = load::gather(server.address(), &witness, 0).await.unwrap();

    let (mut failures, mut quiet) = (0, 0);
    let mut moments = Vec::new();
    for first in 0.. {
        log.take();
        disk.fail(fault, first);
        load::play(&mut players, STEPS, false).await;
        let has_failed = disk.repair();
        let failed: usize = players.iter().map(Player::unacknowledged).sum();
        let logged = log.take();
        assert!(failed == 0 || logged.contains(words), "{fault:?} at {first}: {failed} failed, and the log says {logged:?}");
        moments.push(disk.position());
        recover(&mut players).await;
        failures += failed;
        quiet = if has_failed { 0 } else { quiet + 1 };
        if quiet == QUIET_ROUNDS {
            break;
        }
    }
    assert!(failures > moments.len() / 2, "{fault:?}: only {failures} messages failed in {} rounds", moments.len());

    server.stop().await;
    let history = witness.history();
    let tokens = tokens(&history);
    let faults = checker::check(&history, usize::MAX, &stored_state::read(server.dir.path(), &tokens).await);
    assert!(faults.is_empty(), "{fault:?}: {faults:#?}");
    // A power cut must not find data that depended on a failed sync.
    let journal = disk.take_journal();
    let mut replay = Replay::new(&journal, 0);
    for at in moments.into_iter().step_by(ROUNDS_A_CUT) {
        let folder = tempfile::tempdir().unwrap();
        replay.cut(at).write_to(folder.path()).unwrap();
        let _disk = Disk::watch(folder.path()).unwrap();
        let faults = checker::check(&history, at, &stored_state::read(folder.path(), &tokens).await);
        assert!(faults.is_empty(), "{fault:?}, power cut at {at}: {faults:#?}");
    }
}

#[tokio::test]
async fn a_full_disk_is_reported_and_loses_nothing_acknowledged() {
    a_round_with_each_change_failing(FAULTS[0].0, FAULTS[0].1).await;
}

#[tokio::test]
async fn a_single_disk_error_is_reported_and_loses_nothing_acknowledged() {
    a_round_with_each_change_failing(FAULTS[1].0, FAULTS[1].1).await;
}

#[tokio::test]
async fn a_broken_disk_is_reported_and_loses_nothing_acknowledged() {
    a_round_with_each_change_failing(FAULTS[2].0, FAULTS[2].1).await;
}

/// Fails every `step`th disk operation in turn while a batch of accounts with hashes of this length is committed. Returns the
/// numbers of errors after which nothing was written, and of those with an unknown outcome.
async fn fail_a_batch(fault: Fault, words: &str, hash_bytes: usize, step: usize) -> (usize, usize) {
    const ACCOUNTS: usize = 64;
    let batch = (0..ACCOUNTS).map(|number| match new_account(&format!("ana{number}")) {
        Write::CreateAccount { username, display_name, device, at, .. } => {
            let password_hash = "x".repeat(hash_bytes);
            Write::CreateAccount { username, display_name, password_hash, device, invite: None, at }
        }
        other => other,
    });
    let batch: Vec<Write> = batch.collect();
    let (mut not_written, mut unknown) = (0, 0);
    for first in (0..).step_by(step) {
        let folder = tempfile::tempdir().unwrap();
        let disk = Disk::watch(folder.path()).unwrap();
        let store = SqliteStore::open(folder.path()).unwrap();
        disk.fail(fault, first);
        let result = store.commit(batch.clone()).await;
        let has_failed = disk.repair();
        store.close().await;
        let store = SqliteStore::open(folder.path()).unwrap();
        let found = store.users(None, None, 99).await.unwrap().len();
        store.close().await;
        match result {
            Ok(_) => assert_eq!(found, ACCOUNTS, "{fault:?} at {first}"),
            Err(error) => {
                assert!(error.to_string().contains(words), "{fault:?} at {first}: {error}");
                let is_unknown = error.is_outcome_unknown();
                assert!(found == 0 || is_unknown && found == ACCOUNTS, "{fault:?} at {first}: {found} after {error}");
                *(if is_unknown { &mut unknown } else { &mut not_written }) += 1;
            }
        }
        if !has_failed {
            break;
        }
    }
    (not_written, unknown)
}

#[tokio::test]
async fn a_failed_batch_reports_whether_it_may_have_been_written() {
    for (fault, words) in FAULTS {
        // A small batch is written only by its commit.
        let (not_written, unknown) = fail_a_batch(fault, words, 60, 1).await;
        assert!(not_written == 0 && unknown > 0, "{fault:?}: {not_written} not written, {unknown} unknown");
        // A batch that exceeds the cache is partly written before.
        let (not_written, unknown) = fail_a_batch(fault, words, 50_000, 100).await;
        assert!(not_written > 0, "{fault:?}: {not_written} not written, {unknown} unknown");
    }
}

/// A failed open reports the error, and leaves a file that can be opened once the disk works.
#[tokio::test]
async fn a_first_start_on_a_failing_disk_can_be_retried() {
    for (fault, words) in FAULTS {
        let mut refused = 0;
        for first in 0.. {
            let folder = tempfile::tempdir().unwrap();
            let disk = Disk::watch(folder.path()).unwrap();
            disk.fail(fault, first);
            match SqliteStore::open(folder.path()) {
                Ok(store) => store.close().await,
                Err(error) => {
                    assert!(error.to_string().contains(words), "{fault:?} at {first}: {error}");
                    refused += 1;
                }
            }
            let has_failed = disk.repair();
            assert_eq!(stored_state::read(folder.path(), &BTreeSet::new()).await.damage, None, "{fault:?} at {first}");
            if !has_failed {
                break;
            }
        }
        assert!(refused > 10, "{fault:?}: {refused}");
    }
}
