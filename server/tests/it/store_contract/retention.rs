//! Expiry of messages.

use papo_server::domain::retention::{ExpiryQuery, MAX_ADVANCE_MS};
use papo_server::domain::{AccountRef, ConversationShape, DAY_MS, Removal};
use papo_server::store::{Outcome, Store, Write};
use papo_shared::model::{ConversationId, EntryKind, Role, Timestamp};
use papo_shared::protocol::Refusal;

use super::{direct, edit, group, log, one, people, posted, react, refused, say_at, set_role};

/// Does all steps for a server that keeps messages from `before` on.
async fn expire(store: &dyn Store, before: i64, now: i64) -> Vec<(u32, Vec<u64>)> {
    expire_by_days(store, Some(1), before + DAY_MS, now).await
}

/// Does all steps. Returns the messages erased by each step that erased any.
async fn expire_by_days(store: &dyn Store, server_days: Option<u32>, reference: i64, now: i64) -> Vec<(u32, Vec<u64>)> {
    let (mut next, mut erased) = (Some(ConversationId(0)), Vec::new());
    while let Some(after) = next {
        let query = ExpiryQuery { after, server_days, reference: Timestamp(reference), now: Timestamp(now) };
        let Outcome::Expired(step, then) = one(store, Write::ExpireMessages(query)).await else { panic!("expected a step") };
        if let Some(first) = step.messages.first() {
            assert!(step.removal == Removal::Expiry && !step.audience.is_empty());
            erased.push((first.conversation.0, step.messages.iter().map(|message| message.seq.0).collect()));
        }
        next = then;
    }
    erased
}

fn set_days(conversation: ConversationId, by: &AccountRef, days: Option<u32>) -> Write {
    Write::SetRetention { conversation, by: by.clone(), days, at: Timestamp(0) }
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

pub(super) async fn the_owner_limits_how_long_messages_are_kept(store: &dyn Store) {
    let [ana, rui, eva] = people(store, ["ana", "rui", "eva"]).await;
    let (id, chat) = (group(store, &ana, "redes", &[&rui]).await, direct(store, &ana, &rui).await);
    posted(store, set_role(id, &ana, &rui, Role::Admin)).await;
    for (there, by, refusal) in [
        (id, &rui, Refusal::NotAllowed),
        (id, &eva, Refusal::NotAMember),
        (chat, &ana, Refusal::NotAGroup),
        (ConversationId(99), &ana, Refusal::NotAMember),
    ] {
        assert_eq!(refused(store, set_days(there, by, Some(30))).await, refusal);
    }
    let known = async || {
        let found = store.conversation(rui.id, id).await.unwrap().unwrap();
        let ConversationShape::Group { retention_days, .. } = found.shape else { panic!("not a group") };
        let listed = store.group_summaries(None, None, 9).await.unwrap();
        assert_eq!(listed.iter().map(|group| group.retention_days).collect::<Vec<_>>(), [retention_days]);
        (retention_days, found.latest.unwrap().kind)
    };
    assert_eq!(known().await.0, None);
    for days in [Some(30), None, Some(7)] {
        let changed = posted(store, set_days(id, &ana, days)).await;
        assert_eq!((&changed.entry.kind, changed.group), (&EntryKind::RetentionChanged { days }, None));
        assert_eq!(known().await, (days, changed.entry.kind));
        assert!(matches!(one(store, set_days(id, &ana, days)).await, Outcome::Done));
    }
}

pub(super) async fn the_shorter_of_both_limits_applies(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let [short, long, other] =
        [group(store, &ana, "curto", &[]).await, group(store, &ana, "longo", &[]).await, group(store, &ana, "outro", &[]).await];
    let chat = direct(store, &ana, &rui).await;
    posted(store, set_days(short, &ana, Some(2))).await;
    posted(store, set_days(long, &ana, Some(20))).await;
    let now = 100 * DAY_MS;
    for age in [50, 15, 5, 1] {
        for id in [short, long, other, chat] {
            posted(store, say_at(id, &ana, "oi", now - age * DAY_MS)).await;
        }
    }
    // Messages of the groups follow two or three other entries.
    assert_eq!(expire_by_days(store, None, now, now).await, [(short.0, vec![3, 4, 5]), (long.0, vec![3])]);
    assert_eq!(expire_by_days(store, None, now, now).await, []);
    posted(store, set_days(other, &ana, Some(2))).await;
    let by_both = expire_by_days(store, Some(10), now, now).await;
    assert_eq!(by_both, [(long.0, vec![4]), (other.0, vec![2, 3, 4]), (chat.0, vec![1, 2])]);
    posted(store, set_days(other, &ana, None)).await;
    assert_eq!(states(store, &ana, short).await, [(true, true), (true, true), (true, true), (false, false)]);

    posted(store, set_days(short, &ana, None)).await;
    assert_eq!(expire_by_days(store, None, now + 3 * DAY_MS, now + 3 * DAY_MS).await, []);
    assert_eq!(expire_by_days(store, Some(10), now + 3 * DAY_MS, now + 3 * DAY_MS).await, []);
    posted(store, set_days(short, &ana, Some(3))).await;
    assert_eq!(expire_by_days(store, None, now + 3 * DAY_MS, now + 3 * DAY_MS).await, [(short.0, vec![6])]);
    // Entries other than messages are kept, and the numbers go on.
    let last = posted(store, say_at(short, &ana, "oi", now)).await.entry.seq;
    assert_eq!((last.0, log(store, &ana, short).await.len()), (9, 9));
    let deleted = one(store, Write::DeleteGroup { conversation: long, at: Timestamp(now) }).await;
    assert!(matches!(deleted, Outcome::GroupDeleted(_)), "{deleted:?}");
    assert_eq!(expire_by_days(store, None, now + 50 * DAY_MS, now + 50 * DAY_MS).await, [(short.0, vec![9])]);
}

/// A change of the limit in the same batch decides what the step erases.
pub(super) async fn a_limit_applies_from_the_next_write_on(store: &dyn Store) {
    let [ana] = people(store, ["ana"]).await;
    let id = group(store, &ana, "redes", &[]).await;
    posted(store, say_at(id, &ana, "oi", 0)).await;
    let now = Timestamp(5 * DAY_MS);
    let step = || Write::ExpireMessages(ExpiryQuery { after: ConversationId(0), server_days: None, reference: now, now });
    let batch = vec![step(), set_days(id, &ana, Some(3)), set_days(id, &ana, None), step(), set_days(id, &ana, Some(3)), step()];
    let outcomes = store.commit(batch).await.unwrap();
    let erased = outcomes.into_iter().filter_map(|outcome| match outcome {
        Outcome::Expired(erased, _) => Some(erased.messages.len()),
        _ => None,
    });
    assert_eq!(erased.collect::<Vec<_>>(), [0, 0, 1]);
}
