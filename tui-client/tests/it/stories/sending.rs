//! Typing and sending messages, and their delivery marks.

use std::time::Duration;

use papo::effect::Effect;
use papo::event::{DisconnectReason, Event};
use papo::update::MAX_PASTE_BYTES;
use papo_shared::model::limits::MAX_MESSAGE_BYTES;
use papo_shared::model::{ConversationId, EntryKind, Message, Seq, Timestamp};
use papo_shared::protocol::{MessageStored, Refusal, Reply, Request};

use crate::driver::{Driver, direct, entry, message};
use crate::stories::{chatting_with_bia, come_back, sent_messages, store_all, texts};

#[test]
fn a_typed_message_is_sent_and_its_mark_changes_from_waiting_to_stored() {
    let mut client = chatting_with_bia(&[message(1, "bia", 0, "oi")]);
    client.sent();
    client.type_text("bom dia");
    client.keys("Enter");
    assert!(client.screen().contains("bom dia") && client.screen().contains('↑'), "{}", client.screen());
    let sent = client.sent().into_iter().find(|frame| matches!(frame.request, Request::SendMessage(_))).unwrap();
    let Request::SendMessage(send) = &sent.request else { unreachable!() };
    assert_eq!((send.conversation, send.text.as_str()), (ConversationId(1), "bom dia"));
    let stored = MessageStored {
        conversation: ConversationId(1),
        client_id: send.client_id,
        seq: Seq(2),
        at: Timestamp(client.now.0),
        reply_to: None,
        mentions: Vec::new(),
    };
    client.effects.push(Effect::Send(sent.clone()));
    client.answer(|request| matches!(request, Request::SendMessage(_)).then(|| Reply::MessageStored(stored.clone())));
    let screen = client.above_the_hints();
    assert!(screen.contains("bom dia") && screen.contains('✓') && !screen.contains('↑'), "{screen}");
}

#[test]
fn messages_written_offline_are_shown_waiting_and_sent_in_order_with_the_same_ids() {
    let mut client = chatting_with_bia(&[message(1, "bia", 0, "oi")]);
    client.type_text("um");
    client.keys("Enter");
    let first = sent_messages(&mut client).remove(0);
    client.happen(Event::Disconnected { reason: DisconnectReason::Closed, retry_in: Duration::from_millis(4_000) });
    client.type_text("dois");
    client.keys("Enter");
    let screen = client.screen();
    assert!(screen.contains("(2 waiting)") && screen.contains("trying again in 4 s") && screen.contains('⋯'), "{screen}");
    client.sent();

    come_back(&mut client);
    let again = sent_messages(&mut client);
    assert_eq!(again, std::slice::from_ref(&first), "the first message is sent again with its id; the second one waits for it");
    // The first message had been stored before the disconnection; it arrives with the missed entries.
    client.post(1, entry(2, "ana", 1, EntryKind::Message(Message::new(first.client_id, first.text.clone().into()))));
    client.wait(1);
    let screen = client.screen();
    assert_eq!(screen.matches("um").count(), 1 + screen.matches("um cavalo").count(), "{screen}");
    assert_eq!(texts(&sent_messages(&mut client)), ["dois"], "the second message follows once the first is known to be stored");
}

#[test]
fn a_refused_message_shows_the_reason_and_can_be_retried_or_taken_back() {
    let mut client = chatting_with_bia(&[message(1, "bia", 0, "oi")]);
    client.type_text("oi de novo");
    client.keys("Enter");
    client.answer(|request| matches!(request, Request::SendMessage(_)).then_some(Reply::Refused(Refusal::NotAMember)));
    let screen = client.screen();
    assert!(screen.contains("✗ You are not a member."), "{screen}");
    client.keys("Up r");
    assert_eq!(texts(&sent_messages(&mut client)), ["oi de novo"]);
    client.keys("Esc 2 Enter");
    let mut client = chatting_with_bia(&[message(1, "bia", 0, "oi")]);
    client.type_text("oi de novo");
    client.keys("Enter");
    client.answer(|request| matches!(request, Request::SendMessage(_)).then_some(Reply::Refused(Refusal::NotAMember)));
    client.keys("Up d");
    assert_eq!(client.state.open_conversation().unwrap().composer.text(), "oi de novo", "the text returns to the composer");
    assert_eq!(client.state.account.outbox.iter().count(), 0);
}

#[test]
fn a_message_over_the_quota_is_kept_and_the_limit_explained() {
    let mut client = chatting_with_bia(&[message(1, "bia", 0, "oi")]);
    client.type_text("oi de novo");
    client.keys("Enter");
    let quota = Refusal::QuotaReached { max_bytes: 64 << 20, max_messages: 100_000, retry_after_ms: 7_200_001 };
    client.answer(|request| matches!(request, Request::SendMessage(_)).then(|| Reply::Refused(quota.clone())));
    let screen = client.screen();
    assert!(
        screen.contains('✗') && screen.contains("You reached this server's daily limit (100000 messages or 64 MiB)."),
        "{screen}"
    );
    assert!(screen.contains("3 h."), "{screen}");
    client.keys("Up r");
    assert_eq!(texts(&sent_messages(&mut client)), ["oi de novo"]);
}

