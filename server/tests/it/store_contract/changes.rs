//! Changes to messages: replies, edits, deletions, reactions.

use papo_server::domain::{AccountRef, EntryRange};
use papo_server::store::{Outcome, Store, Write};
use papo_shared::model::limits::{MAX_EARLIER_TEXT_BYTES, MAX_EDITS, MAX_MESSAGE_BYTES, MAX_REACTIONS};
use papo_shared::model::{ClientId, ConversationId, EntryKind, Message, MessageText, Reaction, Role, Seq, Timestamp};
use papo_shared::protocol::Refusal;

use super::{
    LATER, NOW, added, answer, delete, direct, edit, group, leave, log, message, one, people, posted, react, refused, say, seqs,
    set_role, unreact,
};

/// The message with this number, as `reader` sees it.
async fn seen(store: &dyn Store, reader: &AccountRef, id: ConversationId, seq: u64) -> Message {
    let span = EntryRange::Before(Seq(seq + 1));
    let entry = store.entries(reader.id, id, span, 1, usize::MAX).await.unwrap().expect("a member").remove(0);
    match entry.kind {
        EntryKind::Message(message) if entry.seq == Seq(seq) => message,
        other => panic!("expected message {seq}, got {other:?}"),
    }
}

/// The reactions to a message: emoji, count, and whether the reader is among them.
async fn reactions(store: &dyn Store, reader: &AccountRef, id: ConversationId, seq: u64) -> Vec<(String, u32, bool)> {
    let reactions = seen(store, reader, id, seq).await.reactions;
    reactions.into_iter().map(|Reaction { emoji, count, mine }| (emoji.to_string(), count, mine)).collect()
}

async fn texts(store: &dyn Store, reader: &AccountRef, id: ConversationId, seq: u64) -> Vec<(i64, String)> {
    let found = store.revisions(reader.id, id, Seq(seq), 0, 999, usize::MAX).await.unwrap().unwrap().unwrap();
    found.into_iter().map(|revision| (revision.at.0, revision.text.as_str().to_owned())).collect()
}

#[track_caller]
fn check_done(outcome: &Outcome) {
    assert!(matches!(outcome, Outcome::Done), "{outcome:?}");
}

pub(super) async fn a_reply_references_its_target(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let id = direct(store, &ana, &rui).await;
    posted(store, say(id, &ana, "oi")).await;
    let stored = posted(store, answer(id, &rui, 1, "olá")).await;
    let EntryKind::Message(stored_message) = stored.entry.kind else { panic!() };
    let reply_to = stored_message.reply_to.clone().unwrap();
    assert_eq!((reply_to.seq, reply_to.author), (Seq(1), ana.username.clone()));
    assert_eq!(seen(store, &ana, id, 2).await, stored_message);
    posted(store, delete(id, &ana, 1)).await;
    for seq in [0, 1, 3, 9, u64::MAX] {
        assert_eq!(refused(store, answer(id, &rui, seq, "a quem?")).await, Refusal::NoSuchMessage, "{seq}");
    }
    assert_eq!(
        seen(store, &ana, id, 2).await.reply_to,
        stored_message.reply_to,
        "a reply keeps its reference to a deleted message"
    );
}

pub(super) async fn only_the_author_edits_a_message_and_earlier_texts_are_kept(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let id = direct(store, &ana, &rui).await;
    posted(store, say(id, &ana, "oi")).await;
    posted(store, say(id, &rui, "olá")).await;
    assert_eq!(refused(store, edit(id, &rui, 1, "tchau")).await, Refusal::NotYours);
    check_done(&one(store, edit(id, &ana, 1, "oi")).await);
    let edited = posted(store, edit(id, &ana, 1, "bom dia")).await;
    assert_eq!(edited.entry.kind, EntryKind::MessageEdited { target: Seq(1) });
    assert_eq!((edited.entry.seq, &*edited.audience), (Seq(3), &[ana.id, rui.id][..]));
    let now = seen(store, &rui, id, 1).await;
    assert_eq!((now.text.as_str(), now.changed, now.edited_at), ("bom dia", Some(Seq(3)), Some(LATER)));
    posted(store, edit(id, &ana, 1, "boa tarde")).await;
    let texts = texts(store, &rui, id, 1).await;
    assert_eq!(texts, [(NOW.0, "oi".to_owned()), (LATER.0, "bom dia".to_owned()), (LATER.0, "boa tarde".to_owned())]);
    for (after, limit, expected) in
        [(0, 2, vec!["oi", "bom dia"]), (2, 2, vec!["boa tarde"]), (3, 2, vec![]), (u32::MAX, 2, vec![])]
    {
        let page = store.revisions(rui.id, id, Seq(1), after, limit, usize::MAX).await.unwrap().unwrap().unwrap();
        assert_eq!(page.iter().map(|revision| revision.text.as_str()).collect::<Vec<_>>(), expected, "after {after}");
    }
    let latest = store.conversation(rui.id, id).await.unwrap().unwrap().latest.unwrap();
    assert_eq!(latest.kind, EntryKind::MessageEdited { target: Seq(1) });
}

