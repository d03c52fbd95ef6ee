//! Replying to messages and jumping to the messages replied to.

use std::time::Duration;

use papo::event::{DisconnectReason, Event};
use papo::state::account::local_data_sync::SAVE_DELAY_MS;
use papo_shared::model::{Entry, EntryKind, Message, ReplyTo, Seq, Timestamp};
use papo_shared::protocol::{MessageStored, Reply, Request};

use super::message_changes::{after_edit, deleted, edited};
use crate::driver::{Driver, START, direct, entry, message, name};
use crate::stories::{chatting_with_bia, history, sent_messages};

fn reply(seq: u64, author: &str, minutes: i64, text: &str, to: (u64, &str)) -> Entry {
    let EntryKind::Message(original) = message(seq, author, minutes, text).kind else { unreachable!() };
    let reply_to = Some(ReplyTo { seq: Seq(to.0), author: name(to.1) });
    entry(seq, author, minutes, EntryKind::Message(Message { reply_to, ..original }))
}

#[test]
fn a_reply_is_sent_with_its_quote_and_looks_the_same_once_stored() {
    let mut client = chatting_with_bia(&[message(1, "bia", 0, "às 10?"), message(2, "bia", 1, "ou 11")]);
    client.keys("Up Up r");
    assert!(client.screen().contains("↪ bia: às 10?"), "{}", client.screen());
    client.type_text("10");
    client.sent();
    client.keys("Enter");
    let waiting = client.screen();
    assert_eq!(
        waiting.matches("↪ bia: às 10?").count(),
        1,
        "the quote is above the message and no longer above the composer: {waiting}"
    );
    let frames = client.sent();
    client.effects.extend(frames.into_iter().map(papo::effect::Effect::Send));
    client.answer(|request| match request {
        Request::SendMessage(send) => {
            assert_eq!(send.reply_to, Some(Seq(1)));
            Some(Reply::MessageStored(MessageStored {
                conversation: send.conversation,
                client_id: send.client_id,
                seq: Seq(3),
                at: Timestamp(START),
                reply_to: Some(ReplyTo { seq: Seq(1), author: name("bia") }),
                mentions: vec![name("bia")],
            }))
        }
        _ => None,
    });
    assert_eq!(client.screen().replace('✓', "↑"), waiting);
    let open = client.state.open_conversation().unwrap();
    let (_, stored) = open.log.message(Seq(3)).unwrap();
    assert_eq!((stored.reply_to.as_ref().unwrap().seq, &stored.mentions[..]), (Seq(1), &[name("bia")][..]));
}

#[test]
fn cancelling_a_reply_keeps_the_draft() {
    let mut client = chatting_with_bia(&[message(1, "bia", 0, "oi")]);
    client.keys("Up r");
    client.type_text("olá");
    client.keys("Esc");
    assert!(!client.screen().contains('↪') && client.screen().contains("olá"), "{}", client.screen());
    client.sent();
    client.keys("Enter");
    assert_eq!(sent_messages(&mut client)[0].reply_to, None);
}

#[test]
fn drafts_of_a_reply_and_of_an_edit_survive_a_crash() {
    let entries = [message(1, "bia", 0, "oi"), message(2, "ana", 1, "ola")];
    let mut client = chatting_with_bia(&entries);
    client.keys("Up Up r");
    client.type_text("meia resp");
    client.wait(SAVE_DELAY_MS);
    let again = |disk| {
        let mut client = Driver::start(80, 24);
        client.disk = disk;
        client.sign_in(vec![direct(1, "bia", 2, 2, 0)]);
        client.answer(|request| history(request, &entries));
        client
    };
    let mut client = again(client.disk.clone());
    let screen = client.screen();
    assert!(screen.contains("↪ bia: oi") && screen.contains("meia resp"), "{screen}");
    client.keys("PgUp");
    client.state.account.chat.focus = papo::state::navigation::chat::ChatFocus::Messages;
    client.keys("Up e");
    client.type_text(" bia");
    client.wait(SAVE_DELAY_MS);
    let mut client = again(client.disk.clone());
    let screen = client.screen();
    assert!(screen.contains("✎ editing ana: ola") && screen.contains("ola bia"), "{screen}");
    client.keys("Esc");
    let screen = client.screen();
    assert!(screen.contains("↪ bia: oi") && screen.contains("meia resp"), "the draft from before the edit: {screen}");
}

#[test]
fn an_unsent_reply_is_sent_as_a_reply_after_a_crash() {
    let mut client = chatting_with_bia(&[message(1, "bia", 0, "oi")]);
    client.happen(Event::Disconnected { reason: DisconnectReason::Closed, retry_in: Duration::ZERO });
    client.keys("Up r");
    client.type_text("oi!");
    client.keys("Enter");
    let mut again = Driver::start(80, 24);
    again.disk = client.disk.clone();
    again.sign_in(vec![direct(1, "bia", 1, 1, 0)]);
    let sent = sent_messages(&mut again);
    assert_eq!((sent[0].text.as_str(), sent[0].reply_to), ("oi!", Some(Seq(1))));
}

