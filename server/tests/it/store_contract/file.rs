//! Guarantees specific to the SQLite file.

use papo_server::domain::{AccountId, AccountRef};
use papo_server::store::sqlite::{OpenError, SqliteStore, stored_server_id};
use papo_server::store::{Outcome, Store};
use papo_shared::model::{ClientId, Seq};

use super::{account, add, create, delete, direct, edit, group, log, message, name, people, posted, say, seqs};

/// Persistence, and exclusive access.
#[tokio::test]
async fn a_file_keeps_everything_and_has_one_owner() {
    let dir = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(dir.path()).unwrap();
    let [ana, rui] = people(&store, ["ana", "rui"]).await;
    let id = direct(&store, &ana, &rui).await;
    let client_id = ClientId::new();
    posted(&store, message(id, &ana, client_id, "oi")).await;
    assert!(matches!(SqliteStore::open(dir.path()), Err(OpenError::InUse)));
    let server_id = store.server_id();
    assert!(matches!(stored_server_id(dir.path()), Err(OpenError::InUse)));
    store.close().await;

    assert_eq!(stored_server_id(dir.path()).unwrap(), Some(server_id));
    let left: Vec<_> = dir.path().read_dir().unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    assert!(
        !left.iter().any(|file| file.ends_with("-wal") || file.ends_with("-shm")),
        "reading the id must leave no files behind: {left:?}"
    );
    let store = SqliteStore::open(dir.path()).unwrap();
    assert_eq!(store.server_id(), server_id);
    let other = tempfile::tempdir().unwrap();
    assert_eq!(stored_server_id(other.path()).unwrap(), None);
    assert_eq!(other.path().read_dir().unwrap().count(), 0, "reading the id must create nothing");
    assert_ne!(SqliteStore::open(other.path()).unwrap().server_id(), server_id, "other data must have another identity");
    assert!(posted(&store, message(id, &ana, client_id, "oi")).await.duplicate);
    assert_eq!(posted(&store, say(id, &rui, "olá")).await.entry.seq, Seq(2));
    assert_eq!(seqs(&log(&store, &rui, id).await), [1, 2]);
}

/// A write that violates a constraint of the tables, which a correct server never makes, fails alone.
#[tokio::test]
async fn a_failing_write_does_not_fail_its_batch() {
    let dir = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(dir.path()).unwrap();
    let ana = account(&store, "ana").await;
    let unknown_user = AccountRef { id: AccountId(99), username: name("nobody") };
    let id = group(&store, &ana, "redes", &[]).await;
    let batch = vec![say(id, &ana, "um"), add(id, &ana, &unknown_user), create(&unknown_user, "outra"), say(id, &ana, "dois")];
    let outcomes = store.commit(batch).await.unwrap();
    assert!(matches!(&outcomes[..], [Outcome::Posted(_), Outcome::Failed(_), Outcome::Failed(_), Outcome::Posted(_)]));
    assert_eq!(seqs(&log(&store, &ana, id).await), [1, 2, 3]);
    posted(&store, create(&ana, "outra")).await;
}

/// Deleted text is erased from the file, regardless of earlier and later writes.
#[tokio::test]
async fn deleted_text_is_erased_from_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let secret = "a senha é girafa";
    let holds_it = || {
        let file = std::fs::read(dir.path().join("chat.db")).unwrap();
        file.windows(secret.len()).any(|bytes| bytes == secret.as_bytes())
    };
    let store = SqliteStore::open(dir.path()).unwrap();
    let [ana, rui] = people(&store, ["ana", "rui"]).await;
    let id = direct(&store, &ana, &rui).await;
    let mut said = Vec::new();
    // A text within a page of others, and one with overflow pages.
    for text in [secret.to_owned(), format!("{} {secret}", "x".repeat(9000))] {
        let seq = posted(&store, say(id, &ana, &text)).await.entry.seq.0;
        posted(&store, edit(id, &ana, seq, &format!("{text}!"))).await;
        store.commit((0..200).map(|number| say(id, &rui, &format!("depois {number}"))).collect()).await.unwrap();
        said.push(seq);
    }
    store.close().await;
    assert!(holds_it(), "the text must be found before it is deleted");

    let store = SqliteStore::open(dir.path()).unwrap();
    for seq in said {
        posted(&store, delete(id, &ana, seq)).await;
    }
    store.close().await;
    assert!(!holds_it());
}
