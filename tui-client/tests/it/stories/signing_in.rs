//! Signing in and out, stored sign-ins, and hosting.

use std::time::Duration;

use papo::device_token::{DeviceToken, Lookup, StoredSignIn, TokenLocation};
use papo::effect::Effect;
use papo::event::{DisconnectReason, Event};
use papo::state::Screen;
use papo_shared::model::ServerId;
use papo_shared::protocol::{Event as ServerEvent, Goodbye, GoodbyeReason, Refusal, Reply, Request, SignedIn};

use crate::driver::{Driver, direct, message, name, person};
use crate::stories::chatting_with_bia;

/// The event that reports a stored sign-in of ana for this server.
fn stored_sign_in_found(server: ServerId) -> Event {
    let (username, token) = (Some(name("ana")), DeviceToken("token".to_owned()));
    let stored = StoredSignIn { server, username, token, token_location: TokenLocation::Keyring, is_default: true };
    Event::SignInLookedUp(server, Ok(Lookup::Found(stored)))
}

/// Takes the sent frames and returns whether one of them signs in with a token.
fn sends_token(client: &mut Driver) -> bool {
    client.sent().iter().any(|frame| matches!(frame.request, Request::SignInWithToken(_)))
}

fn lose_the_connection(client: &mut Driver) {
    client.happen(Event::Disconnected { reason: DisconnectReason::Closed, retry_in: Duration::ZERO });
    client.sent();
}

/// Accepts the sign-in with a token, for this username.
fn accept_token(client: &mut Driver, username: &str) {
    client.answer(|request| {
        let signed_in = SignedIn { you: person(username, true), token: "token".into() };
        matches!(request, Request::SignInWithToken(_)).then_some(Reply::SignedIn(signed_in))
    });
}

#[test]
fn a_token_is_sent_only_to_its_server_and_survives_another_one_at_the_address() {
    let first = ServerId::from_bytes([7; 16]);
    let mut client = chatting_with_bia(&[]);
    client.state.credentials.stays_signed_in = true;
    client.state.credentials.is_default = true;
    lose_the_connection(&mut client);
    client.server_id = ServerId::from_bytes([8; 16]);
    client.connect();
    assert!(!sends_token(&mut client));
    assert_eq!(client.state.screen, Screen::SignIn);
    assert!(client.screen().contains("A different server is running here now."), "{}", client.screen());
    assert!(client.effects.contains(&Effect::FindSignIn(client.server_id)));
    client.happen(Event::SignInLookedUp(client.server_id, Ok(Lookup::Nothing)));

    lose_the_connection(&mut client);
    client.server_id = first;
    client.connect();
    accept_token(&mut client, "ana");
    client.catch_up(vec![direct(1, "bia", 0, 0, 0)]);
    assert!(
        client.screen().contains("papo · ana"),
        "the first server is back:
{}",
        client.screen()
    );
    assert!(client.state.credentials.stays_signed_in);
    let is_removal = |effect: &Effect| matches!(effect, Effect::RemoveSignIn(..));
    assert!(!client.effects.iter().any(is_removal), "{:?}", client.effects);
}

#[test]
fn a_stored_sign_in_to_another_server_or_an_unreadable_one_is_reported() {
    let mut client = Driver::start(80, 24);
    client.connect();
    client.happen(Event::SignInLookedUp(client.server_id, Ok(Lookup::OtherServer)));
    assert!(client.screen().contains("This is not the server you signed in to before"), "{}", client.screen());
    let mut client = Driver::start(80, 24);
    client.connect();
    client.happen(Event::SignInLookedUp(client.server_id, Err("/home/ana/sign_ins: not text".to_owned())));
    // A long path may be wrapped at any character.
    let text = client.screen().split_whitespace().collect::<String>();
    assert!(text.contains("cannotberead(/home/ana/sign_ins:nottext)"), "{text}");
}

