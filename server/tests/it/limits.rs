//! Rate limits per account, shared by all its connections.

use papo_server::{Config, Limits};
use papo_shared::model::limits::MAX_MESSAGE_BYTES;
use papo_shared::model::{ClientId, ConversationId, NotifyLevel, Seq};
use papo_shared::protocol::limits::MAX_LINE_BYTES;
use papo_shared::protocol::{
    AddReaction, Block, CreateGroup, CreateGroupInvite, EditMessage, GoodbyeReason, JoinGroup, ListGroups, ListUsers,
    MarkDelivered, MarkRead, MarkUnread, OpenDirect, Refusal, RemoveMember, RenameGroup, Reply, Request, SearchMessages,
    SetNotify, SetProfile, SetTopic,
};

use crate::client::{Client, PASSWORD, TestServer, add, history, send, sign_in};

/// Sends a request twice, which must be allowed, and a third time on another connection, which must be refused.
async fn check_two_are_allowed(change: impl FnOnce(&mut Limits), request: impl Fn(ConversationId, usize) -> Request) {
    let server = TestServer::with(|config| change(&mut config.limits)).await;
    let mut ana = server.register("ana").await;
    for username in ["rui", "eva", "ivo"] {
        // Whoever opened a conversation with her may be added.
        server.register(username).await.direct("ana").await;
    }
    let group = ana.group("redes", &mut []).await;
    for number in 0..2 {
        let mut again = server.another_client(&ana).await;
        let reply = again.ask(request(group, number)).await;
        assert!(!matches!(reply, Reply::Refused(_)), "{reply:?}");
    }
    let mut again = server.another_client(&ana).await;
    let refusal = again.refused(request(group, 2)).await;
    assert!(matches!(refusal, Refusal::TooFast { retry_after_ms: 1.. }), "{refusal:?}");
    assert_eq!(again.ask(Request::Ping).await, Reply::Pong, "other requests still work");
    let mut other = server.client().await;
    let reply = other.ask(sign_in("rui", PASSWORD)).await;
    other.signed_in(reply);
    let theirs = other.group("outras", &mut []).await;
    let reply = other.ask(request(theirs, 3)).await;
    assert!(!matches!(reply, Reply::Refused(Refusal::TooFast { .. })), "other accounts are not affected");
}

fn other_username(number: usize) -> String {
    ["rui", "eva", "ivo", "ana"][number].to_owned()
}

#[tokio::test]
async fn messages_are_limited() {
    let send = |group, _| send(group, ClientId::new(), "oi");
    check_two_are_allowed(|limits| limits.messages_per_minute_by_account = 2, send).await;
}

/// The refusal of the third request comes from the store.
#[tokio::test]
async fn stored_messages_are_limited_per_day_over_all_connections() {
    let server = TestServer::with(|config| config.limits.messages_per_day_by_account = 4).await;
    let mut ana = server.register("ana").await;
    let group = ana.group("redes", &mut []).await;
    for _ in 0..3 {
        let mut again = server.another_client(&ana).await;
        let reply = again.ask(send(group, ClientId::new(), "oi")).await;
        assert!(matches!(reply, Reply::MessageStored(_)), "{reply:?}");
    }
    let mut again = server.another_client(&ana).await;
    let Refusal::QuotaReached { max_messages: 4, retry_after_ms: 1..=86_400_000, .. } =
        again.refused(send(group, ClientId::new(), "oi")).await
    else {
        panic!("not limited")
    };
    let mut rui = server.register("rui").await;
    let theirs = rui.group("outras", &mut []).await;
    let reply = rui.ask(send(theirs, ClientId::new(), "oi")).await;
    assert!(matches!(reply, Reply::MessageStored(_)), "other accounts are not affected: {reply:?}");
}

#[tokio::test]
async fn changes_to_messages_count_as_messages() {
    let change = |conversation, number| match number {
        0 => send(conversation, ClientId::new(), "oi"),
        1 => Request::AddReaction(AddReaction { conversation, seq: Seq(2), emoji: "👍".to_owned() }),
        _ => Request::EditMessage(EditMessage { conversation, seq: Seq(2), text: "olá".to_owned() }),
    };
    check_two_are_allowed(|limits| limits.messages_per_minute_by_account = 2, change).await;
}

#[tokio::test]
async fn read_and_delivery_marks_are_limited() {
    let mark = |conversation, number| match number {
        0 => Request::MarkRead(MarkRead { conversation, seq: Seq(1) }),
        1 => Request::MarkUnread(MarkUnread { conversation, seq: Seq(1) }),
        _ => Request::MarkDelivered(MarkDelivered { conversation, seq: Seq(1) }),
    };
    check_two_are_allowed(|limits| limits.marks_per_minute_by_account = 2, mark).await;
}

#[tokio::test]
async fn pages_are_limited() {
    check_two_are_allowed(|limits| limits.pages_per_minute_by_account = 2, |group, _| history(group, None, None)).await;
}

