//! The window of held entries in a long conversation, its visible part, and what is marked as read.

use papo::event::Event;
use papo::state::conversations::conversation::Scroll;
use papo::state::conversations::log::MAX_HELD;
use papo_shared::model::limits::MAX_UNREAD;
use papo_shared::model::{Entry, Seq};
use papo_shared::protocol::Request;

use crate::driver::{Driver, direct, message};
use crate::stories::history;

fn messages(entries: std::ops::RangeInclusive<u64>) -> Vec<Entry> {
    entries.map(|n| message(n, "bia", 0, &format!("linha {n};"))).collect()
}

/// Opens a conversation with bia that has `last` messages, of which `read` are read, and answers its requests.
fn opened(last: u64, read: u64) -> (Driver, Vec<Entry>) {
    let entries = messages(1..=last);
    let unread = u32::try_from(last - read).unwrap();
    let mut client = Driver::signed_in(80, 24, vec![direct(1, "bia", last, read, unread)]);
    client.sent();
    client.keys("2 Enter");
    client.answer(|request| history(request, &entries));
    (client, entries)
}

fn last_sent_read_cursor(client: &Driver) -> Option<Seq> {
    let mut marks = client.effects.iter().rev().filter_map(|effect| match effect {
        papo::effect::Effect::Send(frame) => match &frame.request {
            Request::MarkRead(mark) => Some(mark.seq),
            _ => None,
        },
        _ => None,
    });
    marks.next()
}

fn held(client: &Driver) -> (u64, u64) {
    let log = &client.state.open_conversation().unwrap().log;
    (log.first().unwrap().0, log.last().unwrap().0)
}

fn lines_shown(client: &Driver) -> Vec<u64> {
    let screen = client.screen();
    let lines = screen.lines().filter_map(|line| line.split_once("linha ")?.1.split_once(';')?.0.parse().ok());
    lines.collect()
}

#[test]
fn only_visible_messages_are_marked_as_read() {
    let (mut client, _) = opened(60, 20);
    let screen = client.screen();
    let line = screen.lines().position(|line| line.contains("─ new ─")).expect(&screen);
    assert!(
        screen.lines().nth(line + 1).unwrap().contains("linha 21;"),
        "the view starts where the user stopped reading: {screen}"
    );
    let last = *lines_shown(&client).last().unwrap();
    assert!(last < 60, "the messages must not all fit on the screen: {screen}");
    assert_eq!(u64::from(client.state.unread_total()), 60 - last);
    assert!(screen.contains(&format!("{} unread", 60 - last)), "{screen}");
    assert_eq!(last_sent_read_cursor(&client), Some(Seq(last)));

    client.keys("PgDn");
    let next = *lines_shown(&client).last().unwrap();
    assert!(next > last);
    assert_eq!(u64::from(client.state.unread_total()), 60 - next);
    client.keys("End");
    assert_eq!(client.state.unread_total(), 0);
}

/// Regression test: on a very tall terminal, a page shorter than the screen was shown under empty rows.
#[test]
fn a_screen_that_is_taller_than_a_page_is_filled() {
    let entries = messages(1..=300);
    let mut client = Driver::signed_in(80, 200, vec![direct(1, "bia", 300, 50, 250)]);
    client.keys("2 Enter");
    client.answer(|request| history(request, &entries));
    let shown = lines_shown(&client);
    assert!(shown.len() > 180, "{}", client.screen());
    assert!(shown.contains(&51) && shown.windows(2).all(|pair| pair[1] == pair[0] + 1), "{shown:?}");
}

#[test]
fn regaining_focus_scrolls_to_the_first_unseen_message() {
    let (mut client, _) = opened(3, 3);
    client.happen(Event::Focused(false));
    for entry in messages(4..=60) {
        client.post(1, entry);
    }
    assert_eq!(client.state.unread_total(), 57);
    client.happen(Event::Focused(true));
    assert_eq!(lines_shown(&client)[0], 4, "{}", client.screen());
    assert!(client.state.unread_total() > 0);
}

#[test]
fn a_conversation_with_thousands_of_unread_messages_opens_at_the_first() {
    let (mut client, mut entries) = opened(5_000, 1_000);
    assert_eq!(lines_shown(&client)[0], 1_001, "{}", client.screen());
    let (first, last) = held(&client);
    assert!(first > 900 && last < 1_500, "{first} to {last} are held");
    // A new message is counted, but not shown before the user scrolls to it.
    entries.push(message(5_001, "bia", 1, "linha 5001;"));
    client.post(1, entries[5_000].clone());
    assert_eq!(lines_shown(&client)[0], 1_001);
    for _ in 0..20 {
        client.keys("PgDn");
        client.answer(|request| history(request, &entries));
    }
    let reached = *lines_shown(&client).last().unwrap();
    assert!(reached > 1_200, "newer entries are fetched while scrolling: {reached}");
    // More messages are left than are counted, so the read position tells which were read.
    assert_eq!(client.state.unread_total(), MAX_UNREAD);
    assert_eq!(client.state.open_conversation().unwrap().read_seq, Seq(reached));

    client.keys("End");
    client.answer(|request| history(request, &entries));
    assert_eq!(lines_shown(&client).last(), Some(&5_001));
    assert_eq!(client.state.open_conversation().unwrap().scroll, Scroll::AtEnd);
    assert_eq!(client.state.unread_total(), MAX_UNREAD);
    assert_eq!(client.state.open_conversation().unwrap().read_seq, Seq(reached), "the messages in between were never loaded");
    client.keys("End");
    assert_eq!(client.state.unread_total(), 0, "a second End marks everything as read");
}

#[test]
fn a_view_scrolled_up_does_not_move_under_a_flood() {
    let (mut client, mut entries) = opened(300, 300);
    client.keys("PgUp PgUp PgUp");
    let before = lines_shown(&client);
    for entry in messages(301..=3_000) {
        client.post(1, entry.clone());
        entries.push(entry);
        client.answer(|request| history(request, &entries));
    }
    assert_eq!(lines_shown(&client), before);
    let (first, last) = held(&client);
    assert!(last - first < MAX_HELD as u64, "{first} to {last} are held");
    assert!(first <= before[0] && *before.last().unwrap() <= last);
    client.keys("End");
    client.answer(|request| history(request, &entries));
    assert_eq!(lines_shown(&client).last(), Some(&3_000), "{:?} {}", held(&client), client.screen());
}

#[test]
fn a_flood_read_at_the_end_keeps_the_held_window_bounded() {
    let (mut client, _) = opened(3, 3);
    for entry in messages(4..=3_000) {
        client.post(1, entry);
    }
    assert_eq!(lines_shown(&client).last(), Some(&3_000));
    let (first, last) = held(&client);
    assert!(last - first < MAX_HELD as u64, "{first} to {last} are held");
    assert_eq!(client.state.unread_total(), 0);
}
