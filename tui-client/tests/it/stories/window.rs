//! The loaded part of a long conversation, the part on the screen, and the read cursor.

use papo::event::Event;
use papo::state::conversations::conversation::Scroll;
use papo::state::conversations::log::MAX_HELD;
use papo_shared::model::{Entry, Seq};
use papo_shared::protocol::Request;

use crate::driver::{Driver, direct, message};
use crate::stories::history;

fn said(entries: std::ops::RangeInclusive<u64>) -> Vec<Entry> {
    entries.map(|n| message(n, "bia", 0, &format!("linha {n};"))).collect()
}

/// A newly opened conversation with bia with this many messages, read up to here; the server replies to all requests.
fn opened(last: u64, read: u64) -> (Driver, Vec<Entry>) {
    let entries = said(1..=last);
    let unread = u32::try_from(last - read).unwrap();
    let mut client = Driver::signed_in(80, 24, vec![direct(1, "bia", last, read, unread)]);
    client.sent();
    client.keys("2 Enter");
    client.answer(|request| history(request, &entries));
    (client, entries)
}

fn reported_read(client: &Driver) -> Option<Seq> {
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
fn only_messages_on_the_screen_are_read() {
    let (mut client, _) = opened(60, 20);
    let screen = client.screen();
    let line = screen.lines().position(|line| line.contains("─ new ─")).expect(&screen);
    assert!(screen.lines().nth(line + 1).unwrap().contains("linha 21;"), "one stands where one left off: {screen}");
    let last = *lines_shown(&client).last().unwrap();
    assert!(last < 60, "not all of it fits: {screen}");
    assert_eq!(u64::from(client.state.unread_total()), 60 - last);
    assert!(screen.contains(&format!("{} unread", 60 - last)), "{screen}");
    assert_eq!(reported_read(&client), Some(Seq(last)));

    client.keys("PgDn");
    let next = *lines_shown(&client).last().unwrap();
    assert!(next > last);
    assert_eq!(u64::from(client.state.unread_total()), 60 - next);
    client.keys("End");
    assert_eq!(client.state.unread_total(), 0);
}

/// On a very tall terminal, a page shorter than the screen was once shown alone, below empty rows.
#[test]
fn a_screen_taller_than_a_page_is_filled() {
    let entries = said(1..=300);
    let mut client = Driver::signed_in(80, 200, vec![direct(1, "bia", 300, 50, 250)]);
    client.keys("2 Enter");
    client.answer(|request| history(request, &entries));
    let shown = lines_shown(&client);
    assert!(shown.len() > 180, "{}", client.screen());
    assert!(shown.contains(&51) && shown.windows(2).all(|pair| pair[1] == pair[0] + 1), "{shown:?}");
}

#[test]
fn returning_to_the_terminal_shows_the_first_unseen_message() {
    let (mut client, _) = opened(3, 3);
    client.happen(Event::Focused(false));
    for entry in said(4..=60) {
        client.post(1, entry);
    }
    assert_eq!(client.state.unread_total(), 57);
    client.happen(Event::Focused(true));
    assert_eq!(lines_shown(&client)[0], 4, "{}", client.screen());
    assert!(client.state.unread_total() > 0);
}

#[test]
fn a_conversation_with_many_unread_messages_opens_at_the_first_one() {
    let (mut client, mut entries) = opened(5_000, 1_000);
    assert_eq!(lines_shown(&client)[0], 1_001, "{}", client.screen());
    let (first, last) = held(&client);
    assert!(first > 900 && last < 1_500, "{first} to {last} are held");
    // New messages are counted, and not shown before the user reaches them.
    entries.push(message(5_001, "bia", 1, "linha 5001;"));
    client.post(1, entries[5_000].clone());
    assert_eq!(lines_shown(&client)[0], 1_001);
    for _ in 0..20 {
        client.keys("PgDn");
        client.answer(|request| history(request, &entries));
    }
    let reached = *lines_shown(&client).last().unwrap();
    assert!(reached > 1_200, "newer ones come as they are reached: {reached}");
    assert_eq!(u64::from(client.state.unread_total()), 5_001 - reached);

    client.keys("End");
    client.answer(|request| history(request, &entries));
    assert_eq!(lines_shown(&client).last(), Some(&5_001));
    assert_eq!(client.state.open_conversation().unwrap().scroll, Scroll::AtEnd);
    assert_eq!(u64::from(client.state.unread_total()), 5_001 - reached, "what lies between was never here");
    client.keys("End");
    assert_eq!(client.state.unread_total(), 0, "asked for once more, all of it counts as read");
}

#[test]
fn the_view_does_not_move_while_messages_arrive_below() {
    let (mut client, mut entries) = opened(300, 300);
    client.keys("PgUp PgUp PgUp");
    let before = lines_shown(&client);
    for entry in said(301..=3_000) {
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
fn a_flood_that_is_read_on_arrival_keeps_only_the_window_loaded() {
    let (mut client, _) = opened(3, 3);
    for entry in said(4..=3_000) {
        client.post(1, entry);
    }
    assert_eq!(lines_shown(&client).last(), Some(&3_000));
    let (first, last) = held(&client);
    assert!(last - first < MAX_HELD as u64, "{first} to {last} are held");
    assert_eq!(client.state.unread_total(), 0);
}
