//! Profiles and the away state.

use std::time::Duration;

use papo::event::{DisconnectReason, Event};
use papo::state::account::away::AWAY_AFTER_MS;
use papo_shared::model::limits::{MAX_DISPLAY_NAME_CHARS, MAX_STATUS_CHARS};
use papo_shared::model::{Person, StatusText};
use papo_shared::protocol::{Event as ServerEvent, PresenceChanged, Reply, Request, SetAway, SetProfile};

use crate::driver::{Driver, person};
use crate::stories::members::{nothing_was_asked, only_request, run};
use crate::stories::{chatting_with_bia, come_back};

fn take_away_requests(client: &mut Driver) -> Vec<bool> {
    let sent = client.sent().into_iter();
    sent.filter_map(|frame| if let Request::SetAway(SetAway { away }) = frame.request { Some(away) } else { None }).collect()
}

fn set_status(status: &str) -> Request {
    Request::SetProfile(SetProfile { display_name: None, status: Some(status.to_owned()) })
}

fn bia(away: bool, status: &str) -> Person {
    Person { away, status: StatusText::parse(status).unwrap(), ..person("bia", true) }
}

/// Whether the first line shows the user as away.
fn is_shown_as_away(client: &Driver) -> bool {
    client.screen().lines().next().unwrap().contains("◐ away")
}

#[test]
fn the_away_state_and_status_of_others_are_shown() {
    let mut client = chatting_with_bia(&[]);
    client.tell(ServerEvent::PresenceChanged(PresenceChanged { people: vec![bia(true, "no almoço")] }));
    let screen = client.screen();
    assert!(screen.contains("│ ◐ bia · away · no almoço"), "{screen}");
    assert!(screen.lines().any(|line| line.starts_with("▸◐ bia")), "{screen}");
    client.keys("Ctrl-k");
    assert!(client.screen().contains("◐ bia  · no almoço"), "{}", client.screen());
    client.tell(ServerEvent::PresenceChanged(PresenceChanged { people: vec![bia(false, "")] }));
    client.keys("Esc");
    assert!(client.screen().contains("│ ● bia · online"), "{}", client.screen());
}

#[test]
fn the_user_is_away_after_ten_minutes_without_input() {
    let mut client = chatting_with_bia(&[]);
    client.sent();
    client.wait(AWAY_AFTER_MS - 1);
    assert!(take_away_requests(&mut client).is_empty());
    client.wait(1);
    assert_eq!(take_away_requests(&mut client), [true]);
    assert!(is_shown_as_away(&client), "{}", client.screen());
    client.wait(AWAY_AFTER_MS);
    assert!(take_away_requests(&mut client).is_empty(), "the away state is sent once");
    client.keys("Left");
    assert_eq!(take_away_requests(&mut client), [false]);
    assert!(!is_shown_as_away(&client));

    client.wait(AWAY_AFTER_MS);
    client.happen(Event::Focused(false));
    assert_eq!(take_away_requests(&mut client), [true]);
    client.happen(Event::Focused(true));
    assert_eq!(take_away_requests(&mut client), [false], "focusing the terminal counts as activity");
}

#[test]
fn the_away_command_holds_until_the_back_command() {
    let mut client = chatting_with_bia(&[]);
    client.sent();
    run(&mut client, "/away");
    assert_eq!(take_away_requests(&mut client), [true]);
    client.keys("Left Right");
    assert!(take_away_requests(&mut client).is_empty(), "keys do not end an away state set by command");

    // The server knows nothing of the away state on a new connection.
    client.happen(Event::Disconnected { reason: DisconnectReason::Closed, retry_in: Duration::ZERO });
    client.sent();
    come_back(&mut client);
    assert_eq!(take_away_requests(&mut client), [true]);
    client.catch_up(vec![]);
    client.keys("Esc Ctrl-k");
    client.type_text("be back");
    client.keys("Enter");
    assert_eq!(take_away_requests(&mut client), [false]);
    assert!(client.screen().contains("You are back."), "{}", client.screen());
}

#[test]
fn the_reason_for_being_away_is_the_status_until_the_back_command() {
    let mut client = chatting_with_bia(&[]);
    client.sent();
    run(&mut client, "/status escrevendo");
    client.answer(|request| (*request == set_status("escrevendo")).then_some(Reply::Done));
    assert!(client.screen().contains("This is how others see you now."), "{}", client.screen());
    run(&mut client, "/away no almoço");
    client.answer(|request| (*request == set_status("no almoço")).then_some(Reply::Done));
    assert_eq!(take_away_requests(&mut client), [true]);
    run(&mut client, "/away no dentista");
    client.answer(|request| (*request == set_status("no dentista")).then_some(Reply::Done));
    client.sent();
    run(&mut client, "/back");
    client.answer(|request| (*request == set_status("escrevendo")).then_some(Reply::Done));
    assert_eq!(take_away_requests(&mut client), [false]);

    run(&mut client, "/away no almoço");
    client.answer(|request| matches!(request, Request::SetProfile(_)).then_some(Reply::Done));
    run(&mut client, "/status quase voltando");
    client.answer(|request| matches!(request, Request::SetProfile(_)).then_some(Reply::Done));
    client.sent();
    run(&mut client, "/back");
    assert_eq!(only_request(&mut client), Request::SetAway(SetAway { away: false }), "a status chosen while away stays");
}

#[test]
fn the_profile_is_changed_in_a_form() {
    let mut client = Driver::signed_in(80, 24, vec![]);
    client.sent();
    client.keys("p");
    client.type_text(" Souza");
    client.keys("Tab");
    client.type_text("na biblioteca");
    client.keys("Enter");
    let asked = SetProfile { display_name: Some("ana Souza".to_owned()), status: Some("na biblioteca".to_owned()) };
    client.answer(|request| (*request == Request::SetProfile(asked.clone())).then_some(Reply::Done));
    let screen = client.screen();
    assert!(client.state.overlay.is_none() && screen.starts_with(" papo · ana Souza"), "{screen}");
    client.keys("p Tab");
    client.keys(&["Backspace"; 20].join(" "));
    client.keys("Enter");
    let cleared = SetProfile { display_name: Some("ana Souza".to_owned()), status: Some(String::new()) };
    assert_eq!(only_request(&mut client), Request::SetProfile(cleared));
}

#[test]
fn a_name_or_status_that_is_too_long_stays_in_the_composer() {
    for (command, max, notice) in [
        ("/name", MAX_DISPLAY_NAME_CHARS, "At most 48 characters."),
        ("/status", MAX_STATUS_CHARS, "A status can have at most 80"),
    ] {
        let mut client = chatting_with_bia(&[]);
        client.sent();
        run(&mut client, &format!("{command} {}", "é".repeat(max)));
        assert!(matches!(only_request(&mut client), Request::SetProfile(_)));
        run(&mut client, &format!("{command} {}", "é".repeat(max + 1)));
        nothing_was_asked(&mut client);
        let screen = client.screen();
        assert!(screen.contains(notice) && screen.contains(command), "{screen}");
    }
}
