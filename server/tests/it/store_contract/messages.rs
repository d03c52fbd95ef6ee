//! The log: numbers, client ids, audiences, reading.

use papo_server::domain::EntryRange;
use papo_server::store::{Outcome, Store};
use papo_shared::model::{ClientId, Seq};
use papo_shared::protocol::Refusal;

use super::{
    account, add, added, create, direct, group, leave, log, may_write, message, name, new_account, people, posted, refused,
    rename, say, seqs,
};

pub(super) async fn entries_are_numbered_without_gaps(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let id = group(store, &ana, "redes", &[&rui]).await;
    let batch =
        vec![say(id, &ana, "um"), rename(id, &ana, "sistemas"), say(id, &rui, "dois"), leave(id, &rui), say(id, &ana, "tres")];
    store.commit(batch).await.unwrap();
    let entries = log(store, &ana, id).await;
    assert_eq!(seqs(&entries), [1, 2, 3, 4, 5, 6, 7]);
    let authors: Vec<&str> = entries.iter().map(|entry| entry.author.as_str()).collect();
    assert_eq!(authors, ["ana", "ana", "ana", "ana", "rui", "rui", "ana"]);
    let seen = store.conversation(ana.id, id).await.unwrap().unwrap();
    assert_eq!((seen.last_seq, seen.latest.as_ref()), (Seq(7), entries.last()));
}

pub(super) async fn a_batch_takes_effect_in_order_and_a_refusal_affects_one_write(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let id = group(store, &ana, "redes", &[]).await;
    // So that ana may add him unasked.
    direct(store, &rui, &ana).await;
    let batch = vec![
        say(id, &rui, "ainda não"),
        add(id, &ana, &rui),
        say(id, &rui, "agora"),
        add(id, &ana, &rui),
        create(&rui, "REDES"),
        leave(id, &rui),
        say(id, &rui, "já não"),
    ];
    let outcomes = store.commit(batch).await.unwrap();
    let shown: Vec<String> = outcomes
        .iter()
        .map(|outcome| match outcome {
            Outcome::Posted(posted) => posted.entry.seq.to_string(),
            Outcome::Refused(refusal) => format!("{refusal:?}"),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(shown, ["NotAMember", "2", "3", "AlreadyAMember", "GroupNameTaken", "4", "NotAMember"]);
    assert_eq!(seqs(&log(store, &ana, id).await), [1, 2, 3, 4]);
}

pub(super) async fn a_client_id_is_remembered_as_long_as_the_message(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let id = direct(store, &ana, &rui).await;
    let other = group(store, &ana, "redes", &[&rui]).await;
    let client_id = ClientId::new();
    let first = posted(store, message(id, &ana, client_id, "oi")).await;
    posted(store, say(id, &rui, "olá")).await;
    assert!(!first.duplicate);
    let again = posted(store, message(id, &ana, client_id, "oi")).await;
    assert_eq!((again.entry, again.duplicate, again.audience.len()), (first.entry, true, 0));
    assert_eq!(refused(store, message(id, &ana, client_id, "outra")).await, Refusal::ClientIdReused);
    assert_eq!(refused(store, message(other, &ana, client_id, "oi")).await, Refusal::ClientIdReused);
    assert!(!posted(store, message(id, &rui, client_id, "oi")).await.duplicate, "client ids are scoped to their author");
    assert_eq!(seqs(&log(store, &ana, id).await), [1, 2, 3]);

    // A former member still gets the acknowledgement of an earlier message.
    let in_group = ClientId::new();
    let first = posted(store, message(other, &rui, in_group, "tchau")).await;
    posted(store, leave(other, &rui)).await;
    let again = posted(store, message(other, &rui, in_group, "tchau")).await;
    assert_eq!((again.entry, again.duplicate), (first.entry, true));
}

pub(super) async fn a_client_id_is_remembered_within_one_batch(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let id = direct(store, &ana, &rui).await;
    let client_id = ClientId::new();
    let twice = vec![message(id, &ana, client_id, "oi"), message(id, &ana, client_id, "oi"), say(id, &ana, "mais")];
    let outcomes = store.commit(twice).await.unwrap();
    let numbers: Vec<(u64, bool)> = outcomes
        .iter()
        .map(|outcome| match outcome {
            Outcome::Posted(posted) => (posted.entry.seq.0, posted.duplicate),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(numbers, [(1, false), (1, true), (2, false)]);
}

pub(super) async fn the_audience_is_the_members_at_that_entry(store: &dyn Store) {
    let [ana, rui, eva] = people(store, ["ana", "rui", "eva"]).await;
    let created = posted(store, create(&ana, "redes")).await;
    let id = created.conversation;
    assert_eq!(*created.audience, [ana.id]);
    let joined = added(store, id, &ana, &eva).await;
    assert_eq!(*joined.audience, [ana.id, eva.id], "the new member is in the audience");
    assert_eq!(joined.group.unwrap().members, 2);
    assert_eq!(*added(store, id, &eva, &rui).await.audience, [ana.id, rui.id, eva.id]);
    let left = posted(store, leave(id, &rui)).await;
    assert_eq!(*left.audience, [ana.id, rui.id, eva.id], "the leaving member is in the audience");
    assert_eq!(left.group.unwrap().members, 2);
    assert_eq!(*posted(store, say(id, &ana, "oi")).await.audience, [ana.id, eva.id]);
    assert_eq!(*may_write(store, &ana, id).await.unwrap(), [ana.id, eva.id]);
}

pub(super) async fn entries_are_returned_in_the_requested_direction(store: &dyn Store) {
    let ana = account(store, "ana").await;
    let id = group(store, &ana, "redes", &[]).await;
    store.commit((2..=5).map(|number| say(id, &ana, &number.to_string())).collect()).await.unwrap();
    let cases = [
        (EntryRange::After(Seq(0)), 2, vec![1, 2]),
        (EntryRange::After(Seq(3)), 9, vec![4, 5]),
        (EntryRange::After(Seq(5)), 9, vec![]),
        (EntryRange::After(Seq(u64::MAX)), 9, vec![]),
        (EntryRange::Before(Seq(u64::MAX)), 2, vec![5, 4]),
        (EntryRange::Before(Seq(3)), 9, vec![2, 1]),
        (EntryRange::Before(Seq(1)), 9, vec![]),
        (EntryRange::Before(Seq(0)), 9, vec![]),
    ];
    for (span, limit, expected) in cases {
        let found = store.entries(ana.id, id, span, limit, usize::MAX).await.unwrap().unwrap();
        assert_eq!(seqs(&found), expected, "{span:?}");
    }
    let some = store.entries(ana.id, id, EntryRange::After(Seq(1)), 9, 1).await.unwrap().unwrap();
    assert!(some.len() >= 2, "it may stop after exceeding the size, not before");
}

pub(super) async fn a_closed_store_returns_errors(store: &dyn Store) {
    store.close().await;
    assert!(store.account(&name("ana")).await.is_err());
    assert!(store.commit(vec![new_account("ana")]).await.is_err());
}
