//! Read cursors, the inbox and receipts.

use papo_server::domain::AccountRef;
use papo_server::store::{CursorPosition, Outcome, ReceiptMoved, Store, Write};
use papo_shared::model::limits::{MAX_COUNTED_ENTRIES, MAX_RECEIPT_MEMBERS, MAX_UNREAD};
use papo_shared::model::{ConversationId, EntryKind, MessageText, Seq, Timestamp, Username};
use papo_shared::protocol::{InboxReason, ReadCursor, Receipt, Refusal};

use super::{
    account, added, answer, delete, deliver, direct, dismiss, edit, group, leave, one, people, posted, read, refused, say,
    unread_from,
};

/// Executes a write about a read cursor. Returns the cursor, and whether it or its counts changed.
async fn cursor(store: &dyn Store, write: Write) -> (ReadCursor, bool) {
    let position = moved(store, write).await;
    let cursor = store.read_cursor(position.account, position.conversation).await.unwrap().expect("a member");
    assert_eq!(cursor.read_seq, position.read_seq);
    (cursor, position.moved)
}

/// Cursor position, unread count, newest entry, and whether the cursor moved.
async fn shown_cursor(store: &dyn Store, write: Write) -> (u64, u32, u64, bool) {
    let (cursor, moved) = cursor(store, write).await;
    (cursor.read_seq.0, cursor.unread, cursor.last_seq.0, moved)
}

pub(super) async fn a_cursor_moves_forward_up_to_the_end(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let id = direct(store, &ana, &rui).await;
    let batch = ["um", "dois", "tres"].map(|text| say(id, &ana, text)).into_iter().chain([say(id, &rui, "meu")]);
    store.commit(batch.collect()).await.unwrap();
    assert_eq!(shown_cursor(store, read(id, &rui, 2)).await, (2, 1, 4, true));
    assert_eq!(shown_cursor(store, read(id, &rui, 1)).await, (2, 1, 4, false));
    assert_eq!(shown_cursor(store, read(id, &rui, u64::MAX)).await, (4, 0, 4, true));
    assert_eq!(shown_cursor(store, read(id, &ana, 0)).await, (0, 1, 4, false), "each member has their own cursor");
    let seen = store.conversation(rui.id, id).await.unwrap().unwrap();
    assert_eq!((seen.read_seq, seen.unread), (Seq(4), 0));
}

async fn moved(store: &dyn Store, write: Write) -> CursorPosition {
    match one(store, write).await {
        Outcome::CursorPosition(cursor) => cursor,
        outcome => panic!("{outcome:?}"),
    }
}

/// Unread messages, and inbox items among them.
async fn counts(store: &dyn Store, reader: &AccountRef, id: ConversationId) -> (u32, u32) {
    let seen = store.conversation(reader.id, id).await.unwrap().unwrap();
    (seen.unread, seen.mentions)
}

/// The inbox items: conversation, number and reason.
async fn inbox(store: &dyn Store, reader: &AccountRef) -> Vec<(u32, u64, InboxReason)> {
    let items = store.inbox(reader.id, 99).await.unwrap();
    items.into_iter().map(|item| (item.conversation.0, item.entry.seq.0, item.reason)).collect()
}

pub(super) async fn a_cursor_moves_back_to_the_joining(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let id = group(store, &ana, "redes", &[]).await;
    posted(store, say(id, &ana, "antes")).await;
    added(store, id, &ana, &rui).await;
    store.commit(["um", "dois"].map(|text| say(id, &ana, text)).to_vec()).await.unwrap();
    assert_eq!(shown_cursor(store, read(id, &rui, 5)).await, (5, 0, 5, true));
    assert_eq!(shown_cursor(store, unread_from(id, &rui, 5)).await, (4, 1, 5, true));
    assert_eq!(shown_cursor(store, unread_from(id, &rui, 5)).await, (4, 1, 5, false), "already there");
    assert_eq!(shown_cursor(store, unread_from(id, &rui, 9)).await, (4, 1, 5, false), "never forward");
    assert_eq!(shown_cursor(store, unread_from(id, &rui, 0)).await, (2, 2, 5, true), "not before the first visible entry");
    assert_eq!(shown_cursor(store, unread_from(id, &ana, 0)).await, (0, 0, 5, false));
    posted(store, leave(id, &rui)).await;
    assert_eq!(refused(store, unread_from(id, &rui, 1)).await, Refusal::NotAMember);
}

