//! Managing groups: roles, removal, topics, invites and notification settings.

use papo_shared::model::{ConversationId, ConversationKind, EntryKind, Notify, NotifyLevel, Role, Seq, Timestamp, Topic};
use papo_shared::protocol::{
    CreateGroupInvite, Event, GroupInvite, JoinGroup, LeaveGroup, ListConversations, ListGroupInvites, ListMembers, Refusal,
    RemoveMember, RenameGroup, Reply, Request, RevokeGroupInvite, SetNotify, SetRole, SetTopic, WatchDirectory,
};

use crate::client::{Client, TestServer, history};

fn set_role(conversation: ConversationId, username: &str, role: Role) -> Request {
    Request::SetRole(SetRole { conversation, username: username.to_owned(), role })
}

fn remove(conversation: ConversationId, username: &str) -> Request {
    Request::RemoveMember(RemoveMember { conversation, username: username.to_owned() })
}

fn topic(conversation: ConversationId, topic: &str) -> Request {
    Request::SetTopic(SetTopic { conversation, topic: topic.to_owned() })
}

fn join(code: &str) -> Request {
    Request::JoinGroup(JoinGroup { code: code.to_owned() })
}

async fn roles(client: &mut Client, conversation: ConversationId) -> Vec<(String, Role)> {
    let ask = ListMembers { conversation, after: None, limit: None };
    match client.ask(Request::ListMembers(ask)).await {
        Reply::Members(page) => page.members.into_iter().map(|row| (row.person.username.into(), row.role)).collect(),
        reply => panic!("expected members, got {reply:?}"),
    }
}

async fn invite(client: &mut Client, ask: CreateGroupInvite) -> GroupInvite {
    match client.ask(Request::CreateGroupInvite(ask)).await {
        Reply::GroupInvite(invite) => invite,
        reply => panic!("expected an invite, got {reply:?}"),
    }
}

/// The reader's role and the topic, from the group's summary.
async fn standing(client: &mut Client, conversation: ConversationId) -> (Role, Option<String>) {
    match client.see(conversation).await.kind {
        ConversationKind::Group { role, topic, .. } => (role, topic.map(|topic| topic.to_string())),
        kind => panic!("expected a group, got {kind:?}"),
    }
}

#[tokio::test]
async fn a_group_is_managed_by_owner_and_admins_and_ownership_can_pass() {
    let server = TestServer::start().await;
    let (mut ana, mut rui) = (server.register("ana").await, server.register("rui").await);
    let mut eva = server.register("eva").await;
    let group = ana.group("redes", &mut [&mut rui]).await;
    rui.entry(group).await;
    let rename = Request::RenameGroup(RenameGroup { conversation: group, name: "outra".to_owned() });
    for request in [rename.clone(), topic(group, "x"), set_role(group, "rui", Role::Owner), remove(group, "ana")] {
        assert_eq!(rui.refused(request).await, Refusal::NotAllowed);
    }
    rui.add(group, &mut eva).await;
    rui.entry(group).await;

    ana.done(set_role(group, "Rui", Role::Admin)).await;
    let event = rui.entry(group).await;
    assert_eq!(event.kind, EntryKind::RoleChanged { member: "rui".to_owned().into(), role: Role::Admin });
    rui.done(topic(group, " Provas e trabalhos ")).await;
    assert_eq!(rui.entry(group).await.kind, EntryKind::TopicChanged { topic: Topic::parse("Provas e trabalhos").unwrap() });
    rui.done(rename).await;
    rui.entry(group).await;
    assert_eq!(standing(&mut rui, group).await, (Role::Admin, Some("Provas e trabalhos".to_owned())));
    assert_eq!(rui.refused(topic(group, &"x".repeat(201))).await, Refusal::TopicTooLong { max_chars: 200 });
    rui.done(topic(group, "")).await;
    assert_eq!(rui.entry(group).await.kind, EntryKind::TopicChanged { topic: None });

    ana.done(set_role(group, "rui", Role::Owner)).await;
    let expected = [("ana".to_owned(), Role::Admin), ("eva".to_owned(), Role::Member), ("rui".to_owned(), Role::Owner)];
    assert_eq!(roles(&mut ana, group).await, expected);
    assert_eq!(ana.refused(set_role(group, "rui", Role::Member)).await, Refusal::NotAllowed, "she is no longer the owner");
    rui.entry(group).await;
    rui.done(Request::LeaveGroup(LeaveGroup { conversation: group })).await;
    let mut last = ana.log(group).await;
    assert_eq!(last.pop().unwrap().kind, EntryKind::MemberLeft { new_owner: Some("ana".to_owned().into()) });
    assert_eq!(standing(&mut ana, group).await, (Role::Owner, None));
}

