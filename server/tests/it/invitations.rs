//! Invitations to groups, and who finds groups.

use papo_shared::model::{ConversationId, ConversationKind, EntryKind, GroupListing, Invitation, Visibility};
use papo_shared::protocol::{
    AcceptInvitation, Block, CreateGroup, DeclineInvitation, Event, JoinPublicGroup, LeaveGroup, ListConversations, ListGroups,
    OpenDirect, Refusal, Reply, Request, SetVisibility, WatchDirectory,
};

use crate::client::{Client, TestServer, add};

fn accept(conversation: ConversationId) -> Request {
    Request::AcceptInvitation(AcceptInvitation { conversation })
}

fn decline(conversation: ConversationId) -> Request {
    Request::DeclineInvitation(DeclineInvitation { conversation })
}

fn set(conversation: ConversationId, visibility: Visibility) -> Request {
    Request::SetVisibility(SetVisibility { conversation, visibility })
}

async fn invitations(client: &mut Client) -> Vec<Invitation> {
    match client.ask(Request::ListInvitations).await {
        Reply::Invitations(pending) => pending.invitations,
        reply => panic!("expected invitations, got {reply:?}"),
    }
}

async fn groups(client: &mut Client) -> Vec<GroupListing> {
    match client.ask(Request::ListGroups(ListGroups::default())).await {
        Reply::Groups(page) => page.groups,
        reply => panic!("expected groups, got {reply:?}"),
    }
}

/// Everything a client heard so far, other than presence.
async fn heard(client: &mut Client) -> Vec<Event> {
    let events = client.drain_events().await.into_iter();
    events.filter(|event| !matches!(event, Event::PresenceChanged(_) | Event::DevicesChanged)).collect()
}

async fn next_invitation(client: &mut Client) -> Invitation {
    let pick = |event: &Event| match event {
        Event::InvitationReceived(invitation) => Some(invitation.clone()),
        _ => None,
    };
    client.event(pick).await
}

#[tokio::test]
async fn an_invited_user_hears_of_the_invitation_and_nothing_of_the_group() {
    let server = TestServer::start().await;
    let (mut ana, mut rui, mut eva) = (server.register("ana").await, server.register("rui").await, server.register("eva").await);
    let mut phone = server.another_client(&rui).await;
    let create = CreateGroup { name: "redes".to_owned(), visibility: None };
    let created = ana.summary(Request::CreateGroup(create)).await;
    assert!(matches!(created.kind, ConversationKind::Group { visibility: Visibility::Private, .. }), "{created:?}");
    let group = created.conversation;
    ana.add(group, &mut eva).await;
    heard(&mut ana).await;
    heard(&mut eva).await;
    assert_eq!(ana.ask(add(group, "rui")).await, Reply::Invited);
    assert_eq!(eva.ask(add(group, "rui")).await, Reply::Invited, "there is one invitation");
    for client in [&mut rui, &mut phone] {
        let invitation = next_invitation(client).await;
        assert_eq!((invitation.conversation, invitation.name.as_str(), invitation.members), (group, "redes", 2));
        assert_eq!(invitation.invited_by.as_str(), "ana");
        assert_eq!(invitations(client).await, [invitation]);
    }
    assert_eq!((heard(&mut ana).await, heard(&mut eva).await), (vec![], vec![]), "the members hear nothing");
    ana.say(group, "segredo").await;
    assert_eq!(heard(&mut rui).await, [], "one invitation, and nothing that is said there");
    assert_eq!(groups(&mut rui).await, []);
    let Reply::Conversations(page) = rui.ask(Request::ListConversations(ListConversations::default())).await else { panic!() };
    assert_eq!(page.conversations, []);

    let joined = rui.summary(accept(group)).await;
    assert_eq!((joined.conversation, joined.first_seq, joined.unread), (group, joined.last_seq, 0));
    for client in [&mut ana, &mut rui, &mut phone] {
        let is_joining = |event: &Event| match event {
            Event::EntryPosted(posted) if matches!(posted.entry.kind, EntryKind::MemberAdded { .. }) => {
                Some(posted.entry.clone())
            }
            _ => None,
        };
        let entry = client.event(is_joining).await;
        assert_eq!((entry.author.as_str(), &entry.kind), ("ana", &EntryKind::MemberAdded { member: "rui".to_owned().into() }));
    }
    assert_eq!(invitations(&mut rui).await, []);
    assert_eq!(groups(&mut rui).await.len(), 1);
}

#[tokio::test]
async fn declining_ends_the_invitation_on_all_devices() {
    let server = TestServer::start().await;
    let (mut ana, mut rui) = (server.register("ana").await, server.register("rui").await);
    let mut phone = server.another_client(&rui).await;
    let group = ana.group("redes", &mut []).await;
    assert_eq!(ana.ask(add(group, "rui")).await, Reply::Invited);
    rui.done(decline(group)).await;
    let pick = |event: &Event| match event {
        Event::InvitationDeclined(declined) => Some(declined.conversation),
        _ => None,
    };
    assert_eq!(phone.event(pick).await, group);
    assert!(!heard(&mut rui).await.iter().any(|event| pick(event).is_some()), "the declining session gets no event");
    assert_eq!(invitations(&mut phone).await, []);
    assert_eq!(phone.refused(accept(group)).await, Refusal::NoSuchInvitation);
    assert_eq!(ana.refused(add(group, "rui")).await, Refusal::InvitationDeclined);
    assert!(!heard(&mut ana).await.iter().any(|event| pick(event).is_some()), "the inviter is not told");
}

