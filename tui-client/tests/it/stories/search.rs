//! Search as the user types, jumping to hits, and going back.

use std::time::Duration;

use papo::event::{DisconnectReason, Event};
use papo::state::Overlay;
use papo::state::conversations::conversation::Scroll;
use papo_shared::model::search::Query;
use papo_shared::model::{ConversationId, Entry, EntryKind, Seq};
use papo_shared::protocol::{Refusal, Reply, Request, SearchHit, SearchHits, SearchMessages};

use crate::driver::{Driver, direct, group, message};
use crate::stories::history;

const BIA: ConversationId = ConversationId(1);
const REDES: ConversationId = ConversationId(2);

/// The log of the conversation with bia: 1,500 messages, two of which mention a cake.
fn bia_entries() -> Vec<Entry> {
    let text = |n: u64| match n {
        40 => "o bolo do João é o melhor".to_owned(),
        500 => "quem traz o bolo?".to_owned(),
        _ => format!("linha {n};"),
    };
    (1..=1_500).map(|n| message(n, "bia", 0, &text(n))).collect()
}

fn redes_entries() -> Vec<Entry> {
    (1..=30).map(|n| message(n, "caio", 1, &if n == 7 { "Bolo na reunião".to_owned() } else { format!("item {n};") })).collect()
}

/// A client at the end of the conversation with bia.
fn at_end_of_bia(width: u16, height: u16) -> Driver {
    let mut client = Driver::signed_in(width, height, vec![direct(1, "bia", 1_500, 1_500, 0), group(2, "redes", 30, 30, 0)]);
    client.keys("2 Enter");
    serve(&mut client);
    client
}

/// Answers all search and history requests.
fn serve(client: &mut Driver) {
    client.answer(|request| match request {
        Request::SearchMessages(ask) => Some(found(ask)),
        Request::History(ask) if ask.conversation == BIA => history(request, &bia_entries()),
        Request::History(_) => history(request, &redes_entries()),
        _ => None,
    });
}

fn found(ask: &SearchMessages) -> Reply {
    let query = Query::parse(&ask.query, 0).unwrap();
    let all = redes_entries()
        .into_iter()
        .map(|entry| (REDES, entry))
        .rev()
        .chain(bia_entries().into_iter().map(|entry| (BIA, entry)).rev());
    let is_found = |(id, entry): &(ConversationId, Entry)| {
        let EntryKind::Message(message) = &entry.kind else { return false };
        ask.conversation.is_none_or(|only| only == *id) && query.matches_text(message.text.as_str())
    };
    let before = ask.before.map_or(0, |before| before as usize);
    let hits: Vec<_> = all.filter(is_found).map(|(conversation, entry)| SearchHit { conversation, entry }).collect();
    let page: Vec<_> = hits.iter().skip(before).take(50).cloned().collect();
    let next = (before + page.len() < hits.len()).then_some((before + page.len()) as u64);
    Reply::SearchHits(SearchHits { hits: page, next })
}

fn searches(client: &mut Driver) -> Vec<SearchMessages> {
    let asked = client.sent().into_iter().filter_map(|frame| match frame.request {
        Request::SearchMessages(ask) => Some(ask),
        _ => None,
    });
    asked.collect()
}

pub(crate) fn searching(width: u16, height: u16) -> Driver {
    let mut client = at_end_of_bia(width, height);
    client.keys("Ctrl-f Tab");
    client.type_text("bolo");
    serve(&mut client);
    client.keys("Down");
    client
}

pub(crate) fn nothing_found(width: u16, height: u16) -> Driver {
    let mut client = at_end_of_bia(width, height);
    client.keys("Ctrl-f");
    client.type_text("girafa");
    serve(&mut client);
    client
}

pub(crate) fn at_found_message(width: u16, height: u16) -> Driver {
    let mut client = searching(width, height);
    client.keys("Enter");
    serve(&mut client);
    client
}