pub(super) async fn deleted_messages_are_not_unread(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let id = direct(store, &ana, &rui).await;
    store.commit(["um @rui", "dois"].map(|text| say(id, &ana, text)).to_vec()).await.unwrap();
    assert_eq!(counts(store, &rui, id).await, (2, 1));
    posted(store, delete(id, &ana, 1)).await;
    assert_eq!(counts(store, &rui, id).await, (1, 0));
    assert_eq!(inbox(store, &rui).await, [(1, 2, InboxReason::Direct)]);
    assert_eq!(shown_cursor(store, read(id, &rui, 1)).await, (1, 1, 3, true));
}

pub(super) async fn mentions_and_replies_are_in_the_inbox(store: &dyn Store) {
    let [ana, rui, eva, ivo] = people(store, ["ana", "rui", "eva", "ivo"]).await;
    let id = group(store, &ana, "redes", &[&rui, &eva]).await;
    let said = posted(store, say(id, &ana, "@Eva @ivo @ana @rui, @eva @ninguém")).await;
    let EntryKind::Message(message) = &said.entry.kind else { panic!() };
    let mentions: Vec<&str> = message.mentions.iter().map(Username::as_str).collect();
    assert_eq!(mentions, ["eva", "rui"], "members in text order, without the author");
    posted(store, say(id, &rui, "não vou")).await;
    posted(store, answer(id, &ana, 5, "por quê?")).await;
    posted(store, answer(id, &ana, 5, "e a @rui?")).await;
    posted(store, answer(id, &rui, 5, "sei lá")).await;
    assert_eq!(counts(store, &rui, id).await, (3, 3));
    assert_eq!(counts(store, &eva, id).await, (5, 1));
    assert_eq!(counts(store, &ana, id).await, (2, 0));
    let reasons = [(1, 7, InboxReason::Mention), (1, 6, InboxReason::Reply), (1, 4, InboxReason::Mention)];
    assert_eq!(inbox(store, &rui).await, reasons);
    let (read, _) = cursor(store, read(id, &rui, 6)).await;
    assert_eq!((read.unread, read.mentions), (1, 1));
    assert_eq!(inbox(store, &ivo).await, []);
    posted(store, leave(id, &eva)).await;
    assert_eq!(inbox(store, &eva).await, [], "a former member has no items");
}

pub(super) async fn members_who_cannot_see_a_message_are_not_mentioned(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let id = group(store, &ana, "redes", &[]).await;
    posted(store, say(id, &ana, "alguém viu @rui?")).await;
    added(store, id, &ana, &rui).await;
    posted(store, edit(id, &ana, 2, "alguém viu @rui hoje?")).await;
    assert_eq!(counts(store, &rui, id).await, (0, 0));
    assert_eq!(inbox(store, &rui).await, []);
    let EntryKind::Message(message) = super::log(store, &ana, id).await.swap_remove(1).kind else { panic!() };
    assert_eq!(message.mentions, []);
}

pub(super) async fn inbox_items_follow_edits(store: &dyn Store) {
    let [ana, rui, eva] = people(store, ["ana", "rui", "eva"]).await;
    let id = group(store, &ana, "redes", &[&rui, &eva]).await;
    posted(store, say(id, &rui, "oi")).await;
    posted(store, answer(id, &ana, 4, "@rui")).await;
    posted(store, edit(id, &ana, 5, "@eva")).await;
    assert_eq!(inbox(store, &rui).await, [(1, 5, InboxReason::Reply)], "it is still a reply");
    assert_eq!(inbox(store, &eva).await, [(1, 5, InboxReason::Mention)]);
    moved(store, dismiss(id, &eva, 5)).await;
    posted(store, edit(id, &ana, 5, "@eva!")).await;
    assert_eq!(inbox(store, &eva).await, [], "dismissed items stay dismissed");
    posted(store, edit(id, &ana, 5, "ninguém")).await;
    posted(store, edit(id, &ana, 5, "@eva")).await;
    assert_eq!(inbox(store, &eva).await, [(1, 5, InboxReason::Mention)], "unless the mention was removed in between");
}

