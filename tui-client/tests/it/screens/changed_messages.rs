//! Screens of messages that were edited, deleted, reacted to or replied to.

use papo_shared::model::{Emoji, Entry, EntryKind, Message, MessageText, Reaction, ReplyTo, Seq, Timestamp};
use papo_shared::protocol::{Entries, ReactionBy, ReactionPage, Receipt, ReceiptPage, Reply, Request};

use super::check;
use crate::driver::{Driver, direct, message, name};

/// A conversation with edited, deleted, quoted and reacted-to messages.
fn with_changed_messages(width: u16, height: u16) -> Driver {
    let mut client = Driver::signed_in(width, height, vec![direct(1, "bia", 7, 7, 0)]);
    client.keys("2 Enter");
    let changed = |entry: Entry, change: &dyn Fn(&mut Message)| {
        let EntryKind::Message(mut message) = entry.kind else { panic!("only messages change") };
        change(&mut message);
        Entry { kind: EntryKind::Message(message), ..entry }
    };
    let reaction = |emoji: &str, count, mine| Reaction { emoji: Emoji::parse(emoji).unwrap(), count, mine };
    let entries = vec![
        message(1, "bia", 0, "@ana, o livro que você pediu chegou; passa aqui amanhã às 10?"),
        changed(message(2, "ana", 1, "engano"), &|message| {
            message.text = MessageText::deleted();
            message.deleted = true;
        }),
        changed(message(3, "ana", 2, "passo sim!"), &|message| {
            message.reply_to = Some(ReplyTo { seq: Seq(1), author: name("bia") });
            message.reactions = vec![reaction("👍", 2, true), reaction("❤️", 1, false), reaction("🎉", 1, false)];
        }),
        changed(message(4, "bia", 3, "combinado então, te espero"), &|message| message.edited_at = Some(Timestamp(0))),
        changed(message(5, "bia", 4, "ah, e traz o outro"), &|message| {
            message.reply_to = Some(ReplyTo { seq: Seq(2), author: name("ana") });
        }),
        message(6, "ana", 20, "levo"),
        message(7, "ana", 21, "até lá"),
    ];
    let mut entries = entries;
    entries[0] = changed(entries[0].clone(), &|message| message.mentions = vec![name("ana")]);
    client.answer(|request| match request {
        Request::History(asked) => {
            Some(Reply::Entries(Entries { conversation: asked.conversation, entries: entries.clone(), more: false }))
        }
        Request::ListReceipts(asked) => {
            let receipts = vec![Receipt { username: name("bia"), first_seq: Seq(1), delivered_seq: Seq(6), read_seq: Seq(5) }];
            Some(Reply::Receipts(ReceiptPage { conversation: asked.conversation, receipts, next: None }))
        }
        _ => None,
    });
    client
}

#[test]
fn messages_that_changed() {
    check("changed", with_changed_messages);
}

#[test]
fn answering_a_message() {
    check("answering", |width, height| {
        let mut client = with_changed_messages(width, height);
        client.keys("Up Up Up Up r");
        client.type_text("já li");
        client
    });
}

#[test]
fn reacting_to_a_message() {
    check("reactions", |width, height| {
        let mut client = with_changed_messages(width, height);
        client.keys("Up Up Up Up Up +");
        client
    });
}

#[test]
fn reactions_and_readers() {
    check("people", |width, height| {
        let mut client = with_changed_messages(width, height);
        client.keys("Up Up Up Up Up i");
        client.answer(|request| match request {
            Request::ListReactions(asked) => {
                let by = |emoji: &str, username| ReactionBy { emoji: Emoji::parse(emoji).unwrap(), username: name(username) };
                let reactions = vec![by("👍", "bia"), by("👍", "ana"), by("❤️", "bia"), by("🎉", "bia")];
                Some(Reply::Reactions(ReactionPage { conversation: asked.conversation, seq: asked.seq, reactions, next: None }))
            }
            _ => None,
        });
        client
    });
}