/// One person cannot be made unreachable by accounts that they share nothing with.
#[tokio::test]
async fn strangers_fill_neither_the_conversations_nor_the_directory_of_a_user() {
    let server = TestServer::start().await;
    let mut victim = server.register("ana").await;
    for number in 0..60 {
        let mut attacker = server.register(&format!("rui{number}")).await;
        let create = CreateGroup { name: format!("grupo {number}"), visibility: None };
        let group = attacker.summary(Request::CreateGroup(create)).await.conversation;
        let answer = attacker.ask(add(group, "ana")).await;
        let expected = if number < 50 { Reply::Invited } else { Reply::Refused(Refusal::InvitationsFull { max: 50 }) };
        assert_eq!(answer, expected, "{number}");
    }
    assert_eq!(invitations(&mut victim).await.len(), 50);
    assert_eq!(groups(&mut victim).await, []);
    let Reply::Conversations(page) = victim.ask(Request::ListConversations(ListConversations::default())).await else { panic!() };
    assert_eq!(page.conversations, []);
    victim.done(Request::Block(Block { username: "rui7".to_owned() })).await;
    assert_eq!(invitations(&mut victim).await.len(), 49);
    let mut friend = server.register("bia").await;
    friend.direct("ana").await;
}

#[tokio::test]
async fn a_private_group_is_announced_to_nobody_else() {
    let server = TestServer::start().await;
    let (mut ana, mut eva) = (server.register("ana").await, server.register("eva").await);
    eva.done(Request::WatchDirectory(WatchDirectory { watch: true })).await;
    let create = CreateGroup { name: "redes".to_owned(), visibility: Some(Visibility::Private) };
    let group = ana.summary(Request::CreateGroup(create)).await.conversation;
    let mut rui = server.register("rui").await;
    ana.add(group, &mut rui).await;
    rui.done(Request::LeaveGroup(LeaveGroup { conversation: group })).await;
    assert_eq!(heard(&mut eva).await, []);
    assert_eq!(eva.refused(Request::JoinPublicGroup(JoinPublicGroup { conversation: group })).await, Refusal::NotPublic);

    ana.done(set(group, Visibility::Public)).await;
    let listing = |visibility, members| GroupListing {
        conversation: group,
        name: "redes".to_owned().into(),
        members,
        member: false,
        visibility,
    };
    assert_eq!(heard(&mut eva).await, [Event::GroupChanged(listing(Visibility::Public, 1))]);
    assert_eq!(groups(&mut eva).await, [listing(Visibility::Public, 1)]);
    let joined = eva.summary(Request::JoinPublicGroup(JoinPublicGroup { conversation: group })).await;
    assert_eq!(joined.conversation, group);
    let again = eva.summary(Request::JoinPublicGroup(JoinPublicGroup { conversation: group })).await;
    assert_eq!(again.last_seq, joined.last_seq, "a member gets the conversation");
    assert_eq!(ana.entry(group).await.kind, EntryKind::GroupCreated { name: "redes".to_owned().into() });
    eva.done(Request::LeaveGroup(LeaveGroup { conversation: group })).await;
    heard(&mut eva).await;

    ana.done(set(group, Visibility::Private)).await;
    let unlisted = Event::GroupUnlisted(papo_shared::protocol::GroupUnlisted { conversation: group });
    assert_eq!(heard(&mut eva).await, [unlisted]);
    assert_eq!(groups(&mut eva).await, []);
    let log = ana.log(group).await;
    assert_eq!(log.last().unwrap().kind, EntryKind::VisibilityChanged { visibility: Visibility::Private });
    let unknown = ana.refused(set(group, Visibility::Other)).await;
    assert!(matches!(unknown, Refusal::WrongFields { .. }), "{unknown:?}");
}

/// Opening a conversation with someone, or writing to them, does not let one add them to groups.
#[tokio::test]
async fn only_an_answer_makes_a_direct_conversation_something_shared() {
    let server = TestServer::start().await;
    let (mut ana, mut rui) = (server.register("ana").await, server.register("rui").await);
    let group = ana.group("redes", &mut []).await;
    let direct = ana.direct("rui").await;
    ana.say(direct, "oi").await;
    rui.summary(Request::OpenDirect(OpenDirect { username: "ana".to_owned() })).await;
    assert_eq!(ana.ask(add(group, "rui")).await, Reply::Invited);
    rui.say(direct, "oi").await;
    ana.done(add(group, "rui")).await;
    assert_eq!(invitations(&mut rui).await, []);
}