/// In a group both users continue to post. Messages of a blocked user are unread, but never inbox items.
pub(super) async fn messages_of_blocked_users_are_not_in_the_inbox(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let id = group(store, &ana, "redes", &[&rui]).await;
    posted(store, say(id, &rui, "oi")).await;
    one(store, Write::Block { by: rui.id, whom: ana.clone(), at: Timestamp(0) }).await;
    let said = posted(store, answer(id, &ana, 3, "@rui?")).await;
    let EntryKind::Message(message) = said.entry.kind else { panic!() };
    assert_eq!(message.mentions, std::slice::from_ref(&rui.username), "mentions must not reveal the block");
    posted(store, say(id, &ana, "e?")).await;
    posted(store, edit(id, &ana, 5, "e, @rui?")).await;
    assert_eq!(counts(store, &rui, id).await, (2, 0));
    assert_eq!(inbox(store, &rui).await, []);
    one(store, Write::Unblock { by: rui.id, whom: ana.clone() }).await;
    assert_eq!(inbox(store, &rui).await, [], "nor after unblocking");
    posted(store, say(id, &ana, "@rui!")).await;
    assert_eq!(inbox(store, &rui).await, [(1, 7, InboxReason::Mention)]);
}

pub(super) async fn a_dismissed_message_leaves_the_inbox_but_stays_unread(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let chat = direct(store, &ana, &rui).await;
    let club = group(store, &ana, "redes", &[&rui]).await;
    store.commit(vec![say(chat, &ana, "oi"), say(club, &ana, "@rui"), say(club, &ana, "@rui?")]).await.unwrap();
    let (done, changed) = cursor(store, dismiss(club, &rui, 3)).await;
    assert_eq!((done.read_seq, done.unread, done.mentions, changed), (Seq(1), 2, 1, true));
    let (again, changed) = cursor(store, dismiss(club, &rui, 3)).await;
    assert_eq!((again.mentions, changed), (1, false));
    let (done, changed) = cursor(store, dismiss(chat, &rui, 1)).await;
    assert_eq!((done.read_seq, done.unread, changed), (Seq(0), 1, true));
    assert!(!moved(store, dismiss(chat, &rui, 1)).await.moved);
    assert_eq!(inbox(store, &rui).await, [(club.0, 4, InboxReason::Mention)]);

    assert!(!moved(store, dismiss(chat, &ana, 1)).await.moved, "own messages are not in the inbox");
    moved(store, read(club, &rui, 4)).await;
    assert!(!moved(store, dismiss(club, &rui, 4)).await.moved, "nor are read messages");
    moved(store, unread_from(club, &rui, 3)).await;
    assert_eq!(inbox(store, &rui).await, [(club.0, 4, InboxReason::Mention)], "items return, except dismissed ones");
    for seq in [0, 1, 9, u64::MAX] {
        assert_eq!(refused(store, dismiss(club, &rui, seq)).await, Refusal::NoSuchMessage, "{seq}");
    }
    posted(store, leave(club, &rui)).await;
    assert_eq!(refused(store, dismiss(club, &rui, 4)).await, Refusal::NotAMember);
}