pub(super) async fn edits_per_message_are_limited(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let id = direct(store, &ana, &rui).await;
    posted(store, say(id, &ana, "0")).await;
    let edits = (1..=MAX_EDITS).map(|number| edit(id, &ana, 1, &number.to_string()));
    let outcomes = store.commit(edits.collect()).await.unwrap();
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Outcome::Posted(_))));
    assert_eq!(refused(store, edit(id, &ana, 1, "mais")).await, Refusal::TooManyEdits { max: MAX_EDITS });
    assert_eq!(texts(store, &rui, id, 1).await.len(), MAX_EDITS + 1);
}

/// The refusal names how often the message was edited.
pub(super) async fn the_size_of_earlier_texts_is_limited(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let id = direct(store, &ana, &rui).await;
    let long = |first: char| first.to_string() + &"a".repeat(MAX_MESSAGE_BYTES - 1);
    posted(store, say(id, &ana, &long('0'))).await;
    let fitting = MAX_EARLIER_TEXT_BYTES / MAX_MESSAGE_BYTES;
    // In one batch, so that the sizes of the earlier texts are added up while it is decided.
    let texts_in_turn = (1..=fitting).map(|number| long(if number % 2 == 0 { '0' } else { '1' })).chain(["mais".to_owned()]);
    let outcomes = store.commit(texts_in_turn.map(|text| edit(id, &ana, 1, &text)).collect()).await.unwrap();
    let (last, first) = outcomes.split_last().unwrap();
    assert!(first.iter().all(|outcome| matches!(outcome, Outcome::Posted(_))), "{first:?}");
    assert!(matches!(last, Outcome::Refused(Refusal::TooManyEdits { max }) if *max == fitting), "{last:?}");
    assert_eq!(refused(store, edit(id, &ana, 1, "mais")).await, Refusal::TooManyEdits { max: fitting });
    assert_eq!(texts(store, &rui, id, 1).await.len(), fitting + 1);
}

pub(super) async fn a_deleted_message_keeps_its_number_and_loses_its_text(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let id = direct(store, &ana, &rui).await;
    posted(store, say(id, &ana, "oi @rui")).await;
    posted(store, react(id, &rui, 1, "👍")).await;
    posted(store, edit(id, &ana, 1, "tchau @rui")).await;
    assert_eq!(refused(store, delete(id, &rui, 1)).await, Refusal::NotYours);
    let deleted = posted(store, delete(id, &ana, 1)).await;
    assert_eq!(deleted.entry.kind, EntryKind::MessageDeleted { target: Seq(1) });
    let left = seen(store, &rui, id, 1).await;
    let client_id = left.client_id;
    let expected = Message { deleted: true, changed: Some(Seq(4)), ..Message::new(client_id, MessageText::deleted()) };
    assert_eq!(left, expected);
    check_done(&one(store, delete(id, &ana, 1)).await);
    assert_eq!(refused(store, delete(id, &rui, 1)).await, Refusal::NotYours);
    for write in [edit(id, &ana, 1, "de novo"), react(id, &rui, 1, "👍"), unreact(id, &rui, 1, "👍")] {
        assert_eq!(refused(store, write).await, Refusal::NoSuchMessage);
    }
    assert_eq!(store.revisions(ana.id, id, Seq(1), 0, 9, 99).await.unwrap(), Some(None));
    assert_eq!(store.reactions(ana.id, id, Seq(1), None, 9).await.unwrap(), Some(None));
    assert_eq!(seqs(&log(store, &ana, id).await), [1, 2, 3, 4]);
}