#[tokio::test]
async fn a_removed_member_receives_the_removal_and_nothing_after_it() {
    let server = TestServer::start().await;
    let (mut ana, mut rui) = (server.register("ana").await, server.register("rui").await);
    let mut elsewhere = server.another_client(&rui).await;
    let group = ana.group("redes", &mut [&mut rui]).await;
    let mut eva = server.register("eva").await;
    eva.done(Request::WatchDirectory(WatchDirectory { watch: true })).await;
    ana.say(group, "antes").await;
    assert_eq!(ana.refused(remove(group, "ana")).await, Refusal::CannotTargetSelf);
    assert_eq!(ana.refused(remove(group, "eva")).await, Refusal::NoSuchMember);
    assert_eq!(ana.refused(remove(group, "ninguem")).await, Refusal::NoSuchMember);
    ana.done(remove(group, "rui")).await;
    for client in [&mut rui, &mut elsewhere] {
        let kinds = [client.entry(group).await.kind, client.entry(group).await.kind, client.entry(group).await.kind];
        assert_eq!(kinds[2], EntryKind::MemberRemoved { member: "rui".to_owned().into() });
    }
    let members = eva.event(|event| match event {
        Event::GroupChanged(listing) if listing.members == 1 => Some(listing.members),
        _ => None,
    });
    assert_eq!(members.await, 1);

    ana.say(group, "depois").await;
    for client in [&mut rui, &mut elsewhere] {
        assert_eq!(client.refused(history(group, None, None)).await, Refusal::NotAMember);
        assert!(!client.drain_events().await.iter().any(|event| matches!(event, Event::EntryPosted(_))), "no live events");
    }
    let Reply::Conversations(page) = rui.ask(Request::ListConversations(ListConversations::default())).await else { panic!() };
    assert_eq!(page.conversations, [], "no conversation to catch up with");

    ana.add(group, &mut rui).await;
    ana.say(group, "de volta").await;
    assert_eq!(rui.texts(group).await, ["de volta"]);
}

#[tokio::test]
async fn invites_run_out_expire_and_can_be_revoked() {
    let server = TestServer::start().await;
    let (mut ana, mut rui, mut eva) = (server.register("ana").await, server.register("rui").await, server.register("eva").await);
    let group = ana.group("redes", &mut []).await;
    ana.say(group, "antes").await;
    let once = invite(&mut ana, CreateGroupInvite { conversation: group, uses: Some(0), expires_in_s: Some(3600) }).await;
    assert_eq!((once.listing.uses_left, once.listing.created_by.as_str()), (Some(1), "ana"), "0 counts as 1");
    assert_eq!(once.listing.expires_at.unwrap().0 - once.listing.created_at.0, 3_600_000);
    let most = invite(&mut ana, CreateGroupInvite { conversation: group, uses: Some(u32::MAX), expires_in_s: None }).await;
    assert_eq!((most.listing.uses_left, most.listing.expires_at), (Some(1000), None));

    let came = rui.summary(join(&once.code.to_lowercase().replace('-', " "))).await;
    assert_eq!((came.conversation, came.first_seq, came.unread), (group, Seq(3), 0));
    assert_eq!(rui.entry(group).await.kind, EntryKind::MemberJoined);
    assert_eq!(rui.texts(group).await, [""; 0], "the log is visible from the joining on");
    assert_eq!(rui.summary(join(&most.code)).await.conversation, group, "an existing member gets the conversation");
    for code in [&once.code, "ABCD-EFGH-IJKL-MNOP", "x"] {
        assert_eq!(eva.refused(join(code)).await, Refusal::InviteInvalid);
    }
    let list = Request::ListGroupInvites(ListGroupInvites { conversation: group });
    let Reply::GroupInvites(listed) = ana.ask(list.clone()).await else { panic!("expected invites") };
    assert_eq!(listed.invites, std::slice::from_ref(&most.listing));
    assert_eq!(rui.refused(list).await, Refusal::NotAllowed);
    let revoke = Request::RevokeGroupInvite(RevokeGroupInvite { conversation: group, invite: most.listing.invite });
    assert_eq!(rui.refused(revoke.clone()).await, Refusal::NotAllowed);
    ana.done(revoke).await;
    assert_eq!(eva.refused(join(&most.code)).await, Refusal::InviteInvalid);
}

#[tokio::test]
async fn a_removed_member_cannot_rejoin_with_an_invite() {
    let server = TestServer::start().await;
    let (mut ana, mut rui) = (server.register("ana").await, server.register("rui").await);
    let group = ana.group("redes", &mut []).await;
    let code = ana.invite_to(group).await;
    rui.summary(join(&code)).await;
    ana.done(remove(group, "rui")).await;
    assert_eq!(rui.refused(join(&code)).await, Refusal::InviteInvalid);
}

#[tokio::test]
async fn notification_settings_are_shared_by_devices_and_expire() {
    let server = TestServer::start().await;
    let (mut ana, mut rui) = (server.register("ana").await, server.register("rui").await);
    let mut elsewhere = server.another_client(&rui).await;
    let group = ana.group("redes", &mut [&mut rui]).await;
    let direct = ana.direct("rui").await;
    let set = |conversation, level, until| Request::SetNotify(SetNotify { conversation, level, until });
    for (conversation, level, until) in
        [(group, NotifyLevel::Mentions, Some(Timestamp(i64::MAX))), (direct, NotifyLevel::Nothing, None)]
    {
        rui.done(set(conversation, level, until)).await;
        let notify = Notify { level, until };
        let event = elsewhere.event(|event| match event {
            Event::NotifyChanged(changed) => Some((changed.conversation, changed.notify)),
            _ => None,
        });
        assert_eq!(event.await, (conversation, notify));
        assert_eq!(rui.see(conversation).await.notify, notify);
        assert_eq!(ana.see(conversation).await.notify, Notify::default(), "other members have their own setting");
    }
    rui.done(set(group, NotifyLevel::Nothing, Some(Timestamp(1)))).await;
    assert_eq!(rui.see(group).await.notify, Notify::default(), "the setting has expired");
    assert!(
        !rui.drain_events().await.iter().any(|event| matches!(event, Event::NotifyChanged(_))),
        "the requesting session gets no event"
    );
}