pub(super) async fn the_inbox_is_newest_first_with_relevant_messages_only(store: &dyn Store) {
    let [ana, rui, eva] = people(store, ["ana", "rui", "eva"]).await;
    let chat = direct(store, &ana, &rui).await;
    let other = direct(store, &eva, &rui).await;
    let club = group(store, &ana, "redes", &[&rui]).await;
    let at = |conversation, author: &AccountRef, at, text: &str| Write::AppendMessage {
        conversation,
        author: author.clone(),
        client_id: papo_shared::model::ClientId::new(),
        text: MessageText::parse(text).unwrap(),
        reply_to: None,
        at: Timestamp(at),
    };
    let batch = vec![
        at(chat, &ana, 1, "um"),
        at(club, &ana, 2, "dois"),
        at(other, &eva, 3, "três"),
        at(club, &ana, 4, "@rui quatro"),
        at(chat, &rui, 5, "meu"),
        at(chat, &ana, 6, "@rui seis"),
    ];
    store.commit(batch).await.unwrap();
    let all = [
        (chat.0, 3, InboxReason::Mention),
        (club.0, 4, InboxReason::Mention),
        (other.0, 1, InboxReason::Direct),
        (chat.0, 1, InboxReason::Direct),
    ];
    assert_eq!(inbox(store, &rui).await, all);
    let some = store.inbox(rui.id, 2).await.unwrap();
    assert_eq!(some.iter().map(|item| item.entry.at.0).collect::<Vec<_>>(), [6, 4]);
    moved(store, read(chat, &rui, 1)).await;
    assert_eq!(inbox(store, &rui).await, all[..3]);
    assert_eq!(inbox(store, &eva).await, []);
}

/// Appends this many messages.
async fn say_often(store: &dyn Store, author: &AccountRef, id: ConversationId, text: &str, times: u64) {
    store.commit((0..times).map(|_| say(id, author, text)).collect()).await.unwrap();
}

pub(super) async fn unread_counts_are_limited(store: &dyn Store) {
    let most = u64::from(MAX_UNREAD);
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let id = group(store, &ana, "redes", &[&rui]).await;
    posted(store, say(id, &ana, "@rui")).await;
    say_often(store, &ana, id, "@rui", most - 2).await;
    assert_eq!(counts(store, &rui, id).await, (MAX_UNREAD - 1, MAX_UNREAD - 1));
    posted(store, say(id, &ana, "@rui")).await;
    assert_eq!(counts(store, &rui, id).await, (MAX_UNREAD, MAX_UNREAD));
    posted(store, say(id, &ana, "@rui")).await;
    assert_eq!(counts(store, &rui, id).await, (MAX_UNREAD, MAX_UNREAD));
    assert_eq!(shown_cursor(store, read(id, &rui, 3)).await, (3, MAX_UNREAD, most + 3, true));
    assert_eq!(shown_cursor(store, read(id, &rui, 4)).await, (4, MAX_UNREAD - 1, most + 3, true));
}

/// Far behind, one message among the newest entries stands for the largest count.
pub(super) async fn a_limited_number_of_entries_is_counted(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let id = direct(store, &ana, &rui).await;
    say_often(store, &ana, id, "oi @rui", 2).await;
    say_often(store, &rui, id, "sozinho", MAX_COUNTED_ENTRIES - 2).await;
    assert_eq!(counts(store, &rui, id).await, (2, 2), "as many entries as are counted");
    posted(store, say(id, &rui, "sozinho")).await;
    assert_eq!(counts(store, &rui, id).await, (MAX_UNREAD, 2), "one more, and the second message is among the newest");
    posted(store, say(id, &rui, "sozinho")).await;
    assert_eq!(counts(store, &rui, id).await, (2, 2), "at least the mentions");
    moved(store, dismiss(id, &rui, 1)).await;
    moved(store, dismiss(id, &rui, 2)).await;
    assert_eq!(counts(store, &rui, id).await, (0, 0), "no message by others is among the newest entries");
    assert_eq!(shown_cursor(store, read(id, &rui, 1)).await.1, 0);
    assert_eq!(shown_cursor(store, read(id, &rui, 2)).await.1, 0);
    assert_eq!(counts(store, &ana, id).await, (MAX_UNREAD, 0));
}

