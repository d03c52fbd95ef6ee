//! Messages stay unread until they have been on the screen, whatever other entries the log holds and however it is fetched.

use papo::event::{DisconnectReason, Event};
use papo::state::conversations::conversation::Scroll;
use papo::state::phrase::Phrase;
use papo_shared::model::limits::MAX_UNREAD;
use papo_shared::model::{ConversationId, ConversationSummary, Emoji, Entry, EntryKind, Seq};
use papo_shared::protocol::{Inbox, InboxItem, InboxReason, ReadCursor, Reply, Request};
use ratatui::layout::Size;

use crate::driver::{Driver, direct, entry, group, message};
use crate::stories::{chatting_with_bia, come_back, history};

/// Messages by bia with these sequence numbers.
fn messages(numbers: std::ops::RangeInclusive<u64>) -> Vec<Entry> {
    numbers.map(|n| message(n, "bia", 0, &format!("linha {n};"))).collect()
}

/// For each odd number a reaction to the first message, for each even one its removal.
fn reactions(numbers: std::ops::RangeInclusive<u64>) -> Vec<Entry> {
    let emoji = || Emoji::parse("👍").unwrap();
    let kind = |n| match n % 2 {
        1 => EntryKind::ReactionAdded { target: Seq(1), emoji: emoji() },
        _ => EntryKind::ReactionRemoved { target: Seq(1), emoji: emoji() },
    };
    numbers.map(|n| entry(n, "caio", 0, kind(n))).collect()
}

/// Like [`history`], from a server that returns at most this many entries per page, as it does with long messages.
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

/// Signs in with one conversation and opens it; pages hold at most this many entries.
fn open(conversation: ConversationSummary, entries: &[Entry], page: usize) -> Driver {
    let is_group = matches!(conversation.kind, papo_shared::model::ConversationKind::Group { .. });
    let mut client = Driver::signed_in(80, 24, vec![conversation]);
    client.keys(if is_group { "3 Enter" } else { "2 Enter" });
    client.answer(|request| short_history(request, entries, page));
    client
}

/// The sequence numbers of the messages on the screen.
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

/// Pages down to the end, and checks at each step that the unread messages are those below the screen.
fn read_to_end(client: &mut Driver, entries: &[Entry], page: usize) {
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
    assert!(client.state.unread_total() > 10, "only visible messages are marked as read");
    read_to_end(&mut client, &entries, 200);
}

#[test]
fn short_pages_leave_no_gap_before_the_end() {
    let entries = [messages(1..=40), reactions(41..=70), messages(71..=71)].concat();
    for page in [1, 3, 10, 45] {
        let mut client = open(group(1, "redes", 71, 10, 31), &entries, page);
        assert_new_line_before(&client, 11);
        assert_eq!(on_screen(&client)[0], 11, "pages of {page}: {}", client.screen());
        read_to_end(&mut client, &entries, page);
    }
}

#[test]
fn a_message_after_thousands_of_reactions_is_found() {
    let entries = [messages(1..=10), reactions(11..=3_010), messages(3_011..=3_011)].concat();
    let client = open(group(1, "redes", 3_011, 10, 1), &entries, 200);
    assert_new_line_before(&client, 3_011);
    assert_eq!(client.state.unread_total(), 0, "the visible message is marked as read");
}

#[test]
fn the_server_learns_of_skipped_reactions_even_without_focus() {
    let entries = [messages(1..=10), reactions(11..=3_010), messages(3_011..=3_011)].concat();
    let mut client = Driver::signed_in(80, 24, vec![group(1, "redes", 3_011, 10, 1)]);
    client.keys("3 Enter");
    client.happen(Event::Focused(false));
    client.answer(|request| match request {
        Request::MarkRead(read) => {
            let cursor = ReadCursor {
                conversation: read.conversation,
                read_seq: read.seq,
                last_seq: Seq(3_011),
                unread: u32::from(read.seq < Seq(3_011)),
                mentions: 0,
            };
            Some(Reply::ReadCursor(cursor))
        }
        other => history(other, &entries),
    });
    let open = client.state.open_conversation().unwrap();
    assert!(open.read_seq >= Seq(3_000) && open.unread == 1, "{:?}, {} unread", open.read_seq, open.unread);
    assert_eq!(open.server_read_seq, open.read_seq);
}

#[test]
fn first_unread_message_after_a_page_of_reactions_has_its_context() {
    let entries = [messages(1..=10), reactions(11..=110), messages(111..=150)].concat();
    let mut client = open(group(1, "redes", 150, 110, 40), &entries, 200);
    assert_new_line_before(&client, 111);
    read_to_end(&mut client, &entries, 200);
}

#[test]
fn messages_missed_while_disconnected_are_unread_despite_an_earlier_new_line() {
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
    read_to_end(&mut client, &entries, 200);
}

