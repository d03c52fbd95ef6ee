//! Values at the edges of what PROTOCOL.md describes.

use papo_shared::model::{ConversationId, DeviceId, Emoji, EntryKind, NotifyLevel, Role, Seq, Timestamp, Username};
use papo_shared::protocol::{
    AddReaction, CreateGroupInvite, DeleteMessage, Event, JoinGroup, Refusal, Reply, Request, RevokeDevice, SendMessage,
    SetNotify, SetRole, Typing,
};

use crate::client::{Client, TestServer};

fn typing(conversation: ConversationId) -> Request {
    Request::Typing(Typing { conversation })
}

/// The number of typing notices that have arrived.
async fn typing_notices(client: &mut Client) -> usize {
    client.drain_events().await.into_iter().filter(|event| matches!(event, Event::TypingStarted(_))).count()
}

#[tokio::test]
async fn a_typing_notice_that_is_not_passed_on_is_refused_to_non_members_nevertheless() {
    let server = TestServer::start().await;
    let (mut ana, mut rui, mut eva) = (server.register("ana").await, server.register("rui").await, server.register("eva").await);
    let group = ana.group("redes", &mut [&mut rui]).await;
    for _ in 0..3 {
        assert_eq!(eva.refused(typing(group)).await, Refusal::NotAMember);
        ana.done(typing(group)).await;
    }
    assert_eq!(typing_notices(&mut rui).await, 1);
    for unknown in 100..115 {
        assert_eq!(ana.refused(typing(ConversationId(unknown))).await, Refusal::NotAMember);
    }
    let Refusal::TooFast { .. } = ana.refused(typing(ConversationId(115))).await else { panic!("not limited") };
}

#[tokio::test]
async fn a_notification_level_with_an_end_in_the_past_is_all() {
    let server = TestServer::start().await;
    let mut ana = server.register("ana").await;
    let group = ana.group("redes", &mut []).await;
    for until in [Timestamp(-1), Timestamp(i64::MIN), Timestamp(0)] {
        ana.done(Request::SetNotify(SetNotify { conversation: group, level: NotifyLevel::Nothing, until: Some(until) })).await;
        assert!(ana.see(group).await.notify.is_default(), "{until:?}");
    }
}

#[tokio::test]
async fn an_invite_of_no_duration_has_expired() {
    let server = TestServer::start().await;
    let (mut ana, mut rui) = (server.register("ana").await, server.register("rui").await);
    let group = ana.group("redes", &mut []).await;
    let create = CreateGroupInvite { conversation: group, uses: None, expires_in_s: Some(0) };
    let Reply::GroupInvite(invite) = ana.ask(Request::CreateGroupInvite(create)).await else { panic!("expected an invite") };
    assert_eq!(invite.listing.expires_at, Some(invite.listing.created_at));
    assert_eq!(rui.refused(Request::JoinGroup(JoinGroup { code: invite.code })).await, Refusal::InviteInvalid);
}

#[tokio::test]
async fn an_unknown_role_cannot_be_given() {
    let server = TestServer::start().await;
    let (mut ana, mut rui) = (server.register("ana").await, server.register("rui").await);
    let group = ana.group("redes", &mut [&mut rui]).await;
    let set = SetRole { conversation: group, username: "rui".to_owned(), role: Role::Other };
    let Refusal::WrongFields { .. } = ana.refused(Request::SetRole(set)).await else { panic!("expected wrong fields") };
}

#[tokio::test]
async fn no_device_has_a_number_that_is_not_positive() {
    let server = TestServer::start().await;
    let mut ana = server.register("ana").await;
    for number in [0, -1, i64::MIN, i64::MAX] {
        let revoke = Request::RevokeDevice(RevokeDevice { device: DeviceId(number) });
        assert_eq!(ana.refused(revoke).await, Refusal::NoSuchDevice, "{number}");
    }
}

#[tokio::test]
async fn a_deleted_message_keeps_its_place_author_and_client_id() {
    let server = TestServer::start().await;
    let (mut ana, mut rui) = (server.register("ana").await, server.register("rui").await);
    let group = ana.group("redes", &mut [&mut rui]).await;
    let first = ana.say(group, "oi").await.seq;
    let client_id = papo_shared::model::ClientId::new();
    let send = SendMessage { conversation: group, client_id, text: "oi @rui".to_owned(), reply_to: Some(first) };
    let Reply::MessageStored(stored) = ana.ask(Request::SendMessage(send)).await else { panic!("expected an acknowledgement") };
    let seq = stored.seq;
    ana.done(Request::AddReaction(AddReaction { conversation: group, seq, emoji: " 👍 ".to_owned() })).await;
    let entry = |log: Vec<papo_shared::model::Entry>| log.into_iter().find(|entry| entry.seq == seq).unwrap();
    let before = entry(ana.log(group).await);
    let EntryKind::Message(message) = before.kind else { panic!("expected a message") };
    assert_eq!(message.reactions[0].emoji, Emoji::parse("👍").unwrap(), "without the spaces");
    assert_eq!(message.mentions, [Username::parse("rui").unwrap()]);
    ana.done(Request::DeleteMessage(DeleteMessage { conversation: group, seq })).await;
    let after = entry(ana.log(group).await);
    let EntryKind::Message(deleted) = after.kind else { panic!("expected a message") };
    assert_eq!((after.at, after.author), (before.at, before.author));
    assert_eq!((deleted.client_id, deleted.reply_to, deleted.changed), (client_id, message.reply_to, Some(Seq(seq.0 + 2))));
    assert!(deleted.deleted && deleted.text.as_str().is_empty() && deleted.edited_at.is_none());
    assert!(deleted.mentions.is_empty() && deleted.reactions.is_empty());
}