async fn receipts(store: &dyn Store, asker: &AccountRef, id: ConversationId) -> Vec<(String, u64, u64, u64)> {
    let found = store.receipts(asker.id, id, None, 99).await.unwrap().expect("a member");
    found.iter().map(shown).collect()
}

fn shown(receipt: &Receipt) -> (String, u64, u64, u64) {
    (receipt.username.to_string(), receipt.first_seq.0, receipt.delivered_seq.0, receipt.read_seq.0)
}

async fn delivered(store: &dyn Store, write: Write) -> Option<ReceiptMoved> {
    match one(store, write).await {
        Outcome::Delivered(receipt) => Some(receipt),
        Outcome::Done => None,
        outcome => panic!("{outcome:?}"),
    }
}

pub(super) async fn receipts_never_decrease_and_start_at_the_joining(store: &dyn Store) {
    let [ana, rui, eva] = people(store, ["ana", "rui", "eva"]).await;
    let id = group(store, &ana, "redes", &[]).await;
    posted(store, say(id, &ana, "antes")).await;
    added(store, id, &ana, &rui).await;
    store.commit(["um", "dois", "três"].map(|text| say(id, &ana, text)).to_vec()).await.unwrap();
    let of_rui = |delivered, read| vec![("rui".to_owned(), 3, delivered, read)];
    assert_eq!(receipts(store, &ana, id).await, of_rui(0, 0));

    let delivery = delivered(store, deliver(id, &rui, 5)).await.unwrap();
    assert_eq!((delivery.conversation, delivery.account, shown(&delivery.receipt)), (id, rui.id, of_rui(5, 0).remove(0)));
    assert_eq!(*delivery.audience, [ana.id, rui.id]);
    assert_eq!(delivered(store, deliver(id, &rui, 4)).await, None);
    let read_on = moved(store, read(id, &rui, 6)).await;
    assert_eq!(
        read_on.receipt.map(|delivery| shown(&delivery.receipt)),
        Some(of_rui(6, 6).remove(0)),
        "reading implies delivery"
    );
    assert_eq!(delivered(store, deliver(id, &rui, u64::MAX)).await, None);
    moved(store, unread_from(id, &rui, 4)).await;
    assert_eq!(receipts(store, &ana, id).await, of_rui(6, 6), "marking as unread must not change the receipt");
    let again = moved(store, read(id, &rui, 5)).await;
    assert!(again.moved && again.receipt.is_none());
    assert_eq!(receipts(store, &rui, id).await, [("ana".to_owned(), 1, 0, 0)]);

    assert_eq!(refused(store, deliver(id, &eva, 1)).await, Refusal::NotAMember);
    assert_eq!(store.receipts(eva.id, id, None, 9).await.unwrap(), None);
    added(store, id, &ana, &eva).await;
    assert_eq!(delivered(store, deliver(id, &eva, 5)).await, None, "not visible to them");
    let names = store.receipts(ana.id, id, None, 1).await.unwrap().unwrap();
    assert_eq!(names.iter().map(shown).collect::<Vec<_>>(), [("eva".to_owned(), 7, 0, 0)]);
    let rest = store.receipts(ana.id, id, Some(&eva.username), 9).await.unwrap().unwrap();
    assert_eq!(rest.len(), 1);
}

pub(super) async fn receipts_are_sent_in_small_groups_only(store: &dyn Store) {
    let ana = account(store, "ana").await;
    let id = group(store, &ana, "redes", &[]).await;
    for number in 2..=MAX_RECEIPT_MEMBERS {
        let member = account(store, &format!("p{number}")).await;
        added(store, id, &ana, &member).await;
    }
    let delivery = delivered(store, deliver(id, &ana, 2)).await.unwrap();
    assert_eq!(delivery.audience.len(), MAX_RECEIPT_MEMBERS);
    let one_more = account(store, "mais").await;
    added(store, id, &ana, &one_more).await;
    let delivery = delivered(store, deliver(id, &ana, 3)).await.unwrap();
    assert_eq!(delivery.audience.len(), 0, "nobody in large groups");
}