/// The reader left the conversation in the middle and stays there, so what was missed is only fetched on the way down.
#[test]
fn the_new_line_stands_before_messages_missed_while_reading_further_up() {
    let entries = [messages(1..=61), reactions(62..=481)].concat();
    let mut client = open(direct(1, "bia", 31, 31, 0), &entries[..31], 200);
    client.keys("PgUp");
    client.happen(Event::Disconnected { reason: DisconnectReason::Closed, retry_in: std::time::Duration::ZERO });
    come_back(&mut client);
    client.catch_up(vec![direct(1, "bia", 481, 31, 30)]);
    client.keys("Esc 2 Enter");
    client.answer(|request| history(request, &entries));
    assert!(*on_screen(&client).last().unwrap() < 31, "{}", client.screen());
    assert!(client.screen().contains("30 unread below"), "{}", client.screen());
    while !on_screen(&client).contains(&32) {
        client.keys("PgDn");
        client.answer(|request| history(request, &entries));
    }
    assert_new_line_before(&client, 32);
}

/// In a narrow window the notice takes several rows.
#[test]
fn messages_behind_a_notice_are_unread_until_it_ends() {
    let mut client = Driver::signed_in(30, 9, vec![direct(1, "bia", 3, 3, 0)]);
    client.keys("2 Enter");
    client.answer(|request| history(request, &messages(1..=3)));
    assert_eq!(on_screen(&client), [1, 2, 3]);
    client.state.show_status(Phrase::new("notice-unread-above").count("count", 30));
    client.post(1, message(4, "bia", 0, "linha 4;"));
    assert!(!on_screen(&client).contains(&4), "{}", client.screen());
    assert_eq!(client.state.unread_total(), 1);
    client.wait(10_000);
    assert!(on_screen(&client).contains(&4), "{}", client.screen());
    assert_eq!(client.state.unread_total(), 0);
}

#[test]
fn messages_behind_a_completion_are_unread_until_it_is_closed() {
    let mut client = chatting_with_bia(&messages(1..=3));
    client.type_text("@b");
    client.post(1, message(4, "bia", 0, "linha 4;"));
    assert!(!on_screen(&client).contains(&4), "{}", client.screen());
    assert_eq!(client.state.unread_total(), 1);
    client.keys("Esc");
    assert!(on_screen(&client).contains(&4), "{}", client.screen());
    assert_eq!(client.state.unread_total(), 0);
}

#[test]
fn messages_of_a_flood_without_focus_are_not_skipped() {
    let mut client = chatting_with_bia(&messages(1..=3));
    client.happen(Event::Focused(false));
    let entries = messages(1..=1_500);
    for entry in &entries[3..] {
        client.post(1, entry.clone());
    }
    assert_eq!(client.state.unread_total(), MAX_UNREAD);
    client.happen(Event::Focused(true));
    client.answer(|request| history(request, &entries));
    assert_new_line_before(&client, 4);
    assert_eq!(on_screen(&client)[0], 4, "{}", client.screen());
    assert_eq!(client.state.unread_total(), MAX_UNREAD);
    assert!(client.state.open_conversation().unwrap().read_seq < Seq(30));
}

#[test]
fn end_over_a_gap_reads_nothing_until_it_is_pressed_twice() {
    let entries = messages(1..=1_900);
    let mut client = open(direct(1, "bia", 1_900, 1_000, 900), &entries, 200);
    client.keys("End");
    client.answer(|request| history(request, &entries));
    assert_eq!(on_screen(&client).last(), Some(&1_900));
    let left = client.state.unread_total();
    assert!(left > 850, "{left}: messages in the gap were never loaded");
    assert!(client.screen().contains(&format!("{left} unread messages above")), "{}", client.screen());
    // A new message adds to the count.
    client.post(1, message(1_901, "bia", 1, "linha 1901;"));
    assert_eq!(client.state.unread_total(), left + 1);
    // The key for the first unread message still works.
    let entries = messages(1..=1_901);
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

#[test]
fn end_shows_the_end_even_if_everything_after_the_view_was_missed() {
    let entries = messages(1..=900);
    let mut client = open(direct(1, "bia", 31, 31, 0), &entries[..31], 200);
    client.keys("PgUp");
    client.happen(Event::Disconnected { reason: DisconnectReason::Closed, retry_in: std::time::Duration::ZERO });
    come_back(&mut client);
    client.catch_up(vec![direct(1, "bia", 900, 31, 869)]);
    client.answer(|request| history(request, &entries));
    assert!(*on_screen(&client).last().unwrap() < 31, "{}", client.screen());
    client.keys("End");
    client.answer(|request| history(request, &entries));
    assert_eq!(on_screen(&client).last(), Some(&900), "{}", client.screen());
    assert!(client.state.unread_total() > 800);
    client.keys("Alt-u");
    client.answer(|request| history(request, &entries));
    assert_new_line_before(&client, 32);
}

#[test]
fn end_twice_in_a_window_without_room_reads_nothing() {
    let entries = messages(1..=1_900);
    let mut client = open(direct(1, "bia", 1_900, 1_000, 900), &entries, 200);
    client.keys("End");
    client.answer(|request| history(request, &entries));
    let left = client.state.unread_total();
    client.happen(Event::Resized(Size { width: 20, height: 5 }));
    client.keys("End End");
    assert_eq!(client.state.unread_total(), left);
}

/// The whole log is held at that point, so that no gap keeps the cursor from moving.
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
fn reopening_a_conversation_scrolls_to_the_first_unread_message() {
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
fn the_inbox_shows_the_messages_before_an_item_across_reactions() {
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
