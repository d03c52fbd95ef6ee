//! Unread messages stay unread until they were on the screen, regardless of other entries and of the way the log is loaded.

use papo::event::{DisconnectReason, Event};
use papo::state::conversations::conversation::Scroll;
use papo_shared::model::{ConversationId, ConversationSummary, Emoji, Entry, EntryKind, Seq};
use papo_shared::protocol::{Inbox, InboxItem, InboxReason, Reply, Request};

use crate::driver::{Driver, direct, entry, group, message};
use crate::stories::{chatting_with_bia, come_back, history};

/// Messages by bia, with these numbers.
fn messages(numbers: std::ops::RangeInclusive<u64>) -> Vec<Entry> {
    numbers.map(|n| message(n, "bia", 0, &format!("linha {n};"))).collect()
}

/// A reaction to the first message for each odd number, and its removal for each even one.
fn reactions(numbers: std::ops::RangeInclusive<u64>) -> Vec<Entry> {
    let emoji = || Emoji::parse("👍").unwrap();
    let kind = |n| match n % 2 {
        1 => EntryKind::ReactionAdded { target: Seq(1), emoji: emoji() },
        _ => EntryKind::ReactionRemoved { target: Seq(1), emoji: emoji() },
    };
    numbers.map(|n| entry(n, "caio", 0, kind(n))).collect()
}

/// Like [`history`], from a server with at most this many entries per page: long messages make short pages.
fn short_history(request: &Request, entries: &[Entry], most: usize) -> Option<Reply> {
    let Request::History(asked) = request else { return None };
    let Some(Reply::Entries(mut page)) = history(request, entries) else { return None };
    if page.entries.len() > most {
        page.more = true;
        let cut = page.entries.len() - most;
        if asked.after.is_some() {
            page.entries.truncate(most);
        } else {
            page.entries.drain(..cut);
        }
    }
    Some(Reply::Entries(page))
}

/// Signs in with one conversation, opens it, and replies with pages of at most this many entries.
fn open(conversation: ConversationSummary, entries: &[Entry], page: usize) -> Driver {
    let is_group = matches!(conversation.kind, papo_shared::model::ConversationKind::Group { .. });
    let mut client = Driver::signed_in(80, 24, vec![conversation]);
    client.keys(if is_group { "3 Enter" } else { "2 Enter" });
    client.answer(|request| short_history(request, entries, page));
    client
}

/// The numbers of the messages on the screen.
fn on_screen(client: &Driver) -> Vec<u64> {
    let screen = client.screen();
    screen.lines().filter_map(|line| line.split_once("linha ")?.1.split_once(';')?.0.parse().ok()).collect()
}

#[track_caller]
fn assert_new_line_before(client: &Driver, number: u64) {
    let screen = client.screen();
    let line = screen.lines().position(|line| line.contains("─ new ─")).unwrap_or_else(|| panic!("no line: {screen}"));
    assert!(screen.lines().nth(line + 1).unwrap().contains(&format!("linha {number};")), "{screen}");
}

/// Pages down to the end, and checks that each unread count on the way equals the messages not on the screen yet.
fn read_on(client: &mut Driver, entries: &[Entry], page: usize) {
    for _ in 0..200 {
        let unread = |seq: &u64| matches!(&entries[usize::try_from(*seq).unwrap() - 1].kind, EntryKind::Message(_));
        let last = *on_screen(client).last().unwrap();
        let left = (last + 1..=entries.len() as u64).filter(unread).count();
        assert_eq!(client.state.unread_total() as usize, left, "{}", client.screen());
        if left == 0 {
            return;
        }
        client.keys("PgDn");
        client.answer(|request| short_history(request, entries, page));
    }
    panic!("the end was not reached: {}", client.screen());
}

#[test]
fn unread_messages_before_many_reactions_are_not_skipped() {
    let entries = [messages(1..=40), reactions(41..=70), messages(71..=71)].concat();
    let mut client = open(group(1, "redes", 71, 10, 31), &entries, 200);
    assert_new_line_before(&client, 11);
    assert_eq!(on_screen(&client)[0], 11, "{}", client.screen());
    assert!(client.state.unread_total() > 10, "only what is on the screen is read");
    read_on(&mut client, &entries, 200);
}

#[test]
fn short_pages_leave_no_gap_before_the_end() {
    let entries = [messages(1..=40), reactions(41..=70), messages(71..=71)].concat();
    for page in [1, 3, 10, 45] {
        let mut client = open(group(1, "redes", 71, 10, 31), &entries, page);
        assert_new_line_before(&client, 11);
        assert_eq!(on_screen(&client)[0], 11, "pages of {page}: {}", client.screen());
        read_on(&mut client, &entries, page);
    }
}

#[test]
fn a_message_after_thousands_of_reactions_is_found() {
    let entries = [messages(1..=10), reactions(11..=3_010), messages(3_011..=3_011)].concat();
    let client = open(group(1, "redes", 3_011, 10, 1), &entries, 200);
    assert_new_line_before(&client, 3_011);
    assert_eq!(client.state.unread_total(), 0, "and read, since it is on the screen");
}

