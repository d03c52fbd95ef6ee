//! Incoming messages, unread counts and read cursors.

use std::time::Duration;

use papo::effect::Effect;
use papo::event::{DisconnectReason, Event};
use papo::state::account::local_data_sync::SAVE_DELAY_MS;
use papo_shared::model::{ConversationId, Seq};
use papo_shared::protocol::{Event as ServerEvent, ReadCursor, Refusal, Reply, ReplyFrame, Request, ServerFrame, TypingStarted};

use crate::driver::{Driver, direct, message, name};
use crate::stories::{chatting_with_bia, come_back, history};

#[test]
fn unread_messages_are_counted_and_marked_read_once_visible() {
    let entries: Vec<_> = (1..=3).map(|n| message(n, "bia", 0, "oi")).collect();
    let mut client = Driver::signed_in(80, 24, vec![direct(1, "bia", 3, 1, 2)]);
    assert!(client.screen().contains("2 unread"), "{}", client.screen());
    client.post(1, message(4, "bia", 1, "ei"));
    assert!(client.effects.contains(&Effect::Bell), "a message arrived while the conversation was not visible");
    assert!(client.effects.contains(&Effect::SetTitle("papo (3)".to_owned())));
    client.keys("2 Enter");
    let entries: Vec<_> = entries.into_iter().chain([message(4, "bia", 1, "ei")]).collect();
    client.answer(|request| history(request, &entries));
    let screen = client.above_the_hints();
    assert!(
        screen.contains(" new ") && !screen.contains("unread"),
        "the new line stays where the user stopped reading: {screen}"
    );
    assert!(client.sent().iter().any(|frame| matches!(&frame.request, Request::MarkRead(mark) if mark.seq == Seq(4))));
}

#[test]
fn nothing_is_marked_read_while_the_terminal_has_no_focus() {
    let mut client = chatting_with_bia(&[message(1, "bia", 0, "oi")]);
    client.sent();
    client.happen(Event::Focused(false));
    client.post(1, message(2, "bia", 1, "ei"));
    assert!(client.sent().iter().all(|frame| !matches!(frame.request, Request::MarkRead(_))));
    assert!(client.screen().contains(" new ") && client.screen().contains("1 unread"), "{}", client.screen());
    client.happen(Event::Focused(true));
    assert!(client.sent().iter().any(|frame| matches!(&frame.request, Request::MarkRead(mark) if mark.seq == Seq(2))));
}

#[test]
fn messages_arriving_in_view_are_not_marked_as_new() {
    let mut client = chatting_with_bia(&[message(1, "bia", 0, "oi")]);
    client.post(1, message(2, "bia", 1, "ei"));
    let screen = client.screen();
    assert!(screen.contains("ei") && !screen.contains("─ new ─"), "{screen}");
    // Messages that arrive the next time the focus is lost start a new line.
    client.happen(Event::Focused(false));
    client.post(1, message(3, "bia", 2, "cadê você?"));
    client.happen(Event::Focused(true));
    client.happen(Event::Focused(false));
    client.post(1, message(4, "bia", 3, "oi?"));
    let screen = client.screen();
    let line = screen.lines().position(|line| line.contains("─ new ─")).unwrap();
    assert!(screen.lines().nth(line + 1).unwrap().contains("oi?"), "{screen}");
}

#[test]
fn messages_missed_while_disconnected_are_marked_as_new() {
    let mut client = chatting_with_bia(&[message(1, "bia", 0, "oi")]);
    client.happen(Event::Disconnected { reason: DisconnectReason::Closed, retry_in: Duration::ZERO });
    client.sent();
    come_back(&mut client);
    client.catch_up(vec![direct(1, "bia", 3, 1, 2)]);
    let missed: Vec<_> = (2..=3).map(|n| message(n, "bia", 5, &format!("perdida {n}"))).collect();
    client.answer(|request| history(request, &missed));
    let screen = client.above_the_hints();
    let line = screen.lines().position(|line| line.contains("─ new ─")).unwrap();
    assert!(screen.lines().nth(line + 1).unwrap().contains("perdida 2"), "{screen}");
    assert!(!screen.contains("unread"), "visible messages are marked as read: {screen}");
}

#[test]
fn messages_read_on_another_device_are_read_here() {
    let mut client = Driver::signed_in(80, 24, vec![direct(1, "bia", 3, 1, 2)]);
    client.tell(ServerEvent::ReadCursor(ReadCursor {
        conversation: ConversationId(1),
        read_seq: Seq(3),
        unread: 0,
        mentions: 0,
        last_seq: Seq(3),
    }));
    assert!(!client.screen().contains("unread"), "{}", client.screen());
}

#[test]
fn a_gap_in_the_log_is_fetched_and_filled_in_order() {
    let entries: Vec<_> = (1..=5).map(|n| message(n, "bia", n.cast_signed(), &format!("mensagem {n}"))).collect();
    let mut client = chatting_with_bia(&entries[..2]);
    client.sent();
    client.post(1, entries[4].clone());
    assert!(!client.screen().contains("mensagem 5"), "an entry after a gap is not shown before the gap is filled");
    client.answer(|request| history(request, &entries));
    let screen = client.screen();
    let positions: Vec<_> = (1..=5).map(|n| screen.find(&format!("mensagem {n}")).unwrap()).collect();
    assert!(positions.is_sorted(), "{screen}");
}

