//! Registration, sign-in, sign-out and password changes.

use papo_shared::model::{NameProblem, PasswordProblem, Username};
use papo_shared::protocol::{ChangePassword, GoodbyeReason, Refusal, Register, Reply, Request, SignInWithToken};

use crate::client::{PASSWORD, TestServer, register, sign_in};

const OTHER_PASSWORD: &str = "sete girafas dançam tango";

fn change_password(current: &str, new: &str) -> Request {
    Request::ChangePassword(ChangePassword { current: current.to_owned(), new: new.to_owned() })
}

#[tokio::test]
async fn registering_signs_in_and_the_account_can_sign_in_again() {
    let mut server = TestServer::start().await;
    let mut ana = server.client().await;
    let first = ana.register("Ana").await;
    assert_eq!(first.you.username, Username::parse("ana").unwrap());
    assert_eq!(first.you.display_name.as_str(), "Ana", "as typed");
    assert!(first.you.online);

    server.restart().await;
    let mut by_password = server.client().await;
    let reply = by_password.ask(sign_in("ANA", PASSWORD)).await;
    let second = by_password.signed_in(reply);
    assert_ne!(second.token, first.token, "each device has its own token");
    let mut by_token = server.client().await;
    assert_eq!(by_token.sign_in_with(&first.token).await.token, first.token);
}

#[tokio::test]
async fn invalid_accounts_are_refused_with_the_reason() {
    let server = TestServer::start().await;
    let _ana = server.register("ana").await;
    let mut client = server.client().await;
    assert_eq!(client.refused(register("ana")).await, Refusal::UsernameTaken);
    let problem = NameProblem::Characters;
    assert_eq!(client.refused(register("a b")).await, Refusal::UsernameInvalid { problem });
    let with = |display_name: Option<&str>, password: &str| {
        let (display_name, password) = (display_name.map(str::to_owned), password.to_owned());
        Request::Register(Register { username: "rui".to_owned(), password, display_name, device: None, invite: None })
    };
    let problem = NameProblem::Empty;
    assert_eq!(client.refused(with(Some(" \u{1b}"), PASSWORD)).await, Refusal::DisplayNameInvalid { problem });
    let problem = PasswordProblem::TooWeak;
    assert_eq!(client.refused(with(None, "password")).await, Refusal::PasswordInvalid { problem });
    client.register("rui").await;
}

#[tokio::test]
async fn concurrent_registrations_of_a_username_create_one_account() {
    let server = TestServer::start().await;
    let (mut one, mut other) = (server.client().await, server.client().await);
    let replies = tokio::join!(one.ask(register("ana")), other.ask(register("ana")));
    let taken = Reply::Refused(Refusal::UsernameTaken);
    let first_won = matches!(&replies, (Reply::SignedIn(_), reply) if *reply == taken);
    let second_won = matches!(&replies, (reply, Reply::SignedIn(_)) if *reply == taken);
    assert!(first_won || second_won, "{replies:?}");
}

#[tokio::test]
async fn a_wrong_name_and_a_wrong_password_get_the_same_refusal() {
    let server = TestServer::start().await;
    let _ana = server.register("ana").await;
    let mut client = server.client().await;
    for (username, password) in [("ana", "errada"), ("ninguem", PASSWORD), ("not a name", PASSWORD)] {
        assert_eq!(client.refused(sign_in(username, password)).await, Refusal::WrongCredentials);
    }
    let token = "AAAA".to_owned();
    assert_eq!(client.refused(Request::SignInWithToken(SignInWithToken { token })).await, Refusal::TokenUnknown);
}

/// bcrypt alone would stop at a NUL and after 72 bytes.
#[tokio::test]
async fn passwords_are_compared_to_their_last_byte() {
    let server = TestServer::start().await;
    let long = format!("{PASSWORD}{}", "x".repeat(72));
    for (username, right, wrong) in [
        ("ana", format!("{PASSWORD}\0a"), vec![PASSWORD.to_owned(), format!("{PASSWORD}\0b")]),
        ("rui", format!("{long}a"), vec![long.clone(), format!("{long}b")]),
    ] {
        let mut client = server.client().await;
        let (username, password) = (username.to_owned(), right.clone());
        let register = Register { username: username.clone(), password, display_name: None, device: None, invite: None };
        let reply = client.ask(Request::Register(register)).await;
        client.signed_in(reply);
        let mut again = server.client().await;
        for wrong in wrong {
            assert_eq!(again.refused(sign_in(&username, &wrong)).await, Refusal::WrongCredentials, "{wrong:?}");
        }
        let reply = again.ask(sign_in(&username, &right)).await;
        again.signed_in(reply);
    }
}