pub(super) async fn admins_delete_messages_of_plain_members_and_the_owner_any(store: &dyn Store) {
    let [ana, rui, eva, ivo] = people(store, ["ana", "rui", "eva", "ivo"]).await;
    let id = group(store, &ana, "redes", &[&rui, &eva, &ivo]).await;
    posted(store, set_role(id, &ana, &rui, Role::Admin)).await;
    for author in [&ana, &rui, &eva, &ivo, &ivo] {
        posted(store, say(id, author, "oi")).await;
    }
    posted(store, leave(id, &ivo)).await;
    for (by, seq, refusal) in [
        (&eva, 9, Refusal::NotYours),
        (&eva, 6, Refusal::NotYours),
        (&rui, 6, Refusal::NotAllowed),
        (&ivo, 9, Refusal::NotAMember),
    ] {
        assert_eq!(refused(store, delete(id, by, seq)).await, refusal, "{seq} by {by:?}");
    }
    let deleted = posted(store, delete(id, &rui, 8)).await;
    assert_eq!((deleted.entry.author, deleted.entry.kind), (rui.username.clone(), EntryKind::MessageDeleted { target: Seq(8) }));
    for (by, seq) in [(&rui, 9), (&ana, 10), (&ana, 7), (&ana, 8)] {
        let outcome = one(store, delete(id, by, seq)).await;
        assert!(matches!(outcome, Outcome::Posted(_) | Outcome::Done), "{seq}: {outcome:?}");
    }
    let mut shown = Vec::new();
    for seq in 6..=10 {
        let message = seen(store, &ana, id, seq).await;
        shown.push((message.deleted, message.deleted_by.map(|by| by.to_string())));
    }
    let by = |name: &str| (true, Some(name.to_owned()));
    assert_eq!(shown, [(false, None), by("ana"), by("rui"), by("rui"), by("ana")]);
    assert_eq!(refused(store, delete(direct(store, &ana, &rui).await, &ana, 1)).await, Refusal::NoSuchMessage);
}

pub(super) async fn reactions_are_counted_in_order_of_first_use(store: &dyn Store) {
    let [ana, rui, eva] = people(store, ["ana", "rui", "eva"]).await;
    let id = group(store, &ana, "redes", &[&rui, &eva]).await;
    posted(store, say(id, &ana, "sexta?")).await;
    let added = posted(store, react(id, &rui, 4, "👍")).await;
    let EntryKind::ReactionAdded { target, emoji } = added.entry.kind else { panic!("{:?}", added.entry) };
    assert_eq!((target, emoji.as_str()), (Seq(4), "👍"));
    check_done(&one(store, react(id, &rui, 4, "👍")).await);
    posted(store, react(id, &rui, 4, "🎉")).await;
    posted(store, react(id, &eva, 4, "👍")).await;
    let shown = |emoji: &str, count, mine| (emoji.to_owned(), count, mine);
    assert_eq!(reactions(store, &rui, id, 4).await, [shown("👍", 2, true), shown("🎉", 1, true)]);
    assert_eq!(reactions(store, &ana, id, 4).await, [shown("👍", 2, false), shown("🎉", 1, false)]);

    // When the first reaction with an emoji is withdrawn, the emoji keeps its position.
    posted(store, unreact(id, &rui, 4, "👍")).await;
    check_done(&one(store, unreact(id, &rui, 4, "👍")).await);
    assert_eq!(reactions(store, &eva, id, 4).await, [shown("👍", 1, true), shown("🎉", 1, false)]);
    posted(store, unreact(id, &eva, 4, "👍")).await;
    posted(store, react(id, &ana, 4, "👍")).await;
    assert_eq!(reactions(store, &ana, id, 4).await, [shown("🎉", 1, false), shown("👍", 1, true)]);
    assert_eq!(seen(store, &ana, id, 4).await.changed, Some(Seq(10)));

    posted(store, react(id, &eva, 4, "🎉")).await;
    let who = async |after| {
        let found = store.reactions(ana.id, id, Seq(4), after, 2).await.unwrap().unwrap().unwrap();
        found.into_iter().map(|found| format!("{} {} {}", found.seq, found.emoji, found.username)).collect::<Vec<_>>()
    };
    assert_eq!(who(None).await, ["6 🎉 rui", "10 👍 ana"]);
    assert_eq!(who(Some(Seq(10))).await, ["11 🎉 eva"]);
}

