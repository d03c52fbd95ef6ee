//! News while transactions are open.

use papo_server::store::Store;
use papo_server::store::shared::{NewsPosition, SharedStore};
use papo_shared::model::ConversationId;

use super::{Schema, account, group, one, say};

const POST: &str = "INSERT INTO entry (id, at, author, kind) VALUES (CONVERSATION << 32 | 2, 0, 1, 3);
    UPDATE conversation SET last_seq = 2 WHERE id = CONVERSATION";

/// A transaction that began first and commits last is news only then, and is not missed.
#[tokio::test]
async fn entries_are_news_once_they_are_committed_in_whatever_order() {
    let Some(schema) = Schema::create().await else { return };
    let store = schema.store().await;
    let ana = account(&store, "ana").await;
    let groups = [group(&store, &ana, "redes").await, group(&store, &ana, "sistemas").await, group(&store, &ana, "grafos").await];
    let news = async |after: &NewsPosition| {
        let news = store.news(after, &[ana.id]).await.unwrap();
        let found: Vec<_> = news.conversations.iter().map(|new| (new.conversation, new.first.0, new.last.0)).collect();
        (found, news.next)
    };
    let post = |id: ConversationId| POST.replace("CONVERSATION", &format!("{}::bigint", id.0));

    let before_all = store.news_position().await.unwrap();
    let (first, second) = (schema.connect().await, schema.connect().await);
    first.batch_execute(&format!("BEGIN; {}", post(groups[0]))).await.unwrap();
    second.batch_execute(&format!("BEGIN; {}", post(groups[1]))).await.unwrap();
    one(&store, say(groups[2], &ana, "oi")).await;
    let (found, both_open) = news(&before_all).await;
    assert_eq!(found, [(groups[2], 2, 2)]);
    assert_eq!(news(&both_open).await.0, []);

    second.batch_execute("COMMIT").await.unwrap();
    let (found, first_open) = news(&both_open).await;
    assert_eq!(found, [(groups[1], 2, 2)]);
    first.batch_execute("COMMIT").await.unwrap();
    let (found, none_open) = news(&first_open).await;
    assert_eq!(found, [(groups[0], 2, 2)]);
    assert_eq!(news(&none_open).await.0, []);
    assert_eq!(news(&both_open).await.0, [(groups[0], 2, 2), (groups[1], 2, 2)]);
    assert_eq!(news(&before_all).await.0.len(), 3);
    store.close().await;
    schema.finish().await;
}

/// Entries from before transactions were recorded, and those of a restored dump, whose transactions lie in the future.
#[tokio::test]
async fn entries_of_unknown_and_future_transactions_are_no_news() {
    let Some(schema) = Schema::create().await else { return };
    let store = schema.store().await;
    let ana = account(&store, "ana").await;
    let [old, restored] = [group(&store, &ana, "redes").await, group(&store, &ana, "sistemas").await];
    let start = store.news_position().await.unwrap();
    schema.execute(&format!("UPDATE entry SET xid = NULL WHERE id >> 32 = {}", old.0)).await;
    schema.execute(&format!("UPDATE entry SET xid = '9000000000000000000' WHERE id >> 32 = {}", restored.0)).await;
    assert_eq!(store.news(&start, &[ana.id]).await.unwrap().conversations, []);
    one(&store, say(restored, &ana, "oi")).await;
    let found = store.news(&start, &[ana.id]).await.unwrap().conversations;
    assert!(matches!(&found[..], [new] if (new.first.0, new.last.0) == (2, 2)), "{found:?}");
    store.close().await;
    schema.finish().await;
}