#[test]
fn a_message_that_the_server_fails_to_store_is_retried_with_growing_waits() {
    let mut client = chatting_with_bia(&[message(1, "bia", 0, "oi")]);
    client.type_text("oi");
    client.keys("Enter");
    let sent = client.all_sent();
    client.effects.extend(sent.iter().cloned().map(Effect::Send));
    let first = sent.into_iter().find_map(|frame| if let Request::SendMessage(send) = frame.request { Some(send) } else { None });
    for wait in [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000] {
        client.answer(|request| matches!(request, Request::SendMessage(_)).then_some(Reply::Refused(Refusal::FAILED)));
        let screen = client.screen();
        assert!(screen.contains("(1 waiting: server cannot save)") && screen.contains('⋯') && !screen.contains('✗'), "{screen}");
        client.wait(wait - 1);
        assert_eq!(sent_messages(&mut client), [], "{wait}");
        client.wait(1);
        let again = client.all_sent();
        client.effects.extend(again.into_iter().map(Effect::Send));
    }
    assert_eq!(store_all(&mut client, 2), [first.unwrap()], "the message keeps its id");
    let screen = client.above_the_hints();
    assert!(screen.contains('✓') && !screen.contains("waiting"), "{screen}");

    // After a success, waits start again from the shortest.
    client.type_text("de novo");
    client.keys("Enter");
    client.answer(|request| matches!(request, Request::SendMessage(_)).then_some(Reply::Refused(Refusal::FAILED)));
    assert!(client.screen().contains("could not save the message"), "{}", client.screen());
    client.wait(1_000);
    assert_eq!(texts(&sent_messages(&mut client)), ["de novo"]);
}

#[test]
fn a_busy_server_is_retried_after_the_wait_that_it_named() {
    let mut client = chatting_with_bia(&[]);
    client.type_text("oi");
    client.keys("Enter");
    client.answer(|request| {
        matches!(request, Request::SendMessage(_)).then_some(Reply::Refused(Refusal::Busy { retry_after_ms: 700 }))
    });
    client.wait(699);
    assert_eq!(sent_messages(&mut client), []);
    client.wait(1);
    assert_eq!(texts(&sent_messages(&mut client)), ["oi"]);
}

#[test]
fn the_composer_keeps_text_that_cannot_be_sent() {
    let mut client = chatting_with_bia(&[]);
    let long = "x".repeat(MAX_MESSAGE_BYTES + 1);
    client.happen(Event::Pasted(long.clone()));
    client.keys("Enter");
    assert!(client.screen().contains("too long (at most 16 KiB)"), "{}", client.screen());
    assert_eq!(client.state.open_conversation().unwrap().composer.text(), long);
    client.keys("Backspace Enter Enter");
    assert_eq!(sent_messages(&mut client).len(), 1, "the text of maximum length is sent");

    client.type_text("/voar");
    client.keys("Enter");
    assert!(client.screen().contains("Unknown command /voar."), "{}", client.screen());
    assert_eq!(client.state.open_conversation().unwrap().composer.text(), "/voar");
}

#[test]
fn a_paste_of_several_lines_is_not_sent_automatically() {
    let mut client = chatting_with_bia(&[]);
    client.happen(Event::Pasted("uma\r\nduas\r".to_owned()));
    assert_eq!(sent_messages(&mut client), []);
    assert_eq!(client.state.open_conversation().unwrap().composer.lines(), ["uma", "duas", ""]);
}

#[test]
fn a_double_slash_sends_a_single_one() {
    let mut client = chatting_with_bia(&[]);
    client.type_text("//etc");
    client.keys("Enter");
    assert_eq!(texts(&sent_messages(&mut client)), ["/etc"]);
}

#[test]
fn drafts_belong_to_their_conversation() {
    let mut client = Driver::signed_in(80, 24, vec![direct(1, "bia", 0, 0, 0), direct(2, "caio", 0, 0, 0)]);
    client.keys("2");
    client.type_text("bia");
    client.keys("Enter");
    client.type_text("segredo");
    client.keys("Esc 2");
    client.type_text("caio");
    client.keys("Enter");
    assert_eq!(client.state.open_conversation().unwrap().composer.text(), "");
    client.type_text("oi caio");
    client.keys("Enter");
    let sent = sent_messages(&mut client);
    assert_eq!((sent[0].conversation, sent[0].text.as_str()), (ConversationId(2), "oi caio"));
    client.keys("Esc 2");
    client.type_text("bia");
    client.keys("Enter");
    assert_eq!(client.state.open_conversation().unwrap().composer.text(), "segredo");
}

#[test]
fn typing_notifications_are_rate_limited_and_never_sent_for_commands() {
    let mut client = chatting_with_bia(&[]);
    client.sent();
    let typing_count =
        |client: &mut Driver| client.sent().iter().filter(|frame| matches!(frame.request, Request::Typing(_))).count();
    client.type_text("bom dia");
    assert_eq!(typing_count(&mut client), 1);
    client.wait(3_000);
    client.type_text("!");
    assert_eq!(typing_count(&mut client), 1);
    let mut client = chatting_with_bia(&[]);
    client.type_text("/menu");
    assert_eq!(typing_count(&mut client), 0);
}

#[test]
fn a_paste_up_to_the_limit_is_accepted_and_a_larger_one_is_rejected() {
    let mut client = chatting_with_bia(&[]);
    client.happen(Event::Pasted("x".repeat(MAX_PASTE_BYTES + 1)));
    assert!(client.screen().contains("over 64 KiB and was not inserted"), "{}", client.screen());
    assert!(client.state.open_conversation().unwrap().composer.is_empty());
    client.happen(Event::Pasted("x".repeat(MAX_PASTE_BYTES)));
    assert_eq!(client.state.open_conversation().unwrap().composer.text().len(), MAX_PASTE_BYTES);
}

#[test]
fn a_backslash_or_alt_enter_inserts_a_line_break() {
    let mut client = chatting_with_bia(&[]);
    client.type_text("a\\");
    client.keys("Enter");
    client.type_text("b");
    client.keys("Alt-Enter");
    client.type_text("c");
    client.keys("Enter");
    assert_eq!(texts(&sent_messages(&mut client)), ["a\nb\nc"]);
}