pub(super) async fn distinct_reactions_per_message_are_limited(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let id = direct(store, &ana, &rui).await;
    posted(store, say(id, &ana, "oi")).await;
    let emoji: Vec<String> = ('😀'..).take(MAX_REACTIONS + 1).map(String::from).collect();
    for emoji in &emoji[..MAX_REACTIONS] {
        posted(store, react(id, &ana, 1, emoji)).await;
    }
    let one_more = react(id, &rui, 1, &emoji[MAX_REACTIONS]);
    assert_eq!(refused(store, one_more).await, Refusal::TooManyReactions { max: MAX_REACTIONS });
    posted(store, react(id, &rui, 1, &emoji[0])).await;
    assert_eq!(reactions(store, &rui, id, 1).await.len(), MAX_REACTIONS);
}

pub(super) async fn invisible_messages_cannot_be_changed(store: &dyn Store) {
    let [ana, rui, eva] = people(store, ["ana", "rui", "eva"]).await;
    let id = group(store, &ana, "redes", &[&rui]).await;
    posted(store, say(id, &ana, "antes")).await;
    posted(store, say(id, &rui, "de rui")).await;
    posted(store, leave(id, &rui)).await;
    let changes = |who: &AccountRef, seq| {
        [edit(id, who, seq, "x"), delete(id, who, seq), react(id, who, seq, "👍"), unreact(id, who, seq, "👍")]
    };
    for who in [&rui, &eva] {
        for change in changes(who, 4) {
            assert_eq!(refused(store, change).await, Refusal::NotAMember);
        }
        assert_eq!(store.revisions(who.id, id, Seq(4), 0, 9, 99).await.unwrap(), None);
        assert_eq!(store.reactions(who.id, id, Seq(4), None, 9).await.unwrap(), None);
    }
    added(store, id, &ana, &rui).await;
    added(store, id, &ana, &eva).await;
    for who in [&rui, &eva] {
        for seq in [0, 1, 3, 4, 5, 6, 99, u64::MAX] {
            for change in changes(who, seq).into_iter().chain([answer(id, who, seq, "x")]) {
                assert_eq!(refused(store, change).await, Refusal::NoSuchMessage, "{seq} by {who:?}");
            }
            assert_eq!(store.revisions(who.id, id, Seq(seq), 0, 9, 99).await.unwrap(), Some(None));
            assert_eq!(store.reactions(who.id, id, Seq(seq), None, 9).await.unwrap(), Some(None));
        }
    }
}

pub(super) async fn a_changed_message_is_acknowledged_again_by_its_original_content(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let id = direct(store, &ana, &rui).await;
    let client_id = ClientId::new();
    let sent = message(id, &ana, client_id, "oi");
    let Write::AppendMessage { author, text, .. } = &sent else { panic!() };
    let answering = |reply_to| Write::AppendMessage {
        conversation: id,
        author: author.clone(),
        client_id,
        text: text.clone(),
        reply_to,
        at: Timestamp(9),
    };
    let first = posted(store, sent.clone()).await;
    posted(store, say(id, &rui, "olá")).await;
    for change in [edit(id, &ana, 1, "bom dia"), edit(id, &ana, 1, "boa tarde"), delete(id, &ana, 1)] {
        posted(store, change).await;
        let again = posted(store, sent.clone()).await;
        assert_eq!((again.entry.seq, again.entry.at, again.duplicate), (first.entry.seq, first.entry.at, true));
        for other in [message(id, &ana, client_id, "boa tarde"), answering(Some(Seq(2)))] {
            assert_eq!(refused(store, other).await, Refusal::ClientIdReused);
        }
    }

    let answer_id = ClientId::new();
    let answer = Write::AppendMessage {
        conversation: id,
        author: rui.clone(),
        client_id: answer_id,
        text: MessageText::parse("sim").unwrap(),
        reply_to: Some(Seq(2)),
        at: NOW,
    };
    let first = posted(store, answer.clone()).await;
    posted(store, delete(id, &rui, 2)).await;
    assert_eq!(posted(store, answer).await.entry.seq, first.entry.seq, "even if the message it replies to is deleted");
    assert_eq!(refused(store, message(id, &rui, answer_id, "sim")).await, Refusal::ClientIdReused);
}
