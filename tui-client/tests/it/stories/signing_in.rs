//! At the door, and through it again.

use std::time::Duration;

use papo::device_token::{DeviceToken, Lookup, StoredSignIn, TokenLocation};
use papo::effect::Effect;
use papo::event::{DisconnectReason, Event};
use papo::state::Screen;
use papo_shared::model::ServerId;
use papo_shared::protocol::{Event as ServerEvent, Goodbye, GoodbyeReason, Refusal, Reply, Request, SignedIn};

use crate::driver::{Driver, direct, message, name, person};
use crate::stories::chatting_with_bia;

/// A sign-in of ana is stored for this server.
fn found(server: ServerId) -> Event {
    let (username, token) = (Some(name("ana")), DeviceToken("token".to_owned()));
    let stored = StoredSignIn { server, username, token, token_location: TokenLocation::Keyring, is_default: true };
    Event::SignInLookedUp(server, Ok(Lookup::Found(stored)))
}

/// Takes what was sent; whether a token was among it.
fn asks_with_token(client: &mut Driver) -> bool {
    client.sent().iter().any(|frame| matches!(frame.request, Request::SignInWithToken(_)))
}

fn lose_the_connection(client: &mut Driver) {
    client.happen(Event::Disconnected { reason: DisconnectReason::Closed, retry_in: Duration::ZERO });
    client.sent();
}

/// The server says who this token signs in.
fn accept_token(client: &mut Driver, username: &str) {
    client.answer(|request| {
        let signed_in = SignedIn { you: person(username, true), token: "token".into() };
        matches!(request, Request::SignInWithToken(_)).then_some(Reply::SignedIn(signed_in))
    });
}

#[test]
fn a_token_goes_to_the_server_that_gave_it_and_to_no_other_and_is_not_lost_by_one() {
    let first = ServerId::from_bytes([7; 16]);
    let mut client = chatting_with_bia(&[]);
    client.state.credentials.stays_signed_in = true;
    client.state.credentials.is_default = true;
    lose_the_connection(&mut client);
    client.server_id = ServerId::from_bytes([8; 16]);
    client.connect();
    assert!(!asks_with_token(&mut client));
    assert_eq!(client.state.screen, Screen::SignIn);
    assert!(client.screen().contains("A different server is running here now."), "{}", client.screen());
    assert!(client.effects.contains(&Effect::FindSignIn(client.server_id)));
    client.happen(Event::SignInLookedUp(client.server_id, Ok(Lookup::Nothing)));

    lose_the_connection(&mut client);
    client.server_id = first;
    client.connect();
    accept_token(&mut client, "ana");
    client.catch_up(vec![direct(1, "bia", 0, 0, 0)]);
    assert!(client.screen().contains("papo · ana"), "the first one is back:\n{}", client.screen());
    assert!(client.state.credentials.stays_signed_in);
    let forgets = |effect: &Effect| matches!(effect, Effect::RemoveSignIn(..));
    assert!(!client.effects.iter().any(forgets), "{:?}", client.effects);
}

#[test]
fn a_sign_in_to_the_server_from_before_is_said_to_be_kept() {
    let mut client = Driver::start(80, 24);
    client.connect();
    client.happen(Event::SignInLookedUp(client.server_id, Ok(Lookup::OtherServer)));
    assert!(client.screen().contains("This is not the server you signed in to before"), "{}", client.screen());
    let mut client = Driver::start(80, 24);
    client.connect();
    client.happen(Event::SignInLookedUp(client.server_id, Err("/home/ana/sign_ins: not text".to_owned())));
    // A path may be broken into rows anywhere.
    let said = client.screen().split_whitespace().collect::<String>();
    assert!(said.contains("cannotberead(/home/ana/sign_ins:nottext)"), "{said}");
}

#[test]
fn a_stored_sign_in_that_its_server_refuses_is_removed_and_an_older_one_is_only_not_offered_again() {
    let forgotten = |stored: StoredSignIn| {
        let mut client = Driver::start(80, 24);
        client.connect();
        client.happen(Event::SignInLookedUp(client.server_id, Ok(Lookup::Found(stored))));
        client.answer(|request| matches!(request, Request::SignInWithToken(_)).then_some(Reply::Refused(Refusal::TokenUnknown)));
        let user = client.effects.iter().find_map(|effect| match effect {
            Effect::RemoveSignIn(server, user) if *server == client.server_id => Some(user.clone()),
            _ => None,
        });
        user.expect("something is forgotten")
    };
    let server = ServerId::from_bytes([7; 16]);
    let token = || DeviceToken("token".to_owned());
    let of_ana = StoredSignIn {
        server,
        username: Some(name("ana")),
        token: token(),
        token_location: TokenLocation::Keyring,
        is_default: true,
    };
    assert_eq!(forgotten(of_ana.clone()), Some(name("ana")));
    assert_eq!(forgotten(StoredSignIn { username: None, is_default: false, ..of_ana }), None);
}