#[test]
fn a_refused_stored_sign_in_is_removed_with_its_username_or_without_one_if_older() {
    let removed_user = |stored: StoredSignIn| {
        let mut client = Driver::start(80, 24);
        client.connect();
        client.happen(Event::SignInLookedUp(client.server_id, Ok(Lookup::Found(stored))));
        client.answer(|request| matches!(request, Request::SignInWithToken(_)).then_some(Reply::Refused(Refusal::TokenUnknown)));
        let user = client.effects.iter().find_map(|effect| match effect {
            Effect::RemoveSignIn(server, user) if *server == client.server_id => Some(user.clone()),
            _ => None,
        });
        user.expect("a stored sign-in must be removed")
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
    assert_eq!(removed_user(of_ana.clone()), Some(name("ana")));
    assert_eq!(removed_user(StoredSignIn { username: None, is_default: false, ..of_ana }), None);
}

#[test]
fn an_older_sign_in_is_stored_again_and_only_used_for_the_named_user() {
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
    assert!(!sends_token(&mut client), "joana must sign in with her password");
}

#[test]
fn no_other_stored_sign_in_is_used_after_signing_out_and_reconnecting() {
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
fn hosting_at_the_port_of_an_absent_server_needs_confirmation() {
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
    assert!(!client.effects.contains(&Effect::HostHere), "only a typed yes starts hosting");
    assert!(client.screen().contains("✗ Type yes to host here"), "{}", client.screen());
    client.keys("Backspace Backspace");
    client.type_text("yes");
    client.keys("Enter");
    assert!(client.effects.contains(&Effect::HostHere));

    let mut client = Driver::start(80, 24);
    away(&mut client);
    client.keys("Enter");
    client.connect();
    assert!(
        !client.screen().contains("Host a chat here?"),
        "the server is back:
{}",
        client.screen()
    );
}

#[test]
fn ctrl_z_is_refused_while_this_process_hosts_the_chat() {
    let mut client = chatting_with_bia(&[]);
    client.keys("Ctrl-z");
    assert!(client.effects.contains(&Effect::Suspend));
    let mut client = chatting_with_bia(&[]);
    client.state.server.as_mut().unwrap().is_hosted = true;
    for stop in [Event::StopRequested, Event::NotStopped] {
        client.state.account.status_message = None;
        client.happen(stop);
        assert!(client.screen().contains("papo hosts this chat and cannot be suspended."), "{}", client.screen());
    }
    client.keys("Ctrl-z");
    assert!(!client.effects.contains(&Effect::Suspend), "{:?}", client.effects);
    client.state.editor_is_open = true;
    client.happen(Event::StopRequested);
    assert!(client.effects.contains(&Effect::ContinueEditor), "an editor that stopped itself is continued");
}

#[test]
fn an_unreachable_server_is_reported_on_the_sign_in_screen_and_the_form_stays() {
    let mut client = Driver::start(80, 24);
    let reason = DisconnectReason::Unreachable("connection refused".to_owned());
    client.happen(Event::Disconnected { reason, retry_in: Duration::from_millis(2_000) });
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
fn wrong_credentials_are_reported_beside_the_field() {
    let mut client = Driver::start(80, 24);
    client.connect();
    client.type_text("ana");
    client.keys("Tab");
    client.type_text("errada123");
    client.keys("Enter");
    client.answer(|request| matches!(request, Request::SignIn(_)).then_some(Reply::Refused(Refusal::WrongCredentials)));
    assert!(client.screen().contains("✗ Wrong name or password."), "{}", client.screen());
    client.keys("F2");
    let screen = client.screen();
    assert!(
        screen.contains("▸ Register") && !screen.contains("Wrong name or password"),
        "the other form has no problem yet: {screen}"
    );
}

#[test]
fn registration_checks_the_password_before_sending() {
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
fn a_device_signed_out_by_the_server_asks_for_the_password_and_keeps_drafts() {
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
fn a_suspended_account_is_reported_and_not_signed_in_again() {
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
fn the_next_account_on_the_same_terminal_sees_no_data_of_the_first() {
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
fn signing_in_again_waits_as_long_as_a_busy_server_named() {
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
fn a_form_submitted_before_the_connection_is_sent_once_connected() {
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
fn a_form_submitted_right_after_signing_out_is_sent_by_the_next_connection() {
    for is_closed_first in [false, true] {
        let mut client = chatting_with_bia(&[]);
        client.type_text("/signout");
        client.keys("Enter");
        client.answer(|request| matches!(request, Request::SignOut).then_some(Reply::Done));
        if is_closed_first {
            lose_the_connection(&mut client);
        }
        client.effects.clear();
        client.type_text("um cavalo come");
        client.keys("Enter");
        assert!(client.screen().contains("Signing in…") && !client.screen().contains("Not connected"), "{}", client.screen());
        assert!(client.effects.contains(&Effect::Reconnect));
        if !is_closed_first {
            lose_the_connection(&mut client);
        }
        assert!(client.screen().contains("••••••••••••••"), "{}", client.screen());
        client.happen(Event::Connecting);
        client.connect();
        let sent = client.sent();
        assert!(sent.iter().any(|frame| matches!(&frame.request, Request::SignIn(ask) if ask.password == "um cavalo come")));
    }
}

#[test]
fn a_form_submitted_after_the_connection_ended_reports_that_the_next_one_failed() {
    let mut client = chatting_with_bia(&[]);
    client.type_text("/signout");
    client.keys("Enter");
    client.answer(|request| matches!(request, Request::SignOut).then_some(Reply::Done));
    client.type_text("um cavalo come");
    client.keys("Enter");
    lose_the_connection(&mut client);
    client.happen(Event::Connecting);
    let reason = DisconnectReason::Unreachable("connection refused".to_owned());
    client.happen(Event::Disconnected { reason, retry_in: Duration::from_millis(2_000) });
    let screen = client.screen();
    assert!(screen.contains("Not connected to the server.") && screen.contains("••••••••••••••"), "{screen}");
}

#[test]
fn quitting_signs_out_unless_the_sign_in_is_stored() {
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
fn signing_out_removes_only_the_sign_in_of_this_account() {
    let removes_sign_in = |stays: bool| {
        let mut client = chatting_with_bia(&[]);
        client.state.credentials.stays_signed_in = stays;
        client.type_text("/signout");
        client.keys("Enter");
        client.answer(|request| matches!(request, Request::SignOut).then_some(Reply::Done));
        client.effects.contains(&Effect::RemoveSignIn(client.server_id, Some(name("ana"))))
    };
    assert!(removes_sign_in(true));
    assert!(!removes_sign_in(false), "the stored sign-in of another account is kept");
}

#[test]
fn a_stored_sign_in_is_used_as_soon_as_it_is_found() {
    let mut client = Driver::start(80, 24);
    client.connect();
    assert!(
        client.effects.contains(&Effect::FindSignIn(client.server_id)),
        "stored sign-ins are looked up once the server is known"
    );
    client.happen(stored_sign_in_found(client.server_id));
    assert!(sends_token(&mut client));

    let mut client = Driver::start(80, 24);
    client.connect();
    client.happen(stored_sign_in_found(ServerId::from_bytes([8; 16])));
    assert!(!sends_token(&mut client), "the sign-in of another server is not used");

    let mut client = Driver::signed_in(80, 24, vec![]);
    client.happen(stored_sign_in_found(client.server_id));
    assert!(!sends_token(&mut client), "a sign-in by hand meanwhile takes precedence");
}

#[test]
fn the_location_of_the_stored_sign_in_or_a_failure_to_store_it_is_reported() {
    let mut client = Driver::signed_in(120, 24, vec![]);
    client.happen(Event::SignInStored(TokenLocation::Keyring));
    assert!(client.screen().contains("Your sign-in is saved in the system's keyring."), "{}", client.screen());
    client.happen(Event::SignInStored(TokenLocation::File("/home/ana/sign_ins".into())));
    assert!(client.screen().contains("saved in /home/ana/sign_ins, which only you can read."), "{}", client.screen());
    assert!(client.state.credentials.stays_signed_in);
    client.happen(Event::SignInStored(TokenLocation::NotStored("no space".to_owned())));
    assert!(client.screen().contains("could not be saved (no space)"), "{}", client.screen());
    assert!(!client.state.credentials.stays_signed_in, "a token that was not stored is revoked on quitting");
}