#[test]
fn first_unread_message_after_a_page_of_reactions_has_its_context() {
    let entries = [messages(1..=10), reactions(11..=110), messages(111..=150)].concat();
    let mut client = open(group(1, "redes", 150, 110, 40), &entries, 200);
    assert_new_line_before(&client, 111);
    read_on(&mut client, &entries, 200);
}

#[test]
fn messages_missed_without_a_connection_are_unread_despite_an_earlier_separator() {
    let entries = messages(1..=160);
    let mut client = open(direct(1, "bia", 20, 15, 5), &entries[..20], 200);
    assert_new_line_before(&client, 16);
    assert_eq!(client.state.unread_total(), 0);
    client.happen(Event::Disconnected { reason: DisconnectReason::Closed, retry_in: std::time::Duration::ZERO });
    come_back(&mut client);
    client.catch_up(vec![direct(1, "bia", 160, 20, 140)]);
    client.answer(|request| history(request, &entries));
    assert_new_line_before(&client, 21);
    assert!(client.state.unread_total() > 100, "{}", client.screen());
    read_on(&mut client, &entries, 200);
}

#[test]
fn messages_of_a_flood_without_focus_are_not_skipped() {
    let mut client = chatting_with_bia(&messages(1..=3));
    client.happen(Event::Focused(false));
    let entries = messages(1..=1_500);
    for entry in &entries[3..] {
        client.post(1, entry.clone());
    }
    assert_eq!(client.state.unread_total(), 1_497);
    client.happen(Event::Focused(true));
    client.answer(|request| history(request, &entries));
    assert_new_line_before(&client, 4);
    assert_eq!(on_screen(&client)[0], 4, "{}", client.screen());
    assert!(client.state.unread_total() > 1_470);
}

#[test]
fn jumping_to_the_end_over_a_gap_reads_nothing_until_it_is_repeated() {
    let entries = messages(1..=3_000);
    let mut client = open(direct(1, "bia", 3_000, 1_000, 2_000), &entries, 200);
    client.keys("End");
    client.answer(|request| history(request, &entries));
    assert_eq!(on_screen(&client).last(), Some(&3_000));
    let left = client.state.unread_total();
    assert!(left > 1_950, "{left}: what lies between was not loaded");
    assert!(client.screen().contains(&format!("{left} unread messages above")), "{}", client.screen());
    // Messages that arrive now are added to the count.
    client.post(1, message(3_001, "bia", 1, "linha 3001;"));
    assert_eq!(client.state.unread_total(), left + 1);
    // The key for the first unread message still opens it.
    let entries = messages(1..=3_001);
    client.keys("Alt-u");
    client.answer(|request| history(request, &entries));
    let first = *on_screen(&client).first().unwrap();
    assert!((1_001..1_030).contains(&first), "{}", client.screen());
    client.keys("End");
    client.answer(|request| history(request, &entries));
    client.keys("End");
    assert_eq!(client.state.unread_total(), 0);
    assert_eq!(client.state.open_conversation().unwrap().scroll, Scroll::AtEnd);
}

/// The whole log is loaded by then, so that no gap prevents the cursor from moving.
#[test]
fn scrolling_up_from_the_end_reads_nothing_until_the_first_unread_message_is_visible() {
    let entries = messages(1..=900);
    let mut client = open(direct(1, "bia", 900, 15, 885), &entries, 200);
    client.keys("End");
    client.answer(|request| history(request, &entries));
    let left = client.state.unread_total();
    let first_left = 900 - u64::from(left) + 1;
    for _ in 0..100 {
        client.keys("PgUp");
        client.answer(|request| history(request, &entries));
        let seen = on_screen(&client);
        if seen[0] <= first_left {
            assert_eq!(u64::from(client.state.unread_total()), 900 - seen.last().unwrap(), "{}", client.screen());
            return;
        }
        assert_eq!(client.state.unread_total(), left, "{}", client.screen());
    }
    panic!("the first unread message was not reached: {}", client.screen());
}

#[test]
fn reopening_a_conversation_returns_to_the_first_unread_message() {
    let entries = messages(1..=3_000);
    let mut client = open(direct(1, "bia", 3_000, 1_000, 2_000), &entries, 200);
    client.keys("End");
    client.answer(|request| history(request, &entries));
    client.keys("Esc 2 Enter");
    client.answer(|request| history(request, &entries));
    let first = *on_screen(&client).first().unwrap();
    assert!((1_001..1_030).contains(&first), "{}", client.screen());
}

#[test]
fn the_inbox_shows_earlier_messages_even_across_reactions() {
    let entries = [messages(1..=3), reactions(4..=400), messages(401..=401)].concat();
    let mut client = Driver::signed_in(80, 24, vec![direct(1, "bia", 401, 400, 1)]);
    let item = InboxItem { conversation: ConversationId(1), reason: InboxReason::Direct, entry: entries[400].clone() };
    client.keys("i");
    client.answer(|request| match request {
        Request::ListInbox(_) => Some(Reply::Inbox(Inbox { items: vec![item.clone()], more: false })),
        other => history(other, &entries),
    });
    assert!(client.screen().contains("linha 3;"), "{}", client.screen());
}