#[test]
fn an_older_sign_in_is_stored_anew_and_signs_in_nobody_but_who_is_named() {
    let older = |server| StoredSignIn {
        server,
        username: None,
        token: DeviceToken("token".to_owned()),
        token_location: TokenLocation::Keyring,
        is_default: false,
    };
    let start = |wanted: Option<&str>| {
        let mut client = Driver::start(80, 24);
        client.state.wanted_user = wanted.map(name);
        client.connect();
        client.happen(Event::SignInLookedUp(client.server_id, Ok(Lookup::Found(older(client.server_id)))));
        accept_token(&mut client, "ana");
        let stored = Effect::StoreSignIn(client.server_id, name("ana"), DeviceToken("token".to_owned()));
        assert!(client.effects.contains(&stored), "{:?}", client.effects);
        client
    };
    assert_eq!(start(None).state.screen, Screen::Menu);
    assert_eq!(start(Some("ana")).state.screen, Screen::Menu);
    let mut client = start(Some("joana"));
    assert_eq!(client.state.screen, Screen::SignIn);
    assert!(client.effects.contains(&Effect::Reconnect));
    lose_the_connection(&mut client);
    client.connect();
    assert!(!asks_with_token(&mut client), "joana is asked for her password");
}

#[test]
fn who_signed_out_is_not_signed_in_as_somebody_else_after_a_lost_connection() {
    let mut client = chatting_with_bia(&[]);
    client.type_text("/signout");
    client.keys("Enter");
    client.answer(|request| matches!(request, Request::SignOut).then_some(Reply::Done));
    client.effects.clear();
    lose_the_connection(&mut client);
    client.connect();
    assert!(!client.effects.contains(&Effect::FindSignIn(client.server_id)));
}

#[test]
fn the_port_of_another_server_is_left_to_it_until_the_person_says_otherwise() {
    let away = |client: &mut Driver| {
        let retry_in = Duration::from_secs(2);
        client.happen(Event::Disconnected { reason: DisconnectReason::ServerAway { port: 12345 }, retry_in });
    };
    let mut client = Driver::start(80, 24);
    away(&mut client);
    assert!(client.screen().contains("its server is offline, trying again in 2 s"), "{}", client.screen());
    assert!(client.screen().contains("Press Enter to host"), "{}", client.screen());
    client.keys("Enter");
    assert!(client.screen().contains("Host a chat here?"), "{}", client.screen());
    client.keys("Enter");
    client.type_text("no");
    client.keys("Enter");
    assert!(!client.effects.contains(&Effect::HostHere), "a key that was meant for the form hosts nothing");
    assert!(client.screen().contains("✗ Type yes to host here"), "{}", client.screen());
    client.keys("Backspace Backspace");
    client.type_text("yes");
    client.keys("Enter");
    assert!(client.effects.contains(&Effect::HostHere));

    let mut client = Driver::start(80, 24);
    away(&mut client);
    client.keys("Enter");
    client.connect();
    assert!(!client.screen().contains("Host a chat here?"), "it is back:\n{}", client.screen());
}

#[test]
fn ctrl_z_is_refused_where_this_process_hosts_the_chat() {
    let mut client = chatting_with_bia(&[]);
    client.keys("Ctrl-z");
    assert!(client.effects.contains(&Effect::Suspend));
    let mut client = chatting_with_bia(&[]);
    client.state.server.as_mut().unwrap().hosting = true;
    for stop in [Event::StopRequested, Event::NotStopped] {
        client.state.account.status_message = None;
        client.happen(stop);
        assert!(client.screen().contains("papo hosts this chat and cannot be suspended."), "{}", client.screen());
    }
    client.keys("Ctrl-z");
    assert!(!client.effects.contains(&Effect::Suspend), "{:?}", client.effects);
    client.state.editor_is_open = true;
    client.happen(Event::StopRequested);
    assert!(client.effects.contains(&Effect::ContinueEditor), "an editor that stopped itself goes on");
}

