//! What the operator deletes, as seen by users.

use papo_shared::model::{EntryKind, Role};
use papo_shared::protocol::{Event, GoodbyeReason, ListUsers, Refusal, Reply, Request};

use crate::client::{PASSWORD, TestServer, send, sign_in};

#[tokio::test]
async fn a_deleted_user_is_disconnected_for_good_and_others_are_told() {
    let server = TestServer::start().await;
    let (mut ana, mut rui) = (server.register("ana").await, server.register("rui").await);
    let mut second = server.another_client(&ana).await;
    let redes = ana.group("redes", &mut [&mut rui]).await;
    let conversation = ana.direct("rui").await;
    ana.say(conversation, "oi").await;
    server.operator().delete_account("Ana", false).await.unwrap();
    for client in [&mut ana, &mut second] {
        assert_eq!(client.goodbye().await, Some(GoodbyeReason::SignedOut));
    }
    let renamed = rui.event(|event| if let Event::AccountDeleted(deleted) = event { Some(deleted.clone()) } else { None }).await;
    assert_eq!((renamed.username.as_str(), renamed.now.as_str()), ("ana", "deleted-1"));
    let left = rui
        .event(|event| match event {
            Event::EntryPosted(posted) if matches!(posted.entry.kind, EntryKind::MemberLeft { .. }) => Some(posted.clone()),
            _ => None,
        })
        .await;
    assert_eq!((left.conversation, left.entry.author.as_str()), (redes, "deleted-1"));
    let papo_shared::model::ConversationKind::Group { role, members, .. } = rui.see(redes).await.kind else { panic!() };
    assert_eq!((role, members), (Role::Owner, 1));

    assert_eq!(rui.texts(conversation).await, ["oi"]);
    assert_eq!(rui.refused(send(conversation, papo_shared::model::ClientId::new(), "oi?")).await, Refusal::AccountDeleted);
    let Reply::Users(users) = rui.ask(Request::ListUsers(ListUsers::default())).await else { panic!() };
    assert_eq!(users.users.iter().map(|person| person.username.as_str()).collect::<Vec<_>>(), ["rui"]);
    let mut client = server.client().await;
    for username in ["ana", "deleted-1"] {
        assert_eq!(client.refused(sign_in(username, PASSWORD)).await, Refusal::WrongCredentials);
    }
    assert_eq!(server.operator().delete_account("ana", false).await, Err(Refusal::NoSuchUser));
    let audit = server.operator().audit(None, 9).await.unwrap();
    assert_eq!(
        audit.iter().map(|entry| (&*entry.note.action, &*entry.note.target)).collect::<Vec<_>>(),
        [("user delete", "ana")]
    );
}

#[tokio::test]
async fn erasing_continues_after_a_restart() {
    let mut server = TestServer::start().await;
    let (mut ana, mut rui) = (server.register("ana").await, server.register("rui").await);
    let conversation = ana.direct("rui").await;
    for number in 0..200 {
        ana.say(conversation, &number.to_string()).await;
    }
    let mut last = rui.log(conversation).await.len();
    server.operator().delete_account("ana", true).await.unwrap();
    server.restart().await;
    let mut rui = server.another_client(&rui).await;
    while last > 0 {
        last = rui.texts(conversation).await.into_iter().filter(|text| !text.is_empty()).count();
        tokio::task::yield_now().await;
    }
    assert_eq!(rui.log(conversation).await.len(), 200, "the numbers stay");
}
