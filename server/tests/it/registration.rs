//! Registration: open, by invite and closed; and misleading names.

use std::num::NonZero;
use std::sync::Arc;

use papo_server::clock::StoppedClock;
use papo_server::domain::InviteId;
use papo_shared::model::{NameProblem, Timestamp};
use papo_shared::protocol::{Hello, PROTOCOL_VERSION, Refusal, Register, Registration, Reply, Request, SetProfile};

use crate::client::{Client, PASSWORD, TestServer, register, sign_in};

const ONE: NonZero<u32> = NonZero::<u32>::MIN;

async fn server(registration: Registration) -> TestServer {
    TestServer::with(|config| config.registration = registration).await
}

fn register_with(username: &str, invite: &str) -> Request {
    let (username, password, invite) = (username.to_owned(), PASSWORD.to_owned(), Some(invite.to_owned()));
    Request::Register(Register { username, password, display_name: None, device: None, invite })
}

async fn said(server: &TestServer) -> Registration {
    let mut client = Client::silent(server.address()).await;
    let hello = Hello { protocol: PROTOCOL_VERSION, client: "test".to_owned() };
    match client.ask(Request::Hello(hello)).await {
        Reply::Welcome(welcome) => welcome.registration,
        reply => panic!("expected a welcome, got {reply:?}"),
    }
}

#[tokio::test]
async fn open_registration_ignores_invites() {
    let server = server(Registration::Open).await;
    assert_eq!(said(&server).await, Registration::Open);
    let invite = server.operator().create_invite(ONE, None).await.unwrap();
    let mut client = server.client().await;
    let reply = client.ask(register_with("ana", &invite.code)).await;
    client.signed_in(reply);
    assert_eq!(server.operator().invites(None, 9).await.unwrap().len(), 1);
}

#[tokio::test]
async fn closed_registration_admits_existing_accounts_only() {
    let server = server(Registration::Closed).await;
    assert_eq!(said(&server).await, Registration::Closed);
    let invite = server.operator().create_invite(ONE, None).await.unwrap();
    server.operator().add_account("ana", PASSWORD.to_owned()).await.unwrap();
    let mut client = server.client().await;
    assert_eq!(client.refused(register("rui")).await, Refusal::RegistrationClosed);
    assert_eq!(client.refused(register_with("rui", &invite.code)).await, Refusal::RegistrationClosed);
    let reply = client.ask(sign_in("ana", PASSWORD)).await;
    client.signed_in(reply);
}

#[tokio::test]
async fn registration_by_invite_requires_a_valid_code() {
    let server = server(Registration::Invite).await;
    assert_eq!(said(&server).await, Registration::Invite);
    server.operator().add_account("ana", PASSWORD.to_owned()).await.unwrap();
    let invite = server.operator().create_invite(ONE, None).await.unwrap();
    let mut client = server.client().await;
    for username in ["ana", "rui"] {
        assert_eq!(client.refused(register(username)).await, Refusal::InviteNeeded);
        assert_eq!(client.refused(register_with(username, " ")).await, Refusal::InviteNeeded);
        assert_eq!(client.refused(register_with(username, "no code")).await, Refusal::InviteInvalid);
        assert_eq!(client.refused(register_with(username, "ABCD-EFGH-IJKL-MNOP")).await, Refusal::InviteInvalid);
    }
    // A failed registration must not use up the invite.
    assert_eq!(client.refused(register_with("ana", &invite.code)).await, Refusal::UsernameTaken);
    let reply = client.ask(register_with("rui", &invite.code.to_lowercase().replace('-', " "))).await;
    client.signed_in(reply);
    let mut other = server.client().await;
    assert_eq!(other.refused(register_with("eva", &invite.code)).await, Refusal::InviteInvalid, "the invite is used up");
}

#[tokio::test]
async fn of_two_concurrent_registrations_with_one_use_one_succeeds() {
    let server = server(Registration::Invite).await;
    let invite = server.operator().create_invite(ONE, None).await.unwrap();
    let (mut one, mut other) = (server.client().await, server.client().await);
    let replies = tokio::join!(one.ask(register_with("ana", &invite.code)), other.ask(register_with("rui", &invite.code)));
    let refused = Reply::Refused(Refusal::InviteInvalid);
    let first_won = matches!(&replies, (Reply::SignedIn(_), reply) if *reply == refused);
    let second_won = matches!(&replies, (reply, Reply::SignedIn(_)) if *reply == refused);
    assert!(first_won || second_won, "{replies:?}");
}