#[tokio::test]
async fn signing_out_ends_the_device_and_all_its_sessions() {
    let server = TestServer::start().await;
    let mut ana = server.register("ana").await;
    let mut same_device = server.another_client(&ana).await;
    let mut other_device = server.client().await;
    let reply = other_device.ask(sign_in("ana", PASSWORD)).await;
    other_device.signed_in(reply);

    ana.done(Request::SignOut).await;
    assert_eq!(ana.goodbye().await, Some(GoodbyeReason::SignedOut));
    assert_eq!(same_device.goodbye().await, Some(GoodbyeReason::SignedOut));
    assert_eq!(other_device.ask(Request::Ping).await, Reply::Pong);
    let token = ana.token.clone();
    let mut client = server.client().await;
    assert_eq!(client.refused(Request::SignInWithToken(SignInWithToken { token })).await, Refusal::TokenUnknown);
}

#[tokio::test]
async fn changing_the_password_signs_out_the_other_devices() {
    let server = TestServer::start().await;
    let mut ana = server.register("ana").await;
    let mut other_device = server.client().await;
    let reply = other_device.ask(sign_in("ana", PASSWORD)).await;
    other_device.signed_in(reply);

    assert_eq!(ana.refused(change_password("errada", OTHER_PASSWORD)).await, Refusal::WrongCredentials);
    let problem = PasswordProblem::TooShort;
    assert_eq!(ana.refused(change_password(PASSWORD, "curta")).await, Refusal::PasswordInvalid { problem });
    ana.done(change_password(PASSWORD, OTHER_PASSWORD)).await;

    assert_eq!(other_device.goodbye().await, Some(GoodbyeReason::SignedOut));
    assert_eq!(ana.ask(Request::Ping).await, Reply::Pong, "this device stays signed in");
    let mut client = server.client().await;
    assert_eq!(client.refused(sign_in("ana", PASSWORD)).await, Refusal::WrongCredentials);
    let token = other_device.token.clone();
    assert_eq!(client.refused(Request::SignInWithToken(SignInWithToken { token })).await, Refusal::TokenUnknown);
    let reply = client.ask(sign_in("ana", OTHER_PASSWORD)).await;
    client.signed_in(reply);
}

#[tokio::test]
async fn signing_in_renews_a_hash_of_lower_cost() {
    let mut server = TestServer::start().await;
    let _ana = server.register("ana").await;
    server.stop().await;
    let path = server.dir.path().join("chat.db");
    let read_hash = || -> String {
        let file = rusqlite::Connection::open(&path).unwrap();
        file.query_row("SELECT password_hash FROM account", [], |row| row.get(0)).unwrap()
    };
    let plain = bcrypt::hash(PASSWORD, 4).unwrap();
    rusqlite::Connection::open(&path).unwrap().execute("UPDATE account SET password_hash = ?1", [&plain]).unwrap();

    let server = papo_server::Server::start(crate::client::config(server.dir.path())).await.unwrap();
    let mut ana = crate::client::Client::greeted(server.local_addr()).await;
    let reply = ana.ask(sign_in("ana", PASSWORD)).await;
    ana.signed_in(reply);
    server.stop().await;
    assert!(read_hash().starts_with("bcrypt-sha384:"), "an imported plain bcrypt hash is renewed");
}

#[tokio::test]
async fn password_guessing_is_limited_by_account_and_by_address() {
    let server = TestServer::with(|config| {
        config.limits.sign_ins_per_minute_by_username = 2;
        config.limits.sign_ins_per_minute_by_address = 4;
    })
    .await;
    let mut client = server.client().await;
    for _ in 0..2 {
        assert_eq!(client.refused(sign_in("ana", "x")).await, Refusal::WrongCredentials);
    }
    let Refusal::TooFast { retry_after_ms: 1.. } = client.refused(sign_in("Ana", "x")).await else {
        panic!("not limited by account")
    };
    assert_eq!(client.refused(sign_in("rui", "x")).await, Refusal::WrongCredentials);
    let mut other = server.client().await;
    let Refusal::TooFast { .. } = other.refused(sign_in("eva", "x")).await else { panic!("not limited by address") };
    let Refusal::TooFast { .. } = other.refused(register("eva")).await else { panic!("registrations are not counted") };
}

#[tokio::test]
async fn password_changes_in_a_session_are_limited_too() {
    let server = TestServer::with(|config| config.limits.sign_ins_per_minute_by_username = 2).await;
    let mut ana = server.register("ana").await;
    for _ in 0..2 {
        assert_eq!(ana.refused(change_password("errada", OTHER_PASSWORD)).await, Refusal::WrongCredentials);
    }
    let Refusal::TooFast { .. } = ana.refused(change_password(PASSWORD, OTHER_PASSWORD)).await else { panic!("not limited") };
}

#[tokio::test]
async fn sign_in_requires_hello_and_happens_once() {
    let server = TestServer::start().await;
    let mut client = crate::client::Client::silent(server.address()).await;
    assert_eq!(client.refused(Request::Ping).await, Refusal::HelloFirst);
    assert_eq!(client.refused(register("ana")).await, Refusal::HelloFirst);
    client.hello().await;
    assert_eq!(client.refused(Request::SignOut).await, Refusal::SignInFirst);
    client.register("ana").await;
    assert_eq!(client.refused(register("rui")).await, Refusal::AlreadySignedIn);
}
