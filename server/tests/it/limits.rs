//! How much of what costs an account may have, on all its connections together.

use papo_server::Limits;
use papo_shared::model::limits::MAX_MESSAGE_BYTES;
use papo_shared::model::{ClientId, ConversationId, NotifyLevel, Seq};
use papo_shared::protocol::limits::MAX_LINE_BYTES;
use papo_shared::protocol::{
    AddReaction, Block, CreateGroup, CreateGroupInvite, EditMessage, JoinGroup, ListGroups, ListUsers, MarkDelivered, MarkRead,
    MarkUnread, OpenDirect, Refusal, RemoveMember, RenameGroup, Reply, Request, SearchMessages, SetNotify, SetProfile, SetTopic,
};

use crate::client::{Client, PASSWORD, TestServer, add, history, send, sign_in};

/// Asks twice, which is allowed, on a connection each, and then a third time on another one.
async fn check_two_are_allowed(change: impl FnOnce(&mut Limits), request: impl Fn(ConversationId, usize) -> Request) {
    let server = TestServer::with(|config| change(&mut config.limits)).await;
    let mut ana = server.register("ana").await;
    for username in ["rui", "eva", "ivo"] {
        server.register(username).await;
    }
    let group = ana.group("redes", &[]).await;
    for number in 0..2 {
        let mut again = server.again(&ana).await;
        let reply = again.ask(request(group, number)).await;
        assert!(!matches!(reply, Reply::Refused(_)), "{reply:?}");
    }
    let mut again = server.again(&ana).await;
    let refusal = again.refused(request(group, 2)).await;
    assert!(matches!(refusal, Refusal::TooFast { retry_after_ms: 1.. }), "{refusal:?}");
    assert_eq!(again.ask(Request::Ping).await, Reply::Pong, "everything else goes on");
    let mut other = server.client().await;
    let reply = other.ask(sign_in("rui", PASSWORD)).await;
    other.signed_in(reply);
    let theirs = other.group("outras", &[]).await;
    let reply = other.ask(request(theirs, 3)).await;
    assert!(!matches!(reply, Reply::Refused(Refusal::TooFast { .. })), "nobody else is concerned");
}

fn somebody(number: usize) -> String {
    ["rui", "eva", "ivo", "ana"][number].to_owned()
}

#[tokio::test]
async fn messages_have_a_limit() {
    let send = |group, _| send(group, ClientId::new(), "oi");
    check_two_are_allowed(|limits| limits.messages_per_minute_by_account = 2, send).await;
}

#[tokio::test]
async fn what_becomes_of_messages_counts_as_messages() {
    let change = |conversation, number| match number {
        0 => send(conversation, ClientId::new(), "oi"),
        1 => Request::AddReaction(AddReaction { conversation, seq: Seq(2), emoji: "👍".to_owned() }),
        _ => Request::EditMessage(EditMessage { conversation, seq: Seq(2), text: "olá".to_owned() }),
    };
    check_two_are_allowed(|limits| limits.messages_per_minute_by_account = 2, change).await;
}

#[tokio::test]
async fn what_people_say_of_their_reading_has_a_limit() {
    let mark = |conversation, number| match number {
        0 => Request::MarkRead(MarkRead { conversation, seq: Seq(1) }),
        1 => Request::MarkUnread(MarkUnread { conversation, seq: Seq(1) }),
        _ => Request::MarkDelivered(MarkDelivered { conversation, seq: Seq(1) }),
    };
    check_two_are_allowed(|limits| limits.marks_per_minute_by_account = 2, mark).await;
}

#[tokio::test]
async fn pages_have_a_limit() {
    check_two_are_allowed(|limits| limits.pages_per_minute_by_account = 2, |group, _| history(group, None, None)).await;
}

#[tokio::test]
async fn searches_have_a_limit() {
    let search = |_, number| match number {
        0 => Request::ListGroups(ListGroups { query: Some("r".to_owned()), ..ListGroups::default() }),
        1 => Request::SearchMessages(SearchMessages { query: "r".to_owned(), ..SearchMessages::default() }),
        _ => Request::ListUsers(ListUsers { query: Some("r".to_owned()), ..ListUsers::default() }),
    };
    check_two_are_allowed(|limits| limits.searches_per_minute_by_account = 2, search).await;
}

