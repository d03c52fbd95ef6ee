//! What the operator deletes, as seen by users.

use papo_shared::model::{ClientId, ConversationKind, EntryKind, Role};
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
        assert_eq!(client.goodbye().await, Some(GoodbyeReason::AccountDeleted));
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
    let ConversationKind::Group { role, members, .. } = rui.see(redes).await.kind else { panic!() };
    assert_eq!((role, members), (Role::Owner, 1));

    assert_eq!(rui.texts(conversation).await, ["oi"]);
    assert_eq!(rui.refused(send(conversation, ClientId::new(), "oi?")).await, Refusal::AccountDeleted);
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

#[tokio::test]
async fn a_deleted_group_disappears_from_its_members_and_from_the_list() {
    let server = TestServer::start().await;
    let (mut ana, mut rui) = (server.register("ana").await, server.register("rui").await);
    let redes = ana.group("redes", &mut [&mut rui]).await;
    ana.group("outra", &mut []).await;
    ana.say(redes, "compre agora").await;
    let operator = server.operator();
    let listed = operator.groups(Some("ana"), None, 9).await.unwrap();
    let summary: Vec<_> = listed.iter().map(|group| (group.name.as_str(), group.members, group.entries.0)).collect();
    assert_eq!(summary, [("redes", 2, 3), ("outra", 1, 1)]);
    assert_eq!(operator.groups(Some("rui"), None, 9).await.unwrap(), []);
    operator.delete_group(redes).await.unwrap();
    for client in [&mut ana, &mut rui] {
        let gone = client.event(|event| if let Event::GroupDeleted(gone) = event { Some(gone.conversation) } else { None }).await;
        assert_eq!(gone, redes);
        assert_eq!(client.refused(send(redes, ClientId::new(), "oi")).await, Refusal::NotAMember);
    }
    assert_eq!(operator.delete_group(redes).await, Err(Refusal::NotAGroup));
    assert_eq!(operator.groups(None, None, 9).await.unwrap().len(), 1);
    ana.group("redes", &mut []).await;
    let audit = operator.audit(None, 9).await.unwrap();
    assert_eq!((&*audit[0].note.action, &*audit[0].note.target), ("group delete", &*redes.0.to_string()));
}

#[tokio::test]
async fn the_operator_transfers_groups_and_deletes_messages() {
    let server = TestServer::start().await;
    let (mut ana, mut rui) = (server.register("ana").await, server.register("rui").await);
    server.register("eva").await;
    let redes = ana.group("redes", &mut [&mut rui]).await;
    let operator = server.operator();
    assert_eq!(operator.transfer_group(redes, "eva").await, Err(Refusal::NoSuchMember));
    operator.transfer_group(redes, "rui").await.unwrap();
    let ConversationKind::Group { role, .. } = rui.see(redes).await.kind else { panic!() };
    assert_eq!(role, Role::Owner);
    let (_, members) = operator.group(redes, 9).await.unwrap();
    assert_eq!(members.iter().map(|member| member.role).collect::<Vec<_>>(), [Role::Admin, Role::Owner]);

    let seq = ana.say(redes, "compre agora").await.seq;
    operator.delete_message(redes, seq).await.unwrap();
    let erased = rui.event(|event| if let Event::MessagesErased(erased) = event { Some(erased.clone()) } else { None }).await;
    assert_eq!((erased.conversation, erased.seqs, erased.by_operator), (redes, vec![seq], true));
    let EntryKind::Message(message) = rui.log(redes).await.pop().unwrap().kind else { panic!() };
    assert!(message.text.as_str().is_empty() && message.deleted && message.by_operator && message.deleted_by.is_none());
    assert_eq!(operator.delete_message(redes, seq).await, Err(Refusal::NoSuchMessage));
}