#[tokio::test]
async fn searches_are_limited() {
    let search = |_, number| match number {
        0 => Request::ListGroups(ListGroups { query: Some("r".to_owned()), ..ListGroups::default() }),
        1 => Request::SearchMessages(SearchMessages { query: "r".to_owned(), ..SearchMessages::default() }),
        _ => Request::ListUsers(ListUsers { query: Some("r".to_owned()), ..ListUsers::default() }),
    };
    check_two_are_allowed(|limits| limits.searches_per_minute_by_account = 2, search).await;
}

#[tokio::test]
async fn opening_direct_conversations_is_limited() {
    let open = |_, number| Request::OpenDirect(OpenDirect { username: other_username(number) });
    check_two_are_allowed(|limits| limits.direct_conversations_per_hour_by_account = 2, open).await;
}

#[tokio::test]
async fn group_creation_is_limited() {
    let create = |conversation, number| match number {
        0 => Request::RenameGroup(RenameGroup { conversation, name: "redes 2".to_owned() }),
        1 => Request::SetTopic(SetTopic { conversation, topic: "provas".to_owned() }),
        _ => Request::CreateGroup(CreateGroup { name: format!("grupo {number}"), visibility: None }),
    };
    // One group was created by the test itself.
    check_two_are_allowed(|limits| limits.groups_per_hour_by_account = 3, create).await;
}

#[tokio::test]
async fn adding_members_is_limited() {
    let add_one = |group, number| add(group, &other_username(number));
    check_two_are_allowed(|limits| limits.members_per_hour_by_account = 2, add_one).await;
}

#[tokio::test]
async fn removing_members_counts_like_adding_them() {
    let change = |conversation, number| match number {
        1 => Request::RemoveMember(RemoveMember { conversation, username: other_username(0) }),
        _ => add(conversation, &other_username(number)),
    };
    check_two_are_allowed(|limits| limits.members_per_hour_by_account = 2, change).await;
}

#[tokio::test]
async fn creating_group_invites_is_limited() {
    let invite = |conversation, _| Request::CreateGroupInvite(CreateGroupInvite { conversation, uses: None, expires_in_s: None });
    check_two_are_allowed(|limits| limits.group_invites_per_hour_by_account = 2, invite).await;
}

#[tokio::test]
async fn guessing_group_invite_codes_is_limited() {
    let server = TestServer::with(|config| config.limits.group_invites_per_hour_by_account = 2).await;
    let mut ana = server.register("ana").await;
    let guess = || Request::JoinGroup(JoinGroup { code: "ABCD-EFGH-IJKL-MNOP".to_owned() });
    assert_eq!([ana.refused(guess()).await, ana.refused(guess()).await], [Refusal::InviteInvalid, Refusal::InviteInvalid]);
    let mut again = server.another_client(&ana).await;
    let refusal = again.refused(guess()).await;
    assert!(matches!(refusal, Refusal::TooFast { .. }), "{refusal:?}");
}

#[tokio::test]
async fn changing_settings_is_limited() {
    let change = |conversation, number| match number {
        0 => Request::SetProfile(SetProfile { status: Some("aqui".to_owned()), ..SetProfile::default() }),
        1 => Request::SetNotify(SetNotify { conversation, level: NotifyLevel::Nothing, until: None }),
        _ => Request::Block(Block { username: other_username(1) }),
    };
    check_two_are_allowed(|limits| limits.settings_per_minute_by_account = 2, change).await;
}

/// It is not refused: its requests wait until they are read.
#[tokio::test]
async fn a_session_over_its_byte_rate_is_not_read() {
    let slow = |config: &mut Config| {
        config.limits.bytes_per_second = 1;
        config.limits.byte_burst = MAX_LINE_BYTES as u32;
    };
    let mut server = TestServer::with(slow).await;
    let mut ana = server.register("ana").await;
    let group = ana.group("redes", &mut []).await;
    let long = "x".repeat(MAX_MESSAGE_BYTES);
    for _ in 0..3 {
        ana.say(group, &long).await;
    }
    ana.request(send(group, ClientId::new(), &long)).await;
    // Other sessions are read, also of the same account.
    assert_eq!(server.another_client(&ana).await.texts(group).await.len(), 3);
    server.stop().await;
    assert_eq!(ana.goodbye().await, Some(GoodbyeReason::Stopping), "no reply must precede the goodbye");
    server.start_again(|_| {}).await;
    assert_eq!(server.another_client(&ana).await.texts(group).await.len(), 3);
}

#[tokio::test]
async fn registrations_per_address_are_limited() {
    let server = TestServer::with(|config| config.limits.registrations_per_hour_by_address = 2).await;
    let (_first, _second) = (server.register("ana").await, server.register("rui").await);
    let mut client: Client = server.client().await;
    let refusal = client.refused(crate::client::register("eva")).await;
    assert!(matches!(refusal, Refusal::TooFast { .. }), "{refusal:?}");
    let reply = client.ask(sign_in("ana", PASSWORD)).await;
    client.signed_in(reply);
}
