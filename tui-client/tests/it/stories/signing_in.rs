//! At the door, and through it again.

use std::time::Duration;

use papo::device_token::{DeviceToken, KeptIn};
use papo::effect::Effect;
use papo::event::{Event, Lost};
use papo::state::Screen;
use papo_shared::protocol::{Event as ServerEvent, Goodbye, GoodbyeReason, Refusal, Reply, Request, SignedIn};

use crate::driver::{Driver, direct, message, person};
use crate::stories::chatting_with_bia;

#[test]
fn a_server_that_is_away_is_said_on_the_sign_in_screen_and_what_was_typed_stays() {
    let mut client = Driver::start(80, 24);
    let why = Lost::Unreachable("connection refused".to_owned());
    client.happen(Event::Disconnected { why, retry_in: Duration::from_millis(2_000) });
    client.type_text("ana");
    client.keys("Tab");
    client.type_text("um cavalo come");
    client.keys("Enter");
    let screen = client.screen();
    assert!(screen.contains("ana") && screen.contains("••••••••••••••"), "{screen}");
    assert!(screen.contains("connection refused") && screen.contains("Not connected to the server."), "{screen}");
    assert!(client.effects.contains(&Effect::Reconnect));
    assert_eq!(client.sent(), []);
}

#[test]
fn wrong_words_at_the_door_are_said_beside_the_field() {
    let mut client = Driver::start(80, 24);
    client.connect();
    client.type_text("ana");
    client.keys("Tab");
    client.type_text("errada123");
    client.keys("Enter");
    client.answer(|request| matches!(request, Request::SignIn(_)).then_some(Reply::Refused(Refusal::WrongCredentials)));
    assert!(client.screen().contains("Password: Wrong name or password."), "{}", client.screen());
    client.keys("F2");
    client.type_text("x");
    client.keys("Enter");
    assert!(
        client.screen().contains("Once more: This is needed.") || client.screen().contains("▸ Register"),
        "{}",
        client.screen()
    );
}

#[test]
fn registering_checks_what_it_can_before_asking() {
    let mut client = Driver::start(80, 24);
    client.connect();
    client.keys("Right");
    client.type_text("ana");
    client.keys("Enter");
    client.type_text("password");
    assert!(client.screen().contains("guessed at once"), "{}", client.screen());
    client.keys("Enter");
    client.type_text("password");
    client.keys("Enter");
    assert!(client.screen().contains("Too easy to guess."), "{}", client.screen());
    assert_eq!(client.sent(), []);
}

#[test]
fn a_device_that_was_signed_out_asks_again_and_loses_nothing_written() {
    let mut client = chatting_with_bia(&[message(1, "bia", 0, "oi")]);
    client.type_text("rascunho");
    client.happen(Event::Disconnected { why: Lost::Closed, retry_in: Duration::ZERO });
    client.sent();
    client.connect();
    client.answer(|request| matches!(request, Request::SignInWithToken(_)).then_some(Reply::Refused(Refusal::TokenUnknown)));
    assert_eq!(client.state.screen, Screen::SignIn);
    assert!(client.screen().contains("You are signed out on this device."), "{}", client.screen());
    client.type_text("um cavalo come");
    client.keys("Enter");
    client.answer(|request| {
        let again = SignedIn { you: person("ana", true), token: "token".into() };
        matches!(request, Request::SignIn(_)).then_some(Reply::SignedIn(again))
    });
    client.catch_up(vec![direct(1, "bia", 1, 1, 0)]);
    client.keys("2");
    client.type_text("bia");
    client.keys("Enter");
    assert_eq!(client.state.open_conversation().unwrap().composer.text(), "rascunho");
}

#[test]
fn who_is_suspended_is_told_and_is_not_signed_in_again_and_again() {
    let mut client = chatting_with_bia(&[]);
    let goodbye = Goodbye { reason: GoodbyeReason::Suspended, come_back_ms: None };
    client.tell(ServerEvent::Goodbye(goodbye));
    assert_eq!(client.state.screen, Screen::SignIn);
    assert!(client.screen().contains("This account is suspended."), "{}", client.screen());

    let mut client = chatting_with_bia(&[]);
    client.happen(Event::Disconnected { why: Lost::Closed, retry_in: Duration::ZERO });
    client.sent();
    client.connect();
    client.answer(|request| matches!(request, Request::SignInWithToken(_)).then_some(Reply::Refused(Refusal::AccountSuspended)));
    assert_eq!(client.state.screen, Screen::SignIn);
    assert!(client.screen().contains("This account is suspended."), "{}", client.screen());
    client.wait(60_000);
    assert_eq!(client.sent(), []);
}

