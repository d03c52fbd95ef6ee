//! What the contract of the store does not cover.

use super::{READER_THREADS, SqliteStore, Store};

#[tokio::test]
async fn a_panicking_read_does_not_end_its_thread() {
    let dir = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(dir.path()).unwrap();
    for _ in 0..=READER_THREADS {
        let read = store.read::<()>(|_| panic!("a fault in a read")).await;
        assert_eq!(read.unwrap_err().to_string(), "the store thread did not answer");
    }
    assert_eq!(store.totals().await.unwrap().accounts, 0);
    store.close().await;
}
