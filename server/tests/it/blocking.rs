//! Blocking users.

use papo_shared::protocol::{Block, Event, ListBlocked, OpenDirect, Refusal, Reply, Request, SetProfile, Typing, Unblock};

use crate::client::{Client, TestServer, add, send};

fn block(username: &str) -> Request {
    Request::Block(Block { username: username.to_owned() })
}

fn unblock(username: &str) -> Request {
    Request::Unblock(Unblock { username: username.to_owned() })
}

fn open(username: &str) -> Request {
    Request::OpenDirect(OpenDirect { username: username.to_owned() })
}

/// A page of one blocked user, and the start of the next page.
async fn page(client: &mut Client, after: Option<&str>) -> (Vec<String>, Option<String>) {
    let ask = ListBlocked { after: after.map(|after| after.to_owned().into()), limit: Some(1) };
    let Reply::Blocked(page) = client.ask(Request::ListBlocked(ask)).await else { panic!("expected a page") };
    (page.people.into_iter().map(|person| person.username.into()).collect(), page.next.map(String::from))
}

/// Waits for the event that this user is blocked or unblocked.
async fn expect_block(client: &mut Client, username: &str, blocked: bool) {
    client
        .event(|event| match event {
            Event::BlockChanged(changed) => (changed.username.as_str() == username && changed.blocked == blocked).then_some(()),
            _ => None,
        })
        .await;
}

#[tokio::test]
async fn a_blocked_user_is_refused_as_if_the_account_did_not_exist() {
    let server = TestServer::start().await;
    let (mut ana, mut rui) = (server.register("ana").await, server.register("rui").await);
    let mut phone = server.another_client(&ana).await;
    let conversation = rui.direct("ana").await;
    rui.say(conversation, "oi").await;
    ana.entry(conversation).await;
    ana.done(block("Rui")).await;
    expect_block(&mut phone, "rui", true).await;
    assert!(
        !ana.drain_events().await.iter().any(|event| matches!(event, Event::BlockChanged(_))),
        "the blocking session gets no event"
    );

    let unknown_user = rui.refused(open("ninguem")).await;
    assert_eq!(rui.refused(open("ana")).await, unknown_user);
    let write = || send(conversation, papo_shared::model::ClientId::new(), "oi?");
    let nowhere = rui.refused(send(papo_shared::model::ConversationId(99), papo_shared::model::ClientId::new(), "oi?")).await;
    assert_eq!(rui.refused(write()).await, nowhere);
    assert_eq!(rui.refused(Request::Typing(Typing { conversation })).await, nowhere);
    assert_eq!(rui.texts(conversation).await, ["oi"], "existing messages stay visible to both");
    assert_eq!(ana.refused(write()).await, Refusal::UnblockFirst);
    assert_eq!(ana.refused(Request::Typing(Typing { conversation })).await, Refusal::UnblockFirst);
    assert_eq!(ana.summary(open("rui")).await.conversation, conversation, "the blocking user can still read");
    let heard =
        ana.drain_events().await.into_iter().find(|event| matches!(event, Event::EntryPosted(_) | Event::TypingStarted(_)));
    assert_eq!(heard, None);

    ana.done(unblock("rui")).await;
    expect_block(&mut phone, "rui", false).await;
    rui.say(conversation, "de volta").await;
    ana.entry(conversation).await;
}

#[tokio::test]
async fn a_blocked_user_cannot_open_a_conversation() {
    let server = TestServer::start().await;
    let (mut ana, mut rui) = (server.register("ana").await, server.register("rui").await);
    ana.done(block("rui")).await;
    assert_eq!(rui.refused(open("ana")).await, Refusal::NoSuchUser);
    ana.done(unblock("rui")).await;
    rui.direct("ana").await;
}

#[tokio::test]
async fn in_groups_blocks_only_prevent_adding_the_blocker() {
    let server = TestServer::start().await;
    let (mut ana, mut rui, mut eva) = (server.register("ana").await, server.register("rui").await, server.register("eva").await);
    ana.done(block("rui")).await;
    let group = rui.group("redes", &mut [&mut eva]).await;
    assert_eq!(rui.refused(add(group, "ana")).await, Refusal::NoSuchUser);
    eva.add(group, &mut ana).await;
    assert_eq!(rui.refused(add(group, "ana")).await, Refusal::AlreadyAMember, "visible to all members");
    rui.say(group, "oi, todas").await;
    assert_eq!(ana.texts(group).await, ["oi, todas"], "the log is the same for all; hiding is left to clients");
}

/// Presence continues to be sent to a blocked user, since its absence would reveal the block.
#[tokio::test]
async fn a_blocked_user_still_receives_presence() {
    let server = TestServer::start().await;
    let (mut ana, mut rui) = (server.register("ana").await, server.register("rui").await);
    ana.direct("rui").await;
    ana.done(block("rui")).await;
    ana.done(Request::SetProfile(SetProfile { status: Some("aqui".to_owned()), ..SetProfile::default() })).await;
    let says_so = |event: &Event| match event {
        Event::PresenceChanged(changed) => {
            let ana = changed.people.iter().find(|person| person.username.as_str() == "ana");
            ana.is_some_and(|ana| ana.online && ana.status.is_some()).then_some(())
        }
        _ => None,
    };
    rui.event(says_so).await;
}

#[tokio::test]
async fn blocked_users_are_listed_in_pages_for_the_blocker_only() {
    let server = TestServer::start().await;
    let (mut ana, mut rui) = (server.register("ana").await, server.register("rui").await);
    let _eva = server.register("eva").await;
    assert_eq!(ana.refused(block("ana")).await, Refusal::CannotTargetSelf);
    assert_eq!(ana.refused(block("ninguem")).await, Refusal::NoSuchUser);
    for request in [block("rui"), block("rui"), block("eva"), unblock("ana")] {
        ana.done(request).await;
    }
    assert_eq!(page(&mut ana, None).await, (vec!["eva".to_owned()], Some("eva".to_owned())));
    assert_eq!(page(&mut ana, Some("eva")).await, (vec!["rui".to_owned()], None));
    assert_eq!(page(&mut rui, None).await, (vec![], None));
}

/// The block stays, so that messages of the deleted account are still hidden, and can be removed by the new name.
#[tokio::test]
async fn a_user_whose_account_was_deleted_can_be_unblocked() {
    let server = TestServer::start().await;
    let (mut ana, _rui) = (server.register("ana").await, server.register("rui").await);
    ana.direct("rui").await;
    ana.done(block("rui")).await;
    server.operator().delete_account("rui", false).await.unwrap();
    let name = ana.deleted_account().await;
    assert_eq!(page(&mut ana, None).await, (vec![name.clone()], None));
    assert_eq!(ana.refused(unblock("rui")).await, Refusal::NoSuchUser);
    ana.done(unblock(&name)).await;
    assert_eq!(page(&mut ana, None).await, (vec![], None));
    assert_eq!(ana.refused(unblock(&name)).await, Refusal::NoSuchUser, "not blocked any more");
}