#[test]
fn a_server_that_is_away_is_said_on_the_sign_in_screen_and_what_was_typed_stays() {
    let mut client = Driver::start(80, 24);
    let why = DisconnectReason::Unreachable("connection refused".to_owned());
    client.happen(Event::Disconnected { reason: why, retry_in: Duration::from_millis(2_000) });
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
    assert!(client.screen().contains("✗ Wrong name or password."), "{}", client.screen());
    client.keys("F2");
    client.type_text("x");
    client.keys("Enter");
    assert!(client.screen().contains("✗ Repeat the password.") || client.screen().contains("▸ Register"), "{}", client.screen());
}

#[test]
fn registering_checks_what_it_can_before_asking() {
    let mut client = Driver::start(80, 24);
    client.connect();
    client.keys("Right");
    client.type_text("ana");
    client.keys("Enter");
    client.type_text("password");
    assert!(client.screen().contains("guessed instantly"), "{}", client.screen());
    client.keys("Enter Enter");
    assert!(client.screen().contains("✗ Repeat the password."), "{}", client.screen());
    client.type_text("password");
    client.keys("Enter");
    assert!(client.screen().contains("Too easy to guess."), "{}", client.screen());
    assert_eq!(client.sent(), []);
}

#[test]
fn a_device_that_was_signed_out_asks_again_and_loses_nothing_written() {
    let mut client = chatting_with_bia(&[message(1, "bia", 0, "oi")]);
    client.type_text("rascunho");
    client.happen(Event::Disconnected { reason: DisconnectReason::Closed, retry_in: Duration::ZERO });
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
    client.happen(Event::Disconnected { reason: DisconnectReason::Closed, retry_in: Duration::ZERO });
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
    client.happen(Event::Disconnected { reason: DisconnectReason::Closed, retry_in: Duration::ZERO });
    client.connect();
    client.type_text("outra senha boa");
    client.keys("Enter");
    client.answer(|request| {
        let other = SignedIn { you: person("duda", true), token: "token".into() };
        matches!(request, Request::SignIn(_)).then_some(Reply::SignedIn(other))
    });
    client.catch_up(vec![]);
    assert!(client.state.account.conversations.is_empty());
}

#[test]
fn a_busy_server_is_asked_to_sign_us_in_again_later_and_not_at_once() {
    let mut client = chatting_with_bia(&[]);
    client.happen(Event::Disconnected { reason: DisconnectReason::Closed, retry_in: Duration::ZERO });
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
    client.state.credentials.stays_signed_in = true;
    client.keys("Ctrl-q");
    assert!(!signs_out(&mut client) && client.effects.contains(&Effect::Quit));
}

#[test]
fn signing_out_forgets_what_was_kept_for_oneself_and_nobody_elses() {
    let forgets = |stays: bool| {
        let mut client = chatting_with_bia(&[]);
        client.state.credentials.stays_signed_in = stays;
        client.type_text("/signout");
        client.keys("Enter");
        client.answer(|request| matches!(request, Request::SignOut).then_some(Reply::Done));
        client.effects.contains(&Effect::RemoveSignIn(client.server_id, Some(name("ana"))))
    };
    assert!(forgets(true));
    assert!(!forgets(false), "somebody else stays signed in on this machine");
}

#[test]
fn a_sign_in_that_was_kept_signs_in_as_soon_as_it_is_found() {
    let mut client = Driver::start(80, 24);
    client.connect();
    assert!(client.effects.contains(&Effect::FindSignIn(client.server_id)), "it is looked for once the server is known");
    client.happen(found(client.server_id));
    assert!(asks_with_token(&mut client));

    let mut client = Driver::start(80, 24);
    client.connect();
    client.happen(found(ServerId::from_bytes([8; 16])));
    assert!(!asks_with_token(&mut client), "another server's is not offered to this one");

    let mut client = Driver::signed_in(80, 24, vec![]);
    client.happen(found(client.server_id));
    assert!(!asks_with_token(&mut client), "who signed in by hand meanwhile is not asked to again");
}

#[test]
fn where_the_sign_in_is_kept_is_said_and_that_it_is_not_as_well() {
    let mut client = Driver::signed_in(120, 24, vec![]);
    client.happen(Event::SignInStored(TokenLocation::Keyring));
    assert!(client.screen().contains("Your sign-in is saved in the system's keyring."), "{}", client.screen());
    client.happen(Event::SignInStored(TokenLocation::File("/home/ana/sign_ins".into())));
    assert!(client.screen().contains("saved in /home/ana/sign_ins, which only you can read."), "{}", client.screen());
    assert!(client.state.credentials.stays_signed_in);
    client.happen(Event::SignInStored(TokenLocation::NotStored("no space".to_owned())));
    assert!(client.screen().contains("could not be saved (no space)"), "{}", client.screen());
    assert!(!client.state.credentials.stays_signed_in, "the server may forget a token that nobody keeps");
}