#[test]
fn search_covers_the_open_conversation_and_then_all() {
    let mut client = at_end_of_bia(80, 24);
    client.keys("Ctrl-f");
    client.type_text("bolo");
    serve(&mut client);
    let screen = client.screen();
    assert!(screen.contains("Search bia") && screen.contains("2 messages"), "{screen}");
    assert!(screen.find("quem traz").unwrap() < screen.find("o bolo do João").unwrap(), "newest hits come first: {screen}");
    client.keys("Tab");
    serve(&mut client);
    let screen = client.screen();
    assert!(screen.contains("Search all conversations") && screen.contains("3 messages"), "{screen}");
    assert!(screen.contains("#redes · caio") && screen.contains("Bolo na reunião"), "{screen}");
    client.keys("Ctrl-f");
    serve(&mut client);
    assert!(client.screen().contains("2 messages"), "{}", client.screen());
}

#[test]
fn one_search_is_pending_at_a_time_and_the_newest_query_wins() {
    let mut client = at_end_of_bia(80, 24);
    client.keys("Ctrl-f");
    client.type_text("bo");
    let first = client.sent();
    assert_eq!(first.len(), 1, "text typed during a search is not sent at once");
    client.type_text("lo do");
    assert_eq!(searches(&mut client).len(), 0);
    // A reply to the old query is not shown, and the current query is searched for.
    let Request::SearchMessages(ask) = &first[0].request else { panic!() };
    let reply = papo_shared::protocol::ReplyFrame {
        id: first[0].id,
        reply: found(&SearchMessages { query: "linha".into(), ..ask.clone() }),
    };
    client.happen(Event::Received(papo_shared::protocol::ServerFrame::Reply(reply)));
    assert!(!client.screen().contains("linha 1"), "{}", client.screen().split("Search").nth(1).unwrap());
    let asked = searches(&mut client);
    assert_eq!((asked.len(), asked[0].query.as_str(), asked[0].conversation), (1, "bolo do", Some(BIA)));
}

#[test]
fn enter_jumps_to_a_hit_and_esc_returns_to_the_position_before() {
    let mut client = at_end_of_bia(80, 24);
    client.keys("PgUp PgUp PgUp");
    serve(&mut client);
    let before = client.screen();
    client.keys("Ctrl-f");
    client.type_text("melhor");
    serve(&mut client);
    client.keys("Enter");
    serve(&mut client);
    let screen = client.screen();
    for around in ["linha 38;", "linha 39;", "o bolo do João é o melhor", "linha 41;", "linha 42;"] {
        assert!(screen.contains(around), "{around} is missing around the hit: {screen}");
    }
    assert!(screen.contains("Esc back"), "the hints name the key that goes back: {screen}");
    client.keys("Esc");
    serve(&mut client);
    assert_eq!(client.screen(), before);
    client.keys("Esc");
    assert!(client.screen().contains("Create a group"), "a second Esc opens the menu as usual");
}

#[test]
fn going_back_crosses_conversations_and_screens() {
    let mut client = at_end_of_bia(80, 24);
    let before = client.screen();
    client.keys("Ctrl-f Tab");
    client.type_text("bolo");
    serve(&mut client);
    client.keys("Enter");
    serve(&mut client);
    let screen = client.screen();
    assert!(screen.contains("Bolo na reunião") && screen.contains("item 8;"), "{screen}");
    // The search reopens as it was left, at the next hit.
    client.keys("Ctrl-f Tab");
    serve(&mut client);
    assert!(client.screen().contains("3 messages"), "{}", client.screen());
    client.keys("Down Enter");
    serve(&mut client);
    assert!(client.screen().contains("quem traz o bolo?") && client.screen().contains("linha 501;"), "{}", client.screen());
    client.keys("Esc");
    serve(&mut client);
    assert_eq!(client.screen(), before);
    assert_eq!(client.state.account.conversations[&REDES].scroll, Scroll::AtEnd, "the scroll position of the group is restored");

    client.keys("Esc Ctrl-f");
    serve(&mut client);
    client.keys("Enter");
    serve(&mut client);
    assert!(client.screen().contains("Bolo na reunião"), "a search from the menu covers all conversations: {}", client.screen());
    client.keys("Esc");
    assert!(client.screen().contains("Create a group"));
}

#[test]
fn typing_or_navigating_after_a_jump_ends_the_way_back() {
    let mut client = at_found_message(80, 24);
    client.type_text("sim");
    client.keys("Esc");
    assert!(client.screen().contains("Create a group"), "{}", client.screen());
    client.keys("2 Enter Up Esc");
    assert!(client.screen().contains("Create a group"), "{}", client.screen());
}

