//! Searching as one types, going to what was found, and coming back.

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

/// What was said with bia: a thousand lines, and three with a cake in them.
fn with_bia() -> Vec<Entry> {
    let text = |n: u64| match n {
        40 => "o bolo do João é o melhor".to_owned(),
        500 => "quem traz o bolo?".to_owned(),
        _ => format!("linha {n};"),
    };
    (1..=1_500).map(|n| message(n, "bia", 0, &text(n))).collect()
}

fn in_redes() -> Vec<Entry> {
    (1..=30).map(|n| message(n, "caio", 1, &if n == 7 { "Bolo na reunião".to_owned() } else { format!("item {n};") })).collect()
}

/// Somebody who looks at the end of the conversation with bia.
fn looking_at_bia(width: u16, height: u16) -> Driver {
    let mut client = Driver::signed_in(width, height, vec![direct(1, "bia", 1_500, 1_500, 0), group(2, "redes", 30, 30, 0)]);
    client.keys("2 Enter");
    serve(&mut client);
    client
}

/// The server answers everything that is asked for.
fn serve(client: &mut Driver) {
    client.answer(|request| match request {
        Request::SearchMessages(ask) => Some(found(ask)),
        Request::History(ask) if ask.conversation == BIA => history(request, &with_bia()),
        Request::History(_) => history(request, &in_redes()),
        _ => None,
    });
}

fn found(ask: &SearchMessages) -> Reply {
    let query = Query::parse(&ask.query, 0).unwrap();
    let all =
        in_redes().into_iter().map(|entry| (REDES, entry)).rev().chain(with_bia().into_iter().map(|entry| (BIA, entry)).rev());
    let is_found = |(id, entry): &(ConversationId, Entry)| {
        let EntryKind::Message(said) = &entry.kind else { return false };
        ask.conversation.is_none_or(|only| only == *id) && query.matches_text(said.text.as_str())
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
    let mut client = looking_at_bia(width, height);
    client.keys("Ctrl-f Tab");
    client.type_text("bolo");
    serve(&mut client);
    client.keys("Down");
    client
}

pub(crate) fn nothing_found(width: u16, height: u16) -> Driver {
    let mut client = looking_at_bia(width, height);
    client.keys("Ctrl-f");
    client.type_text("girafa");
    serve(&mut client);
    client
}

pub(crate) fn gone_to(width: u16, height: u16) -> Driver {
    let mut client = searching(width, height);
    client.keys("Enter");
    serve(&mut client);
    client
}

#[test]
fn one_searches_this_conversation_and_then_all() {
    let mut client = looking_at_bia(80, 24);
    client.keys("Ctrl-f");
    client.type_text("bolo");
    serve(&mut client);
    let screen = client.screen();
    assert!(screen.contains("Search bia") && screen.contains("2 messages"), "{screen}");
    assert!(screen.find("quem traz").unwrap() < screen.find("o bolo do João").unwrap(), "the newest first: {screen}");
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
fn one_search_is_on_its_way_and_the_newest_query_wins() {
    let mut client = looking_at_bia(80, 24);
    client.keys("Ctrl-f");
    client.type_text("bo");
    let first = client.sent();
    assert_eq!(first.len(), 1, "what is typed while one is on its way waits");
    client.type_text("lo do");
    assert_eq!(searches(&mut client).len(), 0);
    // The answer to what was typed first is not shown, and what is typed now is asked for.
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
fn one_goes_to_what_was_found_and_comes_back_to_where_one_was() {
    let mut client = looking_at_bia(80, 24);
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
        assert!(screen.contains(around), "{around} is around it: {screen}");
    }
    assert!(screen.contains("Esc back"), "the last line tells the way back: {screen}");
    client.keys("Esc");
    serve(&mut client);
    assert_eq!(client.screen(), before);
    client.keys("Esc");
    assert!(client.screen().contains("Create a group"), "and from there it leads where it always did");
}

#[test]
fn the_way_back_leads_over_conversations_and_screens() {
    let mut client = looking_at_bia(80, 24);
    let before = client.screen();
    client.keys("Ctrl-f Tab");
    client.type_text("bolo");
    serve(&mut client);
    client.keys("Enter");
    serve(&mut client);
    let screen = client.screen();
    assert!(screen.contains("Bolo na reunião") && screen.contains("item 8;"), "{screen}");
    // From one hit to the next: the search stands as it was left.
    client.keys("Ctrl-f Tab");
    serve(&mut client);
    assert!(client.screen().contains("3 messages"), "{}", client.screen());
    client.keys("Down Enter");
    serve(&mut client);
    assert!(client.screen().contains("quem traz o bolo?") && client.screen().contains("linha 501;"), "{}", client.screen());
    client.keys("Esc");
    serve(&mut client);
    assert_eq!(client.screen(), before);
    assert_eq!(client.state.account.conversations[&REDES].scroll, Scroll::AtEnd, "and the group stands where it stood");

    client.keys("Esc Ctrl-f");
    serve(&mut client);
    client.keys("Enter");
    serve(&mut client);
    assert!(client.screen().contains("Bolo na reunião"), "from the menu one searches all: {}", client.screen());
    client.keys("Esc");
    assert!(client.screen().contains("Create a group"));
}

#[test]
fn who_goes_on_from_what_was_found_is_led_back_no_more() {
    let mut client = gone_to(80, 24);
    client.type_text("sim");
    client.keys("Esc");
    assert!(client.screen().contains("Create a group"), "{}", client.screen());
    client.keys("2 Enter Up Esc");
    assert!(client.screen().contains("Create a group"), "{}", client.screen());
}

#[test]
fn a_page_that_is_short_leads_on_and_so_does_the_selection() {
    let mut client = looking_at_bia(80, 24);
    client.keys("Ctrl-f");
    client.type_text("linha");
    // The server looked at a lot and found nothing yet.
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
    assert!(numbers.windows(2).all(|pair| pair[0] > pair[1]), "each once, and in order");
}

#[test]
fn each_way_of_finding_nothing_has_its_words() {
    let mut client = looking_at_bia(80, 24);
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
    assert_eq!(searches(&mut client).len(), 0, "what cannot be searched for is not asked for");
    client.keys("Backspace");
    client.type_text("2026");
    client.answer(|request| match request {
        Request::SearchMessages(_) => Some(Reply::Refused(Refusal::TooFast { retry_after_ms: 3_000 })),
        _ => None,
    });
    assert!(client.screen().contains("Try again in 3 s"), "{}", client.screen());
    client.type_text("-11");
    assert_eq!(searches(&mut client).len(), 0, "it waits as long as the server said");
    client.wait(3_000);
    assert_eq!(searches(&mut client).len(), 1);
}

#[test]
fn without_a_connection_it_says_so_and_searches_when_there_is_one() {
    let mut client = looking_at_bia(80, 24);
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
fn the_command_searches_at_once() {
    let mut client = looking_at_bia(80, 24);
    client.type_text("/search bolo");
    client.keys("Enter");
    serve(&mut client);
    assert!(client.screen().contains("2 messages"), "{}", client.screen());
    client.keys("Esc");
    assert!(client.state.open_conversation().unwrap().composer.is_empty());
}

#[test]
fn nothing_is_read_by_searching() {
    let mut client = Driver::signed_in(80, 24, vec![direct(1, "bia", 1_500, 20, 1_480)]);
    client.keys("Ctrl-f");
    client.type_text("melhor");
    serve(&mut client);
    assert_eq!(client.state.unread_total(), 1_480);
    client.keys("Enter");
    serve(&mut client);
    assert!(client.state.account.conversations[&BIA].read_seq < Seq(60), "only what was on the screen");
}
