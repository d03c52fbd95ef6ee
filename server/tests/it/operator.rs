//! The operator's actions on accounts, as seen by their users.

use papo_shared::model::{ClientId, PasswordProblem};
use papo_shared::protocol::{GoodbyeReason, Refusal, Reply, Request, SignInWithToken};

use crate::client::{Client, PASSWORD, TestServer, send, sign_in};

const OTHER_PASSWORD: &str = "sete girafas dançam tango";

fn with_token(client: &Client) -> Request {
    Request::SignInWithToken(SignInWithToken { token: client.token.clone() })
}

#[tokio::test]
async fn a_suspended_user_is_disconnected_and_can_return_when_resumed() {
    let server = TestServer::start().await;
    let mut ana = server.register("ana").await;
    let mut second = server.another_client(&ana).await;
    let mut rui = server.register("rui").await;
    server.operator().suspend("Ana").await.unwrap();
    assert_eq!(ana.goodbye().await, Some(GoodbyeReason::Suspended));
    assert_eq!(second.goodbye().await, Some(GoodbyeReason::Suspended));
    assert_eq!(rui.ask(Request::Ping).await, Reply::Pong, "other users are not affected");

    let mut client = server.client().await;
    assert_eq!(client.refused(sign_in("ana", PASSWORD)).await, Refusal::AccountSuspended);
    assert_eq!(client.refused(with_token(&ana)).await, Refusal::AccountSuspended);
    assert_eq!(
        client.refused(sign_in("ana", "errada")).await,
        Refusal::WrongCredentials,
        "only revealed with the correct password"
    );

    server.operator().resume("ana").await.unwrap();
    client.sign_in_with(&ana.token).await;
}

#[tokio::test]
async fn nothing_is_stored_for_a_suspended_user() {
    // Keeps the connection open after its goodbye for the duration of the test.
    let server = TestServer::with(|config| config.closing_grace = std::time::Duration::from_secs(20)).await;
    let (mut ana, mut rui) = (server.register("ana").await, server.register("rui").await);
    let conversation = ana.direct("rui").await;
    for number in 0..200 {
        ana.request(send(conversation, ClientId::new(), &number.to_string())).await;
    }
    server.operator().suspend("ana").await.unwrap();
    let before = rui.log(conversation).await.len();
    for number in 0..20 {
        ana.request(send(conversation, ClientId::new(), &number.to_string())).await;
    }
    assert_eq!(ana.goodbye().await, Some(GoodbyeReason::Suspended));
    rui.say(conversation, "fim").await;
    assert_eq!(rui.log(conversation).await.len(), before + 1);
}

#[tokio::test]
async fn setting_a_password_signs_out_every_device() {
    let server = TestServer::start().await;
    let mut ana = server.register("ana").await;
    let problem = PasswordProblem::TooShort;
    assert_eq!(server.operator().set_password("ana", "curta".into()).await, Err(Refusal::PasswordInvalid { problem }));
    server.operator().set_password("ana", OTHER_PASSWORD.into()).await.unwrap();
    assert_eq!(ana.goodbye().await, Some(GoodbyeReason::SignedOut));
    let mut client = server.client().await;
    assert_eq!(client.refused(with_token(&ana)).await, Refusal::TokenUnknown);
    assert_eq!(client.refused(sign_in("ana", PASSWORD)).await, Refusal::WrongCredentials);
    let reply = client.ask(sign_in("ana", OTHER_PASSWORD)).await;
    client.signed_in(reply);
}

#[tokio::test]
async fn removed_devices_must_sign_in_by_password() {
    let server = TestServer::start().await;
    let (mut ana, mut rui) = (server.register("ana").await, server.register("rui").await);
    let mut second = server.client().await;
    let reply = second.ask(sign_in("ana", PASSWORD)).await;
    second.signed_in(reply);
    assert_eq!(server.operator().remove_devices("ana").await, Ok(2));
    for client in [&mut ana, &mut second] {
        assert_eq!(client.goodbye().await, Some(GoodbyeReason::SignedOut));
    }
    assert_eq!(rui.ask(Request::Ping).await, Reply::Pong, "other users are not affected");
    assert_eq!(server.operator().remove_devices("ana").await, Ok(0));
    let mut client = server.client().await;
    assert_eq!(client.refused(with_token(&ana)).await, Refusal::TokenUnknown);
    let reply = client.ask(sign_in("ana", PASSWORD)).await;
    client.signed_in(reply);
}

#[tokio::test]
async fn an_account_created_by_the_operator_can_sign_in() {
    let server = TestServer::start().await;
    server.operator().add_account("Ana", PASSWORD.into()).await.unwrap();
    assert_eq!(server.operator().add_account("ana", PASSWORD.into()).await, Err(Refusal::UsernameTaken));
    assert_eq!(server.operator().remove_devices("ana").await, Ok(0));
    let mut client = server.client().await;
    let reply = client.ask(sign_in("ana", PASSWORD)).await;
    client.signed_in(reply);
}

#[tokio::test]
async fn creating_an_account_and_its_audit_entry_is_atomic() {
    let server = TestServer::start().await;
    let file = rusqlite::Connection::open(server.dir.path().join("chat.db")).unwrap();
    file.execute_batch("CREATE TRIGGER breaks BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no entry'); END").unwrap();
    assert_eq!(server.operator().add_account("ana", PASSWORD.into()).await, Err(Refusal::FAILED));
    assert_eq!(server.operator().accounts(None, None, 9).await.unwrap(), [], "no account without an audit entry");
    file.execute_batch("DROP TRIGGER breaks").unwrap();
    server.operator().add_account("ana", PASSWORD.into()).await.unwrap();
    let audit = server.operator().audit(None, 9).await.unwrap();
    assert_eq!(audit.iter().map(|entry| (&*entry.note.action, &*entry.note.target)).collect::<Vec<_>>(), [("user add", "ana")]);
}

#[tokio::test]
async fn listed_accounts_show_when_they_were_suspended() {
    let server = TestServer::start().await;
    let _clients = (server.register("ana").await, server.register("rui").await);
    server.operator().suspend("rui").await.unwrap();
    let found = server.operator().accounts(None, None, 9).await.unwrap();
    let names: Vec<_> = found.iter().map(|account| (account.username.as_str(), account.suspended_at.is_some())).collect();
    assert_eq!(names, [("ana", false), ("rui", true)]);
    assert!(found[1].suspended_at >= Some(found[1].created_at));
    let found = server.operator().accounts(Some("RU"), None, 9).await.unwrap();
    assert_eq!(found.len(), 1);
}

#[tokio::test]
async fn requests_about_unknown_accounts_are_refused() {
    let server = TestServer::start().await;
    let operator = server.operator();
    assert_eq!(operator.suspend("ana").await, Err(Refusal::NoSuchUser));
    assert_eq!(operator.resume("a b").await, Err(Refusal::NoSuchUser));
    assert_eq!(operator.set_password("ana", PASSWORD.into()).await, Err(Refusal::NoSuchUser));
    assert_eq!(operator.remove_devices("ana").await, Err(Refusal::NoSuchUser));
}
