//! Expiry of messages.

use papo_server::domain::retention::{ExpiryQuery, MAX_ADVANCE_MS};
use papo_server::domain::{AccountRef, Removal};
use papo_server::store::{Outcome, Store, Write};
use papo_shared::model::{ClientId, ConversationId, EntryKind, MessageText, Timestamp};
use papo_shared::protocol::Refusal;

use super::{direct, edit, group, log, one, people, posted, react, refused};

fn say_at(conversation: ConversationId, author: &AccountRef, text: &str, at: i64) -> Write {
    let (author, text) = (author.clone(), MessageText::parse(text).unwrap());
    Write::AppendMessage { conversation, author, client_id: ClientId::new(), text, reply_to: None, at: Timestamp(at) }
}

/// Does all steps. Returns the messages erased by each step that erased any.
async fn expire(store: &dyn Store, before: i64, now: i64) -> Vec<(u32, Vec<u64>)> {
    let (mut next, mut erased) = (Some(ConversationId(0)), Vec::new());
    while let Some(after) = next {
        let query = ExpiryQuery { after, before: Timestamp(before), now: Timestamp(now) };
        let Outcome::Expired(step, then) = one(store, Write::ExpireMessages(query)).await else { panic!("expected a step") };
        if let Some(first) = step.messages.first() {
            assert!(step.removal == Removal::Expiry && !step.audience.is_empty());
            erased.push((first.conversation.0, step.messages.iter().map(|message| message.seq.0).collect()));
        }
        next = then;
    }
    erased
}

/// For each message of the log, whether it is deleted and expired.
async fn states(store: &dyn Store, reader: &AccountRef, id: ConversationId) -> Vec<(bool, bool)> {
    let messages = log(store, reader, id).await.into_iter().filter_map(|entry| match entry.kind {
        EntryKind::Message(message) => Some((message.deleted, message.expired)),
        _ => None,
    });
    messages.collect()
}

pub(super) async fn old_messages_expire_and_keep_their_numbers(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let (redes, id) = (group(store, &ana, "redes", &[&rui]).await, direct(store, &ana, &rui).await);
    for at in [10, 20, 2000] {
        posted(store, say_at(redes, &ana, "oi @rui", at)).await;
        posted(store, say_at(id, &ana, "oi", at)).await;
    }
    posted(store, react(redes, &rui, 3, "👍")).await;
    posted(store, edit(id, &ana, 1, "olá")).await;
    assert_eq!(expire(store, 5, 3000).await, []);
    assert_eq!(expire(store, 1500, 3000).await, [(redes.0, vec![3, 4]), (id.0, vec![1, 2])]);
    assert_eq!(expire(store, 1500, 3000).await, [], "messages expire once");
    let kept = (false, false);
    assert_eq!(states(store, &rui, redes).await, [(true, true), (true, true), kept]);
    assert_eq!(states(store, &rui, id).await, [(true, true), (true, true), kept]);
    let seen = store.conversation(rui.id, redes).await.unwrap().unwrap();
    assert_eq!((seen.unread, seen.mentions, seen.last_seq.0), (1, 1, 6));
    assert_eq!(store.inbox(rui.id, 9).await.unwrap().len(), 2);
    assert_eq!(refused(store, edit(id, &ana, 1, "de novo")).await, Refusal::NoSuchMessage);
}

pub(super) async fn a_message_stored_while_the_clock_was_wrong_expires_with_the_next_one(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let id = direct(store, &ana, &rui).await;
    for at in [10, 99_999, 20, 2000, -99_999, 2010] {
        posted(store, say_at(id, &ana, "oi", at)).await;
    }
    assert_eq!(expire(store, 1500, 3000).await, [(id.0, vec![1, 2, 3])]);
    assert_eq!(expire(store, 2005, 3000).await, [(id.0, vec![4, 5])]);
}

pub(super) async fn many_messages_expire_in_steps(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let id = direct(store, &ana, &rui).await;
    store.commit((0..150).map(|at| say_at(id, &ana, "oi", at)).collect()).await.unwrap();
    let erased = expire(store, 140, 200).await;
    assert_eq!(erased.iter().map(|(_, messages)| messages.len()).collect::<Vec<_>>(), [64, 64, 12]);
}

pub(super) async fn the_retention_clock_is_stored_and_does_not_jump(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let id = direct(store, &ana, &rui).await;
    posted(store, say_at(id, &ana, "oi", 1000)).await;
    let advance = async |at| match one(store, Write::AdvanceRetentionClock { at: Timestamp(at) }).await {
        Outcome::RetentionClock(clock) => clock.0,
        other => panic!("expected a time, got {other:?}"),
    };
    let far = 30_000 * MAX_ADVANCE_MS;
    assert_eq!(advance(far).await, 1000, "it begins with the newest message");
    assert_eq!(advance(far).await, 1000 + MAX_ADVANCE_MS);
    assert_eq!(advance(-far).await, 1000 + MAX_ADVANCE_MS);
    assert_eq!(advance(2000 + MAX_ADVANCE_MS).await, 2000 + MAX_ADVANCE_MS);
}
