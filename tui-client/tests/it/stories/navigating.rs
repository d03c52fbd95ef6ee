//! Navigation, resizing and quitting.

use std::time::Duration;

use papo::effect::Effect;
use papo::event::{DisconnectReason, Event};
use papo::state::Screen;
use papo::state::navigation::chat::Side;
use papo::update::MAX_DIRECTORY_ENTRIES;
use papo_shared::model::ConversationId;
use papo_shared::protocol::{Event as ServerEvent, Reply, Request, UserPage};
use ratatui::layout::Size;

use crate::driver::{Driver, direct, group, message, person};
use crate::stories::{chatting_with_bia, history};

#[test]
fn the_selection_stays_on_a_person_when_rows_appear_above() {
    let mut client = Driver::signed_in(80, 24, vec![]);
    client.keys("2 Esc");
    client.state.screen = Screen::Chat;
    client.keys("Down Down");
    let selected = client.state.account.chat.open_side().selected.clone();
    let changed = papo_shared::protocol::PresenceChanged { people: vec![person("abel", true)] };
    client.tell(ServerEvent::PresenceChanged(changed));
    assert_eq!(client.state.account.chat.open_side().selected, selected);
    assert!(client.screen().contains("abel"));
}

#[test]
fn many_resizes_and_a_tiny_terminal_do_no_harm() {
    let entries: Vec<_> =
        (1..=80).map(|n| message(n, "bia", n.cast_signed(), "um texto que ocupa mais de uma linha 李小龙 👨‍👩‍👧‍👦")).collect();
    let mut client = chatting_with_bia(&entries);
    client.answer(|request| history(request, &entries));
    client.type_text("rascunho\\");
    for (width, height) in (0..200u16).zip((0..60).cycle()) {
        client.happen(Event::Resized(Size { width, height }));
        client.keys("PgUp Up");
        client.screen();
    }
    client.happen(Event::Resized(Size { width: 8, height: 3 }));
    assert!(client.screen().contains("papo"), "{}", client.screen());
    for key in ["F1", "PgDn", "Esc", "Esc", "1", "Down", "Esc", "4", "Esc"] {
        client.keys(key);
        client.screen();
    }
}

#[test]
fn quitting_with_unsent_messages_needs_a_second_request() {
    let mut client = chatting_with_bia(&[]);
    client.happen(Event::Disconnected { reason: DisconnectReason::Closed, retry_in: Duration::from_millis(4_000) });
    client.type_text("oi");
    client.keys("Enter Ctrl-q");
    assert!(client.screen().contains("not sent yet and will be sent"), "{}", client.screen());
    assert!(!client.effects.contains(&Effect::Quit));
    client.keys("Ctrl-q");
    assert!(client.effects.contains(&Effect::Quit));
    let mut client = chatting_with_bia(&[]);
    client.keys("Ctrl-q");
    assert!(client.effects.contains(&Effect::Quit), "without unsent messages one request is enough");
}

#[test]
fn tab_switches_sides_and_each_side_remembers_its_open_conversation() {
    let mut client = Driver::signed_in(80, 24, vec![direct(1, "bia", 0, 0, 0), group(2, "redes", 0, 0, 0)]);
    client.keys("2 Enter Tab");
    assert!(client.state.open_conversation().is_none());
    client.keys("Enter");
    assert_eq!(client.state.open_conversation().unwrap().id, ConversationId(2));
    client.keys("Tab");
    assert_eq!(client.state.open_conversation().unwrap().id, ConversationId(1));
    client.keys("Tab");
    assert_eq!(client.state.open_conversation().unwrap().id, ConversationId(2));
    client.keys("Esc");
    assert_eq!(client.state.screen, Screen::Menu);
}

/// A client of a server with this many people, whose directory is read in pages.
fn with_directory(people: usize) -> Driver {
    let directory: Vec<_> = (0..people).map(|n| person(&format!("pessoa{n:04}"), false)).collect();
    let mut client = Driver::signed_in(80, 24, vec![]);
    client.tell(ServerEvent::Lagged);
    client.answer(|request| match request {
        Request::ListUsers(asked) if asked.query.is_none() => {
            let rest = directory.iter().filter(|person| asked.after.as_ref().is_none_or(|after| person.username > *after));
            let users: Vec<_> = rest.take(200).cloned().collect();
            let next = users.last().filter(|last| Some(*last) != directory.last()).map(|last| last.username.clone());
            Some(Reply::Users(UserPage { users, next }))
        }
        _ => None,
    });
    client
}

#[test]
fn a_small_directory_is_listed_and_a_large_one_is_searched() {
    let listed = |client: &Driver| client.state.rows(Side::Users).len();
    // The driver's server has four people of its own.
    let mut small = with_directory(MAX_DIRECTORY_ENTRIES - 4);
    assert!(listed(&small) > MAX_DIRECTORY_ENTRIES - 5);
    small.sent();
    small.keys("2");
    small.type_text("zé");
    assert!(small.sent().iter().all(|frame| !matches!(frame.request, Request::ListUsers(_))), "the whole directory is known");

    let mut large = with_directory(MAX_DIRECTORY_ENTRIES * 2);
    assert_eq!(listed(&large), 0, "only people with a conversation are listed, and there are none yet");
    large.keys("2");
    large.type_text("z");
    large.answer(|request| match request {
        Request::ListUsers(asked) if asked.query.as_deref() == Some("z") => {
            Some(Reply::Users(UserPage { users: vec![person("zelia", true)], next: None }))
        }
        _ => None,
    });
    assert!(large.screen().contains("zelia"), "{}", large.screen());
}

/// Regression test: rows cut off below the edge of a small window stayed hidden after it grew.
#[test]
fn an_enlarged_window_is_filled() {
    let entries: Vec<_> = (1..=6).map(|n| message(n, "bia", 0, &format!("linha {n};"))).collect();
    let mut client = Driver::signed_in(80, 9, vec![direct(1, "bia", 6, 0, 6)]);
    client.keys("2 Enter");
    client.answer(|request| history(request, &entries));
    assert!(!client.screen().contains("linha 6;"), "{}", client.screen());
    client.happen(Event::Resized(Size { width: 80, height: 24 }));
    let screen = client.screen();
    assert!((1..=6).all(|n| screen.contains(&format!("linha {n};"))), "{screen}");
    assert_eq!(client.state.unread_total(), 0);
}