#[test]
fn an_empty_page_and_a_low_selection_fetch_more_hits() {
    let mut client = at_end_of_bia(80, 24);
    client.keys("Ctrl-f");
    client.type_text("linha");
    // The first page has no hits, because the server limits how much it scans per request.
    client.answer(|request| match request {
        Request::SearchMessages(ask) if ask.before.is_none() => {
            Some(Reply::SearchHits(SearchHits { hits: vec![], next: Some(0) }))
        }
        Request::SearchMessages(ask) => Some(found(ask)),
        _ => None,
    });
    assert!(client.screen().contains("the newest 50 messages; there may be more"), "{}", client.screen());
    client.keys("PgDn PgDn PgDn PgDn PgDn");
    serve(&mut client);
    let Some(Overlay::Search(search)) = &client.state.overlay else { panic!() };
    assert!(search.hits.len() >= 100, "{}", search.hits.len());
    let numbers: Vec<Seq> = search.hits.iter().map(|hit| hit.entry.seq).collect();
    assert!(numbers.windows(2).all(|pair| pair[0] > pair[1]), "hits must be unique and newest first");
}

#[test]
fn each_reason_for_finding_nothing_has_its_own_text() {
    let mut client = at_end_of_bia(80, 24);
    client.keys("Ctrl-f");
    assert!(client.screen().contains("words to search for") && client.screen().contains("has:link"), "{}", client.screen());
    client.type_text("girafa");
    assert!(client.screen().contains("searching"), "{}", client.screen());
    serve(&mut client);
    assert!(client.screen().contains("Nothing found"), "{}", client.screen());
    client.type_text(" before:");
    serve(&mut client);
    client.type_text("x");
    assert!(client.screen().contains("Write a day as 2026-11-01"), "{}", client.screen());
    assert_eq!(searches(&mut client).len(), 0, "an invalid query is not sent");
    client.keys("Backspace");
    client.type_text("2026");
    client.answer(|request| match request {
        Request::SearchMessages(_) => Some(Reply::Refused(Refusal::TooFast { retry_after_ms: 3_000 })),
        _ => None,
    });
    assert!(client.screen().contains("Try again in 3 s"), "{}", client.screen());
    client.type_text("-11");
    assert_eq!(searches(&mut client).len(), 0, "the search waits as long as the server named");
    client.wait(3_000);
    assert_eq!(searches(&mut client).len(), 1);
}

#[test]
fn a_search_without_a_connection_says_so_and_runs_after_reconnecting() {
    let mut client = at_end_of_bia(80, 24);
    client.happen(Event::Disconnected { reason: DisconnectReason::Closed, retry_in: Duration::from_millis(4_000) });
    client.keys("Ctrl-f");
    client.type_text("bolo");
    assert!(client.screen().contains("Not connected."), "{}", client.screen());
    assert_eq!(searches(&mut client).len(), 0);
    client.connect();
    client.answer(|request| match request {
        Request::SignInWithToken(_) => {
            let you = crate::driver::person("ana", true);
            Some(Reply::SignedIn(papo_shared::protocol::SignedIn { you, token: "token".into() }))
        }
        _ => None,
    });
    serve(&mut client);
    assert!(client.screen().contains("2 messages"), "{}", client.screen());
}

#[test]
fn the_search_command_searches_at_once() {
    let mut client = at_end_of_bia(80, 24);
    client.type_text("/search bolo");
    client.keys("Enter");
    serve(&mut client);
    assert!(client.screen().contains("2 messages"), "{}", client.screen());
    client.keys("Esc");
    assert!(client.state.open_conversation().unwrap().composer.is_empty());
}

#[test]
fn searching_marks_nothing_as_read() {
    let mut client = Driver::signed_in(80, 24, vec![direct(1, "bia", 1_500, 20, 1_480)]);
    client.keys("Ctrl-f");
    client.type_text("melhor");
    serve(&mut client);
    assert_eq!(client.state.unread_total(), 1_480);
    client.keys("Enter");
    serve(&mut client);
    assert!(client.state.account.conversations[&BIA].read_seq < Seq(60), "only visible messages are marked as read");
}