#[test]
fn a_quoted_message_that_is_not_held_is_fetched_once() {
    let old = message(1, "bia", -600, "lembra do livro?");
    let entries: Vec<Entry> =
        (2..=200).map(|n| message(n, "bia", 0, "e mais")).chain([reply(201, "ana", 1, "lembro", (1, "bia"))]).collect();
    let mut all = vec![old.clone()];
    all.extend(entries);
    let mut client = Driver::signed_in(80, 24, vec![direct(1, "bia", 201, 201, 0)]);
    client.keys("2 Enter");
    let quotes = std::cell::Cell::new(0);
    client.answer(|request| {
        if let Request::History(asked) = request {
            quotes.set(quotes.get() + usize::from(asked.limit == Some(1)));
        }
        history(request, &all)
    });
    let screen = client.screen();
    assert!(screen.contains("↪ bia: lembra do livro?"), "{screen}");
    client.keys("PgUp PgDn");
    client.answer(|request| history(request, &all));
    assert_eq!(quotes.get(), 1);
    // The quote follows edits of the message.
    client.post(1, edited(202, "bia", 1));
    client.answer(|request| history(request, &[after_edit(&old, 202, "lembra do livro azul?")]));
    assert!(client.screen().contains("↪ bia: lembra do livro azul?"), "{}", client.screen());
}

#[test]
fn quotes_of_deleted_and_inaccessible_messages_say_so() {
    let mut client = chatting_with_bia(&[message(1, "bia", 0, "engano"), reply(2, "ana", 1, "sei", (1, "bia"))]);
    client.post(1, deleted(3, "bia", 1));
    assert!(client.screen().contains("↪ bia: message deleted"), "{}", client.screen());
    let mut summary = direct(1, "bia", 11, 11, 0);
    summary.first_seq = Seq(10);
    let mut client = Driver::signed_in(80, 24, vec![summary]);
    client.keys("2 Enter");
    let entries = [message(10, "bia", 0, "oi"), reply(11, "bia", 1, "isso", (4, "ana"))];
    client.answer(|request| history(request, &entries));
    assert!(client.screen().contains("↪ a message you cannot see"), "{}", client.screen());
    client.keys("Up q");
    assert!(client.screen().contains("cannot see that message"), "{}", client.screen());
}

/// A client whose user has just jumped from the last message, number `last`, to the one that it replies to, and the log.
fn jumping_to_quoted(last: u64, quoted: u64) -> (Driver, Vec<Entry>) {
    let mut entries: Vec<Entry> = (1..last).map(|n| message(n, "bia", 0, &format!("linha {n};"))).collect();
    entries.push(reply(last, "ana", 1, "sobre aquilo", (quoted, "bia")));
    let mut client = Driver::signed_in(80, 24, vec![direct(1, "bia", last, last, 0)]);
    client.keys("2 Enter");
    client.answer(|request| history(request, &entries));
    client.keys("Up q");
    (client, entries)
}

#[test]
fn q_jumps_to_a_distant_quoted_message_and_esc_goes_back() {
    let (mut client, entries) = jumping_to_quoted(1_501, 300);
    client.answer(|request| history(request, &entries));
    let screen = client.screen();
    let line = screen.lines().position(|line| line.contains("linha 300;")).unwrap_or_else(|| panic!("{screen}"));
    assert!((6..16).contains(&line), "the message is in the middle of the view: {screen}");
    assert_eq!(client.state.open_conversation().unwrap().selected_message().unwrap().0, Seq(300));
    assert!(screen.contains("Esc back"), "{screen}");
    client.keys("Esc");
    client.answer(|request| history(request, &entries));
    let screen = client.screen();
    assert!(screen.contains("sobre aquilo"), "{screen}");
    assert!(!screen.contains("Esc back"), "{screen}");
}

#[test]
fn enter_jumps_to_a_held_quoted_message_without_a_connection_and_end_scrolls_back() {
    let mut entries: Vec<Entry> = (1..=60).map(|n| message(n, "bia", 0, &format!("linha {n};"))).collect();
    entries.push(reply(61, "ana", 1, "sobre aquilo", (30, "bia")));
    let mut client = chatting_with_bia(&entries);
    client.answer(|request| history(request, &entries));
    client.happen(Event::Disconnected { reason: DisconnectReason::Closed, retry_in: Duration::ZERO });
    client.keys("Up Enter");
    assert!(client.screen().contains("linha 30;"), "{}", client.screen());
    client.keys("End");
    assert!(client.screen().contains("sobre aquilo"), "{}", client.screen());
    assert!(client.state.account.way_back.is_none());
}

#[test]
fn a_jump_interrupted_by_a_disconnection_completes_after_reconnecting() {
    let (mut client, entries) = jumping_to_quoted(601, 20);
    client.happen(Event::Disconnected { reason: DisconnectReason::Closed, retry_in: Duration::ZERO });
    client.sent();
    super::come_back(&mut client);
    client.catch_up(vec![direct(1, "bia", 601, 601, 0)]);
    client.answer(|request| history(request, &entries));
    assert!(client.screen().contains("linha 20;"), "{}", client.screen());
}

#[test]
fn a_jump_to_a_message_that_the_server_does_not_return_goes_back() {
    let (mut client, entries) = jumping_to_quoted(601, 20);
    client.answer(|request| match request {
        Request::History(asked) if asked.after.is_some_and(|after| after < Seq(100)) => history(request, &[]),
        _ => history(request, &entries),
    });
    let screen = client.screen();
    assert!(screen.contains("cannot see that message") && screen.contains("sobre aquilo"), "{screen}");
}

#[test]
fn a_mention_of_the_user_is_highlighted() {
    let EntryKind::Message(original) = message(2, "bia", 1, "cadê @ana?").kind else { unreachable!() };
    let mention = entry(2, "bia", 1, EntryKind::Message(Message { mentions: vec![name("ana")], ..original }));
    let client = chatting_with_bia(&[message(1, "bia", 0, "e @ana aqui não"), mention]);
    let screen = client.screen_with_styles();
    assert!(screen.contains("cadê @ana?") && screen.contains("Indexed(168) on Reset BOLD"), "{screen}");
}