#[tokio::test]
async fn opening_direct_conversations_has_a_limit() {
    let open = |_, number| Request::OpenDirect(OpenDirect { username: somebody(number) });
    check_two_are_allowed(|limits| limits.direct_conversations_per_hour_by_account = 2, open).await;
}

#[tokio::test]
async fn groups_have_a_limit() {
    let create = |conversation, number| match number {
        0 => Request::RenameGroup(RenameGroup { conversation, name: "redes 2".to_owned() }),
        1 => Request::SetTopic(SetTopic { conversation, topic: "provas".to_owned() }),
        _ => Request::CreateGroup(CreateGroup { name: format!("grupo {number}") }),
    };
    // One was made to ask about.
    check_two_are_allowed(|limits| limits.groups_per_hour_by_account = 3, create).await;
}

#[tokio::test]
async fn adding_members_has_a_limit() {
    let add_one = |group, number| add(group, &somebody(number));
    check_two_are_allowed(|limits| limits.members_per_hour_by_account = 2, add_one).await;
}

#[tokio::test]
async fn removing_members_counts_as_adding_them() {
    let change = |conversation, number| match number {
        1 => Request::RemoveMember(RemoveMember { conversation, username: somebody(0) }),
        _ => add(conversation, &somebody(number)),
    };
    check_two_are_allowed(|limits| limits.members_per_hour_by_account = 2, change).await;
}

#[tokio::test]
async fn making_invites_to_groups_has_a_limit() {
    let invite = |conversation, _| Request::CreateGroupInvite(CreateGroupInvite { conversation, uses: None, expires_in_s: None });
    check_two_are_allowed(|limits| limits.group_invites_per_hour_by_account = 2, invite).await;
}

#[tokio::test]
async fn codes_of_groups_are_not_tried_until_one_is_good() {
    let server = TestServer::with(|config| config.limits.group_invites_per_hour_by_account = 2).await;
    let mut ana = server.register("ana").await;
    let guess = || Request::JoinGroup(JoinGroup { code: "ABCD-EFGH-IJKL-MNOP".to_owned() });
    assert_eq!([ana.refused(guess()).await, ana.refused(guess()).await], [Refusal::InviteInvalid, Refusal::InviteInvalid]);
    let mut again = server.again(&ana).await;
    let refusal = again.refused(guess()).await;
    assert!(matches!(refusal, Refusal::TooFast { .. }), "{refusal:?}");
}

#[tokio::test]
async fn changing_ones_settings_has_a_limit() {
    let change = |conversation, number| match number {
        0 => Request::SetProfile(SetProfile { status: Some("aqui".to_owned()), ..SetProfile::default() }),
        1 => Request::SetNotify(SetNotify { conversation, level: NotifyLevel::Nothing, until: None }),
        _ => Request::Block(Block { username: somebody(1) }),
    };
    check_two_are_allowed(|limits| limits.settings_per_minute_by_account = 2, change).await;
}

#[tokio::test]
async fn the_bytes_of_a_session_have_a_limit() {
    let server = TestServer::with(|config| {
        config.limits.bytes_per_second = 1;
        config.limits.byte_burst = MAX_LINE_BYTES as u32;
    })
    .await;
    let mut ana = server.register("ana").await;
    let group = ana.group("redes", &[]).await;
    let long = "x".repeat(MAX_MESSAGE_BYTES);
    for _ in 0..3 {
        ana.say(group, &long).await;
    }
    let refusal = ana.refused(send(group, ClientId::new(), &long)).await;
    assert!(matches!(refusal, Refusal::TooFast { .. }), "{refusal:?}");
    let mut again = server.again(&ana).await;
    assert_eq!(again.texts(group).await.len(), 3);
}

#[tokio::test]
async fn an_address_registers_so_many_accounts() {
    let server = TestServer::with(|config| config.limits.registrations_per_hour_by_address = 2).await;
    let (_first, _second) = (server.register("ana").await, server.register("rui").await);
    let mut client: Client = server.client().await;
    let refusal = client.refused(crate::client::register("eva")).await;
    assert!(matches!(refusal, Refusal::TooFast { .. }), "{refusal:?}");
    let reply = client.ask(sign_in("ana", PASSWORD)).await;
    client.signed_in(reply);
}
