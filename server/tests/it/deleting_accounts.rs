//! Deleting one's own account.

use papo_shared::model::EntryKind;
use papo_shared::protocol::{DeleteAccount, Event, GoodbyeReason, Refusal, Request, SignInWithToken};

use crate::client::{PASSWORD, TestServer, register, sign_in};

fn delete(password: &str, erase_messages: bool) -> Request {
    Request::DeleteAccount(DeleteAccount { password: password.to_owned(), code: None, erase_messages })
}

#[tokio::test]
async fn a_deleted_account_ends_everywhere_and_its_messages_stay() {
    let server = TestServer::start().await;
    let (mut ana, mut rui) = (server.register("ana").await, server.register("rui").await);
    let id = ana.direct("rui").await;
    ana.say(id, "oi").await;
    let mut phone = server.client().await;
    let reply = phone.ask(sign_in("ana", PASSWORD)).await;
    phone.signed_in(reply);
    phone.wait_until_attached().await;

    assert_eq!(ana.refused(delete("errada", false)).await, Refusal::WrongCredentials);
    assert_eq!(rui.log(id).await.len(), 1, "nothing changed");
    ana.done(delete(PASSWORD, false)).await;
    assert_eq!(ana.goodbye().await, Some(GoodbyeReason::AccountDeleted));
    assert_eq!(phone.goodbye().await, Some(GoodbyeReason::AccountDeleted));
    let name = rui.deleted_account().await;
    let log = rui.log(id).await;
    assert_eq!(log[0].author.as_str(), name);
    assert!(matches!(&log[0].kind, EntryKind::Message(message) if message.text.as_str() == "oi"));

    let mut client = server.client().await;
    assert_eq!(client.refused(sign_in("ana", PASSWORD)).await, Refusal::WrongCredentials);
    let token = ana.token.clone();
    assert_eq!(client.refused(Request::SignInWithToken(SignInWithToken { token })).await, Refusal::TokenUnknown);
    assert!(matches!(client.refused(register("ana")).await, Refusal::UsernameTaken | Refusal::UsernameTooAlike));
}

#[tokio::test]
async fn messages_are_erased_if_the_user_wants() {
    let server = TestServer::start().await;
    let (mut ana, mut rui) = (server.register("ana").await, server.register("rui").await);
    let id = ana.direct("rui").await;
    ana.say(id, "oi").await;
    ana.done(delete(PASSWORD, true)).await;
    rui.event(|event| matches!(event, Event::MessagesErased(_)).then_some(())).await;
    let log = rui.log(id).await;
    assert!(matches!(&log[0].kind, EntryKind::Message(message) if message.deleted && message.text.as_str().is_empty()));
}

#[tokio::test]
async fn attempts_to_delete_an_account_are_limited_like_password_changes() {
    let server = TestServer::with(|config| config.limits.sign_ins_per_minute_by_username = 2).await;
    let mut ana = server.register("ana").await;
    for _ in 0..2 {
        assert_eq!(ana.refused(delete("errada", false)).await, Refusal::WrongCredentials);
    }
    assert!(matches!(ana.refused(delete(PASSWORD, false)).await, Refusal::TooFast { .. }));
}
