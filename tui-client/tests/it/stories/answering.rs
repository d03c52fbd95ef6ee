//! Answering messages, and going to what is answered.

use std::time::Duration;

use papo::event::{DisconnectReason, Event};
use papo::state::account::keeping::KEPT_WITHIN_MS;
use papo_shared::model::{Entry, EntryKind, Message, ReplyTo, Seq, Timestamp};
use papo_shared::protocol::{MessageStored, Reply, Request};

use super::changing::{after_edit, deleted, edited};
use crate::driver::{Driver, START, direct, entry, message, name};
use crate::stories::{chatting_with_bia, history, sent_messages};

fn answer(seq: u64, author: &str, minutes: i64, text: &str, to: (u64, &str)) -> Entry {
    let EntryKind::Message(said) = message(seq, author, minutes, text).kind else { unreachable!() };
    let reply_to = Some(ReplyTo { seq: Seq(to.0), author: name(to.1) });
    entry(seq, author, minutes, EntryKind::Message(Message { reply_to, ..said }))
}

#[test]
fn an_answer_goes_out_with_what_it_answers_and_looks_the_same_before_and_after() {
    let mut client = chatting_with_bia(&[message(1, "bia", 0, "às 10?"), message(2, "bia", 1, "ou 11")]);
    client.keys("Up Up r");
    assert!(client.screen().contains("↪ bia: às 10?"), "{}", client.screen());
    client.type_text("10");
    client.sent();
    client.keys("Enter");
    let waiting = client.screen();
    assert_eq!(waiting.matches("↪ bia: às 10?").count(), 1, "over the message, no longer over the composer: {waiting}");
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
fn an_answer_can_be_dropped_and_what_was_typed_stays() {
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
fn a_half_written_answer_and_a_half_written_edit_survive_a_crash() {
    let entries = [message(1, "bia", 0, "oi"), message(2, "ana", 1, "ola")];
    let mut client = chatting_with_bia(&entries);
    client.keys("Up Up r");
    client.type_text("meia resp");
    client.wait(KEPT_WITHIN_MS);
    client.keys("Esc Enter");
    let mut client = chatting_with_bia(&entries);
    client.keys("Up Up r");
    client.type_text("meia resp");
    client.wait(KEPT_WITHIN_MS);
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
    client.wait(KEPT_WITHIN_MS);
    let mut client = again(client.disk.clone());
    let screen = client.screen();
    assert!(screen.contains("✎ editing ana: ola") && screen.contains("ola bia"), "{screen}");
    client.keys("Esc");
    let screen = client.screen();
    assert!(screen.contains("↪ bia: oi") && screen.contains("meia resp"), "and what was put aside: {screen}");
}

#[test]
fn an_unsent_answer_goes_out_as_an_answer_after_a_crash() {
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
fn what_is_answered_and_not_held_is_fetched_once_and_shown() {
    let old = message(1, "bia", -600, "lembra do livro?");
    let entries: Vec<Entry> =
        (2..=200).map(|n| message(n, "bia", 0, "e mais")).chain([answer(201, "ana", 1, "lembro", (1, "bia"))]).collect();
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
    // It is deleted, and edited: what stands there is what it is now.
    client.post(1, edited(202, "bia", 1));
    client.answer(|request| history(request, &[after_edit(&old, 202, "lembra do livro azul?")]));
    assert!(client.screen().contains("↪ bia: lembra do livro azul?"), "{}", client.screen());
}

#[test]
fn what_is_answered_and_deleted_says_so_and_what_one_may_not_see_as_well() {
    let mut client = chatting_with_bia(&[message(1, "bia", 0, "engano"), answer(2, "ana", 1, "sei", (1, "bia"))]);
    client.post(1, deleted(3, "bia", 1));
    assert!(client.screen().contains("↪ bia: message deleted"), "{}", client.screen());
    let mut summary = direct(1, "bia", 11, 11, 0);
    summary.first_seq = Seq(10);
    let mut client = Driver::signed_in(80, 24, vec![summary]);
    client.keys("2 Enter");
    let entries = [message(10, "bia", 0, "oi"), answer(11, "bia", 1, "isso", (4, "ana"))];
    client.answer(|request| history(request, &entries));
    assert!(client.screen().contains("↪ a message you cannot see"), "{}", client.screen());
    client.keys("Up q");
    assert!(client.screen().contains("cannot see that message"), "{}", client.screen());
}

#[test]
fn q_goes_to_what_is_answered_far_away_and_esc_comes_back() {
    let mut entries: Vec<Entry> = (1..=1_500).map(|n| message(n, "bia", 0, &format!("linha {n};"))).collect();
    entries.push(answer(1_501, "ana", 1, "sobre aquilo", (300, "bia")));
    let mut client = Driver::signed_in(80, 24, vec![direct(1, "bia", 1_501, 1_501, 0)]);
    client.keys("2 Enter");
    client.answer(|request| history(request, &entries));
    client.keys("Up q");
    client.answer(|request| history(request, &entries));
    let screen = client.screen();
    let line = screen.lines().position(|line| line.contains("linha 300;")).unwrap_or_else(|| panic!("{screen}"));
    assert!((6..16).contains(&line), "in the middle: {screen}");
    assert_eq!(client.state.open_conversation().unwrap().selected_message().unwrap().0, Seq(300));
    assert!(screen.contains("Esc back"), "{screen}");
    client.keys("Esc");
    client.answer(|request| history(request, &entries));
    let screen = client.screen();
    assert!(screen.contains("sobre aquilo"), "{screen}");
    assert!(!screen.contains("Esc back"), "{screen}");
}

#[test]
fn q_goes_to_what_is_held_without_asking_and_end_comes_back() {
    let mut entries: Vec<Entry> = (1..=60).map(|n| message(n, "bia", 0, &format!("linha {n};"))).collect();
    entries.push(answer(61, "ana", 1, "sobre aquilo", (30, "bia")));
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
fn a_jump_that_the_line_cuts_lands_when_it_is_back() {
    let mut entries: Vec<Entry> = (1..=600).map(|n| message(n, "bia", 0, &format!("linha {n};"))).collect();
    entries.push(answer(601, "ana", 1, "sobre aquilo", (20, "bia")));
    let mut client = Driver::signed_in(80, 24, vec![direct(1, "bia", 601, 601, 0)]);
    client.keys("2 Enter");
    client.answer(|request| history(request, &entries));
    client.keys("Up q");
    client.happen(Event::Disconnected { reason: DisconnectReason::Closed, retry_in: Duration::ZERO });
    client.sent();
    super::come_back(&mut client);
    client.catch_up(vec![direct(1, "bia", 601, 601, 0)]);
    client.answer(|request| history(request, &entries));
    assert!(client.screen().contains("linha 20;"), "{}", client.screen());
}

#[test]
fn a_jump_to_what_is_not_there_after_all_comes_back() {
    let mut entries: Vec<Entry> = (1..=600).map(|n| message(n, "bia", 0, &format!("linha {n};"))).collect();
    entries.push(answer(601, "ana", 1, "sobre aquilo", (20, "bia")));
    let mut client = Driver::signed_in(80, 24, vec![direct(1, "bia", 601, 601, 0)]);
    client.keys("2 Enter");
    client.answer(|request| history(request, &entries));
    client.keys("Up q");
    client.answer(|request| match request {
        Request::History(asked) if asked.after.is_some_and(|after| after < Seq(100)) => history(request, &[]),
        _ => history(request, &entries),
    });
    let screen = client.screen();
    assert!(screen.contains("cannot see that message") && screen.contains("sobre aquilo"), "{screen}");
}

#[test]
fn ones_own_name_stands_out_where_somebody_says_it() {
    let EntryKind::Message(said) = message(2, "bia", 1, "cadê @ana?").kind else { unreachable!() };
    let said = entry(2, "bia", 1, EntryKind::Message(Message { mentions: vec![name("ana")], ..said }));
    let client = chatting_with_bia(&[message(1, "bia", 0, "e @ana aqui não"), said]);
    let screen = client.screen_with_styles();
    assert!(screen.contains("cadê @ana?") && screen.contains("Indexed(168) on Reset BOLD"), "{screen}");
}
