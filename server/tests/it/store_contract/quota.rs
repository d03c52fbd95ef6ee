//! The daily quota of each account.

use papo_server::domain::storage::{MAX_TEXT_BYTES_WHEN_LOW, Quota, ROW_BYTES, StorageLimits};
use papo_server::domain::{AccountRef, DAY_MS};
use papo_server::store::memory::MemoryStore;
use papo_server::store::sqlite::SqliteStore;
use papo_server::store::{Outcome, Store, Write};
use papo_shared::model::{ConversationId, Emoji, Seq, Timestamp};
use papo_shared::protocol::Refusal;

use super::{LATER, create, delete, direct, edit, name, new_account, one, people, posted, refused, say, say_at};

/// Opening a direct conversation, which takes three rows, and three messages of 72 bytes.
const LIMITS: StorageLimits =
    StorageLimits { quota: Quota { bytes: 3 * ROW_BYTES + 3 * (ROW_BYTES + 72), messages: 3 }, is_space_low: false };

/// The test on every backend, with these limits.
async fn check_every_backend(limits: StorageLimits, test: impl AsyncFn(&dyn Store)) {
    let dir = tempfile::tempdir().unwrap();
    let store = SqliteStore::open_with(dir.path(), limits).unwrap();
    test(&store).await;
    store.close().await;
    test(&MemoryStore::with_limits(limits)).await;
    #[cfg(feature = "cluster")]
    if let Some(schema) = crate::postgres::Schema::create().await {
        test(&schema.store_with(limits).await).await;
        schema.finish().await;
    }
}

/// Both limits, in separate batches and within one.
async fn check_limits(limits: StorageLimits) {
    let Quota { bytes: max_bytes, messages: max_messages } = limits.quota;
    check_every_backend(limits, async |store| {
        let [ana, rui] = people(store, ["ana", "rui"]).await;
        let id = direct(store, &ana, &rui).await;
        let text = "x".repeat(72);
        posted(store, say_at(id, &ana, &text, 10)).await;
        let batch: Vec<Write> = (0..3).map(|_| say_at(id, &ana, &text, 20)).collect();
        let repeated = batch[1].clone();
        let outcomes = store.commit(batch).await.unwrap();
        let retry_after_ms = DAY_MS as u64 - 20;
        let expected = Refusal::QuotaReached { max_bytes, max_messages, retry_after_ms };
        assert!(matches!(&outcomes[..2], [Outcome::Posted(_), Outcome::Posted(_)]), "{outcomes:?}");
        assert!(matches!(&outcomes[2], Outcome::Refused(refusal) if *refusal == expected), "{outcomes:?}");
        assert!(posted(store, repeated).await.duplicate, "a repeated message gets its first outcome");
        posted(store, say_at(id, &rui, &text, 30)).await;

        let expected = Refusal::QuotaReached { max_bytes, max_messages, retry_after_ms: (DAY_MS - LATER.0) as u64 };
        assert_eq!(refused(store, edit(id, &ana, 1, "olá")).await, expected);
        posted(store, delete(id, &ana, 1)).await;
        refused(store, say_at(id, &ana, "x", DAY_MS - 1)).await;
        posted(store, say_at(id, &ana, &text, DAY_MS)).await;
    })
    .await;
}

#[tokio::test]
async fn bytes_per_day_are_limited() {
    check_limits(StorageLimits { quota: Quota { messages: 1_000, ..LIMITS.quota }, ..LIMITS }).await;
}

#[tokio::test]
async fn messages_per_day_are_limited() {
    check_limits(StorageLimits { quota: Quota { bytes: 1_000_000, ..LIMITS.quota }, ..LIMITS }).await;
}

#[tokio::test]
async fn edits_and_reactions_count_and_undoing_is_free() {
    check_every_backend(StorageLimits { quota: Quota { bytes: 1_000_000, ..LIMITS.quota }, ..LIMITS }, async |store| {
        let [ana, rui] = people(store, ["ana", "rui"]).await;
        let conversation = direct(store, &ana, &rui).await;
        posted(store, say(conversation, &ana, "oi")).await;
        posted(store, edit(conversation, &ana, 1, "olá")).await;
        let (by, emoji, seq, at) = (ana.clone(), Emoji::parse("👍").unwrap(), Seq(1), Timestamp(1_000));
        let add = Write::AddReaction { conversation, by: by.clone(), seq, emoji: emoji.clone(), at };
        posted(store, add.clone()).await;
        posted(store, Write::RemoveReaction { conversation, by, seq, emoji, at }).await;
        assert!(matches!(refused(store, add).await, Refusal::QuotaReached { .. }));
        posted(store, delete(conversation, &ana, 1)).await;
    })
    .await;
}

#[tokio::test]
async fn a_restart_does_not_reset_the_quota() {
    let dir = tempfile::tempdir().unwrap();
    let store = SqliteStore::open_with(dir.path(), LIMITS).unwrap();
    let [ana, rui] = people(&store, ["ana", "rui"]).await;
    let id = direct(&store, &ana, &rui).await;
    for _ in 0..3 {
        posted(&store, say(id, &ana, "oi")).await;
    }
    store.close().await;
    let store = SqliteStore::open_with(dir.path(), LIMITS).unwrap();
    assert!(matches!(refused(&store, say(id, &ana, "oi")).await, Refusal::QuotaReached { .. }));
    posted(&store, say(id, &rui, "oi")).await;
    store.close().await;
}

#[tokio::test]
async fn only_short_messages_are_stored_while_space_is_low() {
    check_every_backend(StorageLimits { is_space_low: true, ..StorageLimits::default() }, async |store| {
        let expected = Refusal::StorageLow { max_bytes: MAX_TEXT_BYTES_WHEN_LOW };
        assert_eq!(refused(store, new_account("ana")).await, expected);
        let nobody = AccountRef { id: papo_server::domain::AccountId(1), username: name("ana") };
        assert_eq!(refused(store, create(&nobody, "redes")).await, expected);
        assert!(matches!(one(store, say(ConversationId(1), &nobody, "oi")).await, Outcome::Refused(Refusal::NotAMember)));
    })
    .await;
}