#[test]
fn older_messages_are_fetched_while_scrolling_and_the_view_does_not_jump() {
    let entries: Vec<_> = (1..=300).map(|n| message(n, "bia", 0, &format!("linha {n};"))).collect();
    let mut client = chatting_with_bia(&entries);
    client.answer(|request| history(request, &entries));
    let held = client.state.open_conversation().unwrap().log.first().unwrap();
    assert!(held > Seq(1), "not everything is fetched at once");
    client.keys("PgUp PgUp");
    let before = client.screen();
    client.answer(|request| history(request, &entries));
    assert!(client.state.open_conversation().unwrap().log.first().unwrap() < held);
    assert_eq!(client.screen(), before, "the visible rows do not move when older entries arrive");
    let before_new = before.clone();
    client.post(1, message(301, "bia", 1, "nova"));
    let messages = |line: &str| line.split('│').next_back().unwrap().to_owned();
    let lines = |screen: &str| screen.lines().skip(2).take(15).map(messages).collect::<Vec<_>>();
    assert_eq!(lines(&client.screen()), lines(&before_new), "nor when new ones arrive");
    for _ in 0..40 {
        client.keys("PgUp");
        client.answer(|request| history(request, &entries));
    }
    assert!(client.screen().contains("linha 1;") && client.screen().contains("The conversation begins here."));
    client.keys("End");
    assert!(client.screen().contains("nova"));
}

#[test]
fn scrolling_up_and_down_again_ends_at_the_same_position() {
    let entries: Vec<_> =
        (1..=60).map(|n| message(n, "bia", 0, &"palavra ".repeat(usize::try_from(n).unwrap() % 17 + 1))).collect();
    let mut client = chatting_with_bia(&entries);
    client.answer(|request| history(request, &entries));
    let bottom = client.screen();
    client.keys("PgUp PgUp PgUp");
    assert_ne!(client.screen(), bottom);
    client.keys("PgDn PgDn PgDn");
    assert_eq!(client.screen(), bottom);
}

#[test]
fn typing_is_shown_until_it_expires_or_the_message_arrives() {
    let mut client = chatting_with_bia(&[message(1, "bia", 0, "oi")]);
    client.wait(SAVE_DELAY_MS);
    let typing = || ServerEvent::TypingStarted(TypingStarted { conversation: ConversationId(1), username: name("bia") });
    client.tell(typing());
    assert!(client.screen().contains("bia is typing…"));
    assert_eq!(client.state.wake_at(), Some(client.moment.after_ms(6_000)));
    client.wait(6_000);
    assert!(!client.screen().contains("typing"));
    client.tell(typing());
    client.post(1, message(2, "bia", 1, "pronto"));
    assert!(!client.screen().contains("typing"));
}

fn read_marks(client: &mut Driver) -> Vec<(u64, Seq)> {
    let frames = client.sent().into_iter();
    frames
        .filter_map(|frame| if let Request::MarkRead(mark) = frame.request { Some((frame.id, mark.seq)) } else { None })
        .collect()
}

#[test]
fn under_a_flood_only_one_read_cursor_is_pending_at_a_time() {
    let mut client = chatting_with_bia(&[message(1, "bia", 0, "oi")]);
    client.sent();
    for n in 2..=100 {
        client.post(1, message(n, "bia", 1, "e mais"));
        assert_eq!(client.state.unread_total(), 0, "visible messages are marked as read at once");
    }
    let marks = read_marks(&mut client);
    let [(id, Seq(2))] = marks[..] else { panic!("{marks:?}") };
    let cursor = ReadCursor { conversation: ConversationId(1), read_seq: Seq(2), unread: 98, mentions: 0, last_seq: Seq(100) };
    let reply = ReplyFrame { id, reply: Reply::ReadCursor(cursor) };
    client.happen(Event::Received(ServerFrame::Reply(reply)));
    assert_eq!(read_marks(&mut client).into_iter().map(|(_, seq)| seq).collect::<Vec<_>>(), [Seq(100)]);
    assert_eq!(client.state.unread_total(), 0);
}

#[test]
fn an_unacknowledged_read_cursor_is_sent_again_after_reconnecting() {
    let mut client = chatting_with_bia(&[message(1, "bia", 0, "oi")]);
    client.post(1, message(2, "bia", 1, "ei"));
    assert_eq!(read_marks(&mut client).len(), 1, "the read cursor is pending");
    client.happen(Event::Disconnected { reason: DisconnectReason::Closed, retry_in: Duration::ZERO });
    client.keys("Esc");
    come_back(&mut client);
    client.catch_up(vec![direct(1, "bia", 2, 1, 1)]);
    assert_eq!(client.state.unread_total(), 0);
    assert!(read_marks(&mut client).iter().any(|(_, seq)| *seq == Seq(2)), "the server did not receive the first one");
}

#[test]
fn refused_background_fetches_are_retried_after_the_wait() {
    for (refusal, wait) in
        [(Refusal::TooFast { retry_after_ms: 700 }, 700), (Refusal::Busy { retry_after_ms: 900 }, 900), (Refusal::FAILED, 5_000)]
    {
        let mut client = Driver::signed_in(80, 24, vec![direct(1, "bia", 1, 1, 0)]);
        client.keys("2 Enter");
        client.answer(|request| matches!(request, Request::History(_)).then(|| Reply::Refused(refusal.clone())));
        client.all_sent();
        client.wait(wait - 1);
        assert!(client.all_sent().iter().all(|frame| !matches!(frame.request, Request::History(_))), "{refusal}");
        assert_eq!(client.state.wake_at(), Some(client.moment.after_ms(1)));
        client.wait(1);
        client.answer(|request| history(request, &[message(1, "bia", 0, "cheguei")]));
        assert!(client.screen().contains("cheguei"), "{refusal}: {}", client.screen());
    }
}
