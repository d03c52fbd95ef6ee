//! A power cut at every sync of a schema migration: the file opens with all its data, and if it is already migrated,
//! the copy made before is complete.

use std::fs;
use std::path::Path;

use papo_server::store::Store;
use papo_server::store::sqlite::SqliteStore;
use papo_simulated_disk::{Disk, Replay};

use crate::store_contract::released::{RELEASED, fixture, listing};

async fn content(folder: &Path) -> String {
    let store = SqliteStore::open(folder).unwrap();
    let content = listing(&store).await;
    store.close().await;
    content
}

fn schema(file: &Path) -> usize {
    rusqlite::Connection::open(file).unwrap().pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
}

#[tokio::test]
async fn a_power_cut_during_a_migration_leaves_the_old_file_or_the_new_one() {
    for released in 1..=RELEASED {
        let dir = tempfile::tempdir().unwrap();
        fs::copy(fixture(released, "db"), dir.path().join("chat.db")).unwrap();
        let disk = Disk::watch(dir.path()).unwrap();
        SqliteStore::open(dir.path()).unwrap().close().await;
        let newest = schema(&dir.path().join("chat.db"));
        let journal = disk.take_journal();

        let expected = fs::read_to_string(fixture(released, "txt")).unwrap();
        let (mut older, mut newer) = (0, 0);
        let mut replay = Replay::new(&journal, 0);
        for at in journal.syncs() {
            let folder = tempfile::tempdir().unwrap();
            replay.cut(at).write_to(folder.path()).unwrap();
            let _disk = Disk::watch(folder.path()).unwrap();
            if schema(&folder.path().join("chat.db")) == released {
                older += 1;
            } else {
                newer += 1;
                let copied = tempfile::tempdir().unwrap();
                let copy = folder.path().join(format!("chat.db.before-{}", released + 1));
                fs::copy(copy, copied.path().join("chat.db")).unwrap();
                assert_eq!(schema(&copied.path().join("chat.db")), released, "cut at {at}");
                assert_eq!(content(copied.path()).await, expected, "the copy, cut at {at}");
            }
            assert_eq!(content(folder.path()).await, expected, "cut at {at}");
            assert_eq!(schema(&folder.path().join("chat.db")), newest, "cut at {at}");
        }
        assert!(older > 0 && (newer > 0 || released == newest), "{older} cuts left the old file, {newer} a newer one");
    }
}
