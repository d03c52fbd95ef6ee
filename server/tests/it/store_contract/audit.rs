//! The audit log.

use papo_server::domain::{AuditEntry, AuditNote};
use papo_server::store::{Outcome, Store, Write};
use papo_shared::model::Timestamp;
use papo_shared::protocol::Refusal;

use super::{account, name, new_account, one, refused};

fn note(target: &str) -> AuditNote {
    AuditNote { at: Timestamp(5), by: "uid 0".to_owned(), action: "user add".to_owned(), target: target.to_owned() }
}

fn audited(target: &str, write: Option<Write>) -> Write {
    Write::Audited { note: note(target), write: write.map(Box::new) }
}

async fn targets(store: &dyn Store, before: Option<i64>, limit: usize) -> Vec<String> {
    store.audit(before, limit).await.unwrap().into_iter().map(|entry| entry.note.target).collect()
}

pub(super) async fn an_audited_write_and_its_note_are_atomic(store: &dyn Store) {
    account(store, "ana").await;
    assert!(matches!(one(store, audited("rui", Some(new_account("rui")))).await, Outcome::AccountCreated(..)));
    assert_eq!(refused(store, audited("ana", Some(new_account("ana")))).await, Refusal::UsernameTaken);
    assert!(matches!(one(store, audited("nothing", None)).await, Outcome::Done));
    assert!(store.account(&name("rui")).await.unwrap().is_some());
    assert_eq!(targets(store, None, 9).await, ["nothing", "rui"]);
}

pub(super) async fn audit_entries_are_listed_newest_first_in_pages(store: &dyn Store) {
    store.commit(["one", "two", "three"].map(|target| audited(target, None)).to_vec()).await.unwrap();
    let first: Vec<AuditEntry> = store.audit(None, 2).await.unwrap();
    assert_eq!(first.iter().map(|entry| &entry.note).collect::<Vec<_>>(), [&note("three"), &note("two")]);
    assert_eq!(targets(store, Some(first[1].id), 2).await, ["one"]);
}