#[tokio::test]
async fn invites_expire_and_can_be_revoked() {
    let clock = Arc::new(StoppedClock::at(Timestamp(1_000)));
    let server = TestServer::with(|config| {
        config.registration = Registration::Invite;
        config.clock = clock.clone();
    })
    .await;
    let operator = server.operator();
    let two = NonZero::new(2).unwrap();
    let short = operator.create_invite(two, Some(1_000)).await.unwrap();
    let long = operator.create_invite(two, None).await.unwrap();
    let mut client = server.client().await;
    clock.set(Timestamp(1_999));
    let reply = client.ask(register_with("ana", &short.code)).await;
    client.signed_in(reply);
    clock.set(Timestamp(2_000));
    let mut client = server.client().await;
    assert_eq!(client.refused(register_with("rui", &short.code)).await, Refusal::InviteInvalid);
    operator.revoke_invite(long.id).await.unwrap();
    assert_eq!(client.refused(register_with("rui", &long.code)).await, Refusal::InviteInvalid);
    assert_eq!(operator.revoke_invite(InviteId(99)).await, Err(Refusal::InviteInvalid));
}

#[tokio::test]
async fn guessing_invite_codes_is_limited_by_address() {
    let server = TestServer::with(|config| {
        config.registration = Registration::Invite;
        config.limits.sign_ins_per_minute_by_address = 2;
    })
    .await;
    for _ in 0..2 {
        let mut client = server.client().await;
        assert_eq!(client.refused(register_with("ana", "ABCD-EFGH-IJKL-MNOP")).await, Refusal::InviteInvalid);
    }
    let mut client = server.client().await;
    let Refusal::TooFast { .. } = client.refused(register_with("ana", "ABCD-EFGH-IJKL-MNOQ")).await else {
        panic!("not limited")
    };
}

#[tokio::test]
async fn confusable_usernames_are_refused() {
    let server = server(Registration::Open).await;
    let _clients = (server.register("paypal").await, server.register("Maria").await);
    let mut client = server.client().await;
    let problem = NameProblem::MixedScripts;
    let with_cyrillic_letters = client.refused(register("pаypаl")).await;
    assert_eq!(with_cyrillic_letters, Refusal::UsernameInvalid { problem });
    assert_eq!(client.refused(register("rnaria")).await, Refusal::UsernameTooAlike);
    assert_eq!(client.refused(sign_in("rnaria", PASSWORD)).await, Refusal::WrongCredentials, "it is still a different name");
    let reply = client.ask(sign_in("maria", PASSWORD)).await;
    client.signed_in(reply);
}

#[tokio::test]
async fn a_capital_i_with_a_dot_makes_no_second_name() {
    let server = server(Registration::Open).await;
    let _maria = server.register("maria").await;
    let mut client = server.client().await;
    assert_eq!(client.refused(register("MARİA")).await, Refusal::UsernameTaken);
    let problem = NameProblem::Characters;
    assert_eq!(client.refused(register("mari\u{307}a")).await, Refusal::UsernameInvalid { problem });
    assert_eq!(client.refused(register("ꓟaria")).await, Refusal::UsernameInvalid { problem }, "with a Lisu letter");
    assert_eq!(client.register("İbrahim").await.you.username.as_str(), "ibrahim");
}

#[tokio::test]
async fn reserved_names_are_refused_and_only_the_operator_creates_such_accounts() {
    let server = TestServer::with(|config| config.reserved_names = vec!["Reitoria".to_owned()]).await;
    let mut client = server.client().await;
    let problem = NameProblem::Reserved;
    for name in ["admin", "Server", "adm1n", "todos", "reitoria", "REIT0RIA", "deleted-7"] {
        assert_eq!(client.refused(register(name)).await, Refusal::UsernameInvalid { problem }, "{name}");
    }
    let set_name = |name: &str| Request::SetProfile(SetProfile { display_name: Some(name.to_owned()), status: None });
    let mut ana = server.register("ana").await;
    for name in ["Admin", "Papo Server", "Reitoria", "★ Suporte ★"] {
        assert_eq!(ana.refused(set_name(name)).await, Refusal::DisplayNameInvalid { problem }, "{name}");
    }
    ana.done(set_name("Ana (reitoria)")).await;
    let Request::Register(rui) = register("rui") else { panic!("expected a registration") };
    let called_admin = Request::Register(Register { display_name: Some("Admin".to_owned()), ..rui });
    assert_eq!(client.refused(called_admin).await, Refusal::DisplayNameInvalid { problem });

    let operator = server.operator();
    assert_eq!(operator.add_account("deleted-7", PASSWORD.to_owned()).await, Err(Refusal::UsernameInvalid { problem }));
    operator.add_account("Reitoria", PASSWORD.to_owned()).await.unwrap();
    let reply = client.ask(sign_in("reitoria", PASSWORD)).await;
    client.signed_in(reply);
    client.done(set_name("Admin")).await;
}