#[test]
fn somebody_else_at_the_same_terminal_sees_nothing_of_the_first() {
    let mut client = chatting_with_bia(&[message(1, "bia", 0, "segredo")]);
    client.type_text("/signout");
    client.keys("Enter");
    client.answer(|request| matches!(request, Request::SignOut).then_some(Reply::Done));
    assert_eq!(client.state.screen, Screen::SignIn);
    client.happen(Event::Disconnected { why: Lost::Closed, retry_in: Duration::ZERO });
    client.connect();
    client.type_text("outra senha boa");
    client.keys("Enter");
    client.answer(|request| {
        let other = SignedIn { you: person("duda", true), token: "token".into() };
        matches!(request, Request::SignIn(_)).then_some(Reply::SignedIn(other))
    });
    client.catch_up(vec![]);
    assert!(client.state.conversations.is_empty());
}

#[test]
fn a_busy_server_is_asked_to_sign_us_in_again_later_and_not_at_once() {
    let mut client = chatting_with_bia(&[]);
    client.happen(Event::Disconnected { why: Lost::Closed, retry_in: Duration::ZERO });
    client.sent();
    client.connect();
    client.answer(|request| {
        matches!(request, Request::SignInWithToken(_)).then_some(Reply::Refused(Refusal::Busy { retry_after_ms: 900 }))
    });
    client.wait(899);
    assert_eq!(client.sent(), []);
    assert!(!client.effects.contains(&Effect::Reconnect));
    client.wait(1);
    assert!(matches!(client.sent()[0].request, Request::SignInWithToken(_)));
}

#[test]
fn who_is_quicker_than_the_connection_need_not_press_enter_again() {
    let mut client = Driver::start(80, 24);
    client.type_text("ana");
    client.keys("Tab");
    client.type_text("um cavalo come");
    client.keys("Enter");
    assert_eq!(client.sent(), []);
    client.connect();
    assert!(client.sent().iter().any(|frame| matches!(frame.request, Request::SignIn(_))));
}

#[test]
fn who_does_not_stay_signed_in_leaves_no_token_behind() {
    let signs_out = |client: &mut Driver| client.sent().iter().any(|frame| frame.request == Request::SignOut);
    let mut client = chatting_with_bia(&[]);
    client.keys("Ctrl-q");
    assert!(signs_out(&mut client) && client.effects.contains(&Effect::Quit));
    let mut client = chatting_with_bia(&[]);
    client.state.stays_signed_in = true;
    client.keys("Ctrl-q");
    assert!(!signs_out(&mut client) && client.effects.contains(&Effect::Quit));
}

#[test]
fn signing_out_forgets_what_was_kept_for_oneself_and_nobody_elses() {
    let forgets = |stays: bool| {
        let mut client = chatting_with_bia(&[]);
        client.state.stays_signed_in = stays;
        client.type_text("/signout");
        client.keys("Enter");
        client.answer(|request| matches!(request, Request::SignOut).then_some(Reply::Done));
        client.effects.contains(&Effect::StaySignedIn(None))
    };
    assert!(forgets(true));
    assert!(!forgets(false), "somebody else stays signed in on this machine");
}

#[test]
fn a_sign_in_that_was_kept_signs_in_as_soon_as_it_is_found() {
    let found = || Event::SignInFound(DeviceToken("token".to_owned()), KeptIn::Keyring);
    let asks = |client: &mut Driver| client.sent().iter().any(|frame| matches!(frame.request, Request::SignInWithToken(_)));

    let mut client = Driver::start(80, 24);
    client.happen(found());
    client.connect();
    assert!(asks(&mut client), "found before there is a connection");

    let mut client = Driver::start(80, 24);
    client.connect();
    client.happen(found());
    assert!(asks(&mut client), "found after it");

    let mut client = Driver::signed_in(80, 24, vec![]);
    client.happen(found());
    assert!(!asks(&mut client), "who signed in by hand meanwhile is not asked to again");
}

#[test]
fn where_the_sign_in_is_kept_is_said_and_that_it_is_not_as_well() {
    let mut client = Driver::signed_in(120, 24, vec![]);
    client.happen(Event::SignInKept(KeptIn::Keyring));
    assert!(client.screen().contains("Your sign-in is kept in the system's keyring."), "{}", client.screen());
    client.happen(Event::SignInKept(KeptIn::File("/home/ana/sign_ins".into())));
    assert!(client.screen().contains("kept in /home/ana/sign_ins, which only you can read."), "{}", client.screen());
    assert!(client.state.stays_signed_in);
    client.happen(Event::SignInKept(KeptIn::Nowhere("no space".to_owned())));
    assert!(client.screen().contains("could not be kept (no space)"), "{}", client.screen());
    assert!(!client.state.stays_signed_in, "the server may forget a token that nobody keeps");
}
