//! Every request with every kind of requester. A new request without a row here does not compile.

use std::time::Duration;

use papo_shared::model::{ClientId, ConversationId, DeviceId, GroupInviteId, NotifyLevel, Role, Seq};
use papo_shared::protocol::{
    AddMember, AddReaction, Block, ChangePassword, CreateGroup, CreateGroupInvite, DeleteMessage, Dismiss, EditMessage, Event,
    GetConversation, GoodbyeReason, Hello, History, JoinGroup, LeaveGroup, ListBlocked, ListConversations, ListDevices,
    ListGroupInvites, ListGroups, ListInbox, ListMembers, ListReactions, ListReceipts, ListRevisions, ListUsers, MarkDelivered,
    MarkRead, MarkUnread, OpenDirect, PROTOCOL_VERSION, Refusal, RemoveMember, RemoveReaction, RenameGroup, Reply, Request,
    RevokeDevice, RevokeGroupInvite, SearchMessages, SendMessage, ServerFrame, SetAway, SetNotify, SetProfile, SetRole, SetTopic,
    SignInWithToken, Typing, Unblock, WatchDirectory,
};

use self::Answer::{Closed, Done, No, Silence};
use self::Refusal::{
    AccountSuspended, AlreadySignedIn, InviteInvalid, NoSuchDevice, NoSuchUser, NotAGroup, NotAMember, NotAllowed, NotYours,
    SignInFirst,
};
use crate::client::{Client, PASSWORD, TestServer, register, sign_in};

#[derive(Clone, Copy, Debug)]
enum Asker {
    /// Has said hello only.
    NotSignedIn,
    /// Signed in; has never been in the group.
    Stranger,
    Member,
    /// A former member who left.
    Left,
    /// A former member who was removed.
    Removed,
    /// A member with the admin role.
    Admin,
    /// The creator and owner of the group.
    Owner,
    /// Blocked by the peer of a direct conversation, which takes the place of the group.
    Blocked,
    /// A suspended member, in a session opened before the suspension; for sign-in requests, in a new session.
    Suspended,
}

const ASKERS: [Asker; 9] = [
    Asker::NotSignedIn,
    Asker::Stranger,
    Asker::Member,
    Asker::Left,
    Asker::Removed,
    Asker::Admin,
    Asker::Owner,
    Asker::Blocked,
    Asker::Suspended,
];

/// Expected result of a request.
#[derive(Clone, Debug, PartialEq)]
enum Answer {
    /// The request succeeds.
    Done,
    /// The request is refused.
    No(Refusal),
    /// The request has no reply.
    Silence,
    /// The request is not processed: the connection is closed because the account is suspended.
    Closed,
}

/// A group with members of every kind.
struct Scene {
    group: ConversationId,
    username: String,
    token: String,
    /// A user in no conversation; for [`Asker::Blocked`], the user who has blocked them.
    somebody: String,
    member: String,
    /// Code of an invite to the group.
    code: String,
    /// A message of the owner sent while the requester was a member; for [`Asker::Blocked`], one of the blocking
    /// user.
    message: Seq,
}

/// The same answer for all requesters except suspended ones.
fn for_all(answer: Answer) -> [Answer; ASKERS.len()] {
    ASKERS.map(|asker| if matches!(asker, Asker::Suspended) { Closed } else { answer.clone() })
}

/// For sign-in requests: refused when already signed in; `suspended` is the answer in a new session.
fn before_sign_in(suspended: Answer) -> [Answer; ASKERS.len()] {
    ASKERS.map(|asker| match asker {
        Asker::NotSignedIn => Done,
        Asker::Suspended => suspended.clone(),
        _ => No(AlreadySignedIn),
    })
}

/// For requests that require a sign-in.
fn when_signed_in(answer: Answer) -> [Answer; ASKERS.len()] {
    ASKERS.map(|asker| match asker {
        Asker::NotSignedIn => No(SignInFirst),
        Asker::Suspended => Closed,
        _ => answer.clone(),
    })
}

/// For requests that require membership, by role; `blocked` is for the peer of a direct conversation. All others get
/// `NotAMember`.
fn by_role(member: Answer, admin: Answer, owner: Answer, blocked: Answer) -> [Answer; ASKERS.len()] {
    ASKERS.map(|asker| match asker {
        Asker::NotSignedIn => No(SignInFirst),
        Asker::Stranger | Asker::Left | Asker::Removed => No(NotAMember),
        Asker::Member => member.clone(),
        Asker::Admin => admin.clone(),
        Asker::Owner => owner.clone(),
        Asker::Blocked => blocked.clone(),
        Asker::Suspended => Closed,
    })
}

/// For requests allowed to all members, also of a direct conversation.
fn members(answer: Answer) -> [Answer; ASKERS.len()] {
    by_role(answer.clone(), answer.clone(), answer.clone(), answer)
}

/// For requests allowed to all members who are not blocked.
fn writers(answer: Answer) -> [Answer; ASKERS.len()] {
    by_role(answer.clone(), answer.clone(), answer, No(NotAMember))
}

/// For requests allowed only to a message's author, who is the owner.
fn author_only(others: Answer) -> [Answer; ASKERS.len()] {
    by_role(others.clone(), others, Done, No(NotAMember))
}

/// For requests allowed to all members of a group.
fn members_of_a_group(answer: Answer) -> [Answer; ASKERS.len()] {
    by_role(answer.clone(), answer.clone(), answer, No(NotAGroup))
}

/// For requests allowed to admins and the owner.
fn managers(answer: Answer) -> [Answer; ASKERS.len()] {
    by_role(No(NotAllowed), answer.clone(), answer, No(NotAGroup))
}

/// For requests that require a sign-in and are refused if the user concerned has blocked the requester.
fn unless_blocked(blocked: Refusal) -> [Answer; ASKERS.len()] {
    ASKERS.map(|asker| match asker {
        Asker::NotSignedIn => No(SignInFirst),
        Asker::Blocked => No(blocked.clone()),
        Asker::Suspended => Closed,
        _ => Done,
    })
}

/// For requests with a group invite: refused for removed members.
fn with_an_invite() -> [Answer; ASKERS.len()] {
    ASKERS.map(|asker| match asker {
        Asker::NotSignedIn => No(SignInFirst),
        Asker::Removed | Asker::Blocked => No(InviteInvalid),
        Asker::Suspended => Closed,
        _ => Done,
    })
}

/// A row per request: its variant, an example, and the expected answers for [`ASKERS`].
macro_rules! table {
    ($scene:ident; $($kind:ident: $ask:expr => $answers:expr;)+) => {
        fn requests($scene: &Scene) -> Vec<Request> {
            vec![$($ask),+]
        }

        fn answers(request: &Request) -> [Answer; ASKERS.len()] {
            match request {
                $(Request::$kind { .. } => $answers,)+
                Request::Unknown => unreachable!("an unknown request cannot be sent"),
            }
        }
    };
}

table!(scene;
    Hello: Request::Hello(Hello { protocol: PROTOCOL_VERSION, client: String::new() }) => for_all(Done);
    Ping: Request::Ping => for_all(Done);
    Pong: Request::Pong => for_all(Silence);
    Register: register(&format!("new.{}", scene.username))
        => before_sign_in(Done);
    SignIn: sign_in(&scene.username, PASSWORD)
        => before_sign_in(No(AccountSuspended));
    SignInWithToken: Request::SignInWithToken(SignInWithToken { token: scene.token.clone() })
        => before_sign_in(No(AccountSuspended));
    SignOut: Request::SignOut => when_signed_in(Done);
    ChangePassword:
        Request::ChangePassword(ChangePassword { current: PASSWORD.into(), new: "sete girafas dançam tango".into() })
        => when_signed_in(Done);
    ListDevices: Request::ListDevices(ListDevices::default()) => when_signed_in(Done);
    RevokeDevice: Request::RevokeDevice(RevokeDevice { device: DeviceId(i64::MAX) })
        => when_signed_in(No(NoSuchDevice));
    ListUsers: Request::ListUsers(ListUsers::default()) => when_signed_in(Done);
    WatchDirectory: Request::WatchDirectory(WatchDirectory { watch: true })
        => when_signed_in(Done);
    SetProfile: Request::SetProfile(SetProfile::default()) => when_signed_in(Done);
    SetAway: Request::SetAway(SetAway { away: true }) => when_signed_in(Done);
    Block: Request::Block(Block { username: scene.somebody.clone() }) => when_signed_in(Done);
    Unblock: Request::Unblock(Unblock { username: scene.somebody.clone() }) => when_signed_in(Done);
    ListBlocked: Request::ListBlocked(ListBlocked::default()) => when_signed_in(Done);
    OpenDirect: Request::OpenDirect(OpenDirect { username: scene.somebody.clone() })
        => unless_blocked(NoSuchUser);
    CreateGroup: Request::CreateGroup(CreateGroup { name: format!("new {}", scene.username) })
        => when_signed_in(Done);
    AddMember: Request::AddMember(AddMember { conversation: scene.group, username: scene.somebody.clone() })
        => members_of_a_group(Done);
    LeaveGroup: Request::LeaveGroup(LeaveGroup { conversation: scene.group })
        => members_of_a_group(Done);
    RenameGroup: Request::RenameGroup(RenameGroup { conversation: scene.group, name: format!("other {}", scene.username) })
        => managers(Done);
    RemoveMember: Request::RemoveMember(RemoveMember { conversation: scene.group, username: scene.member.clone() })
        => managers(Done);
    SetRole: Request::SetRole(SetRole { conversation: scene.group, username: scene.member.clone(), role: Role::Admin })
        => by_role(No(NotAllowed), No(NotAllowed), Done, No(NotAGroup));
    SetTopic: Request::SetTopic(SetTopic { conversation: scene.group, topic: "provas".into() })
        => managers(Done);
    SetNotify: Request::SetNotify(SetNotify { conversation: scene.group, level: NotifyLevel::Nothing, until: None })
        => members(Done);
    CreateGroupInvite:
        Request::CreateGroupInvite(CreateGroupInvite { conversation: scene.group, uses: None, expires_in_s: None })
        => managers(Done);
    ListGroupInvites: Request::ListGroupInvites(ListGroupInvites { conversation: scene.group })
        => managers(Done);
    RevokeGroupInvite:
        Request::RevokeGroupInvite(RevokeGroupInvite { conversation: scene.group, invite: GroupInviteId(i64::MAX) })
        => managers(No(InviteInvalid));
    JoinGroup: Request::JoinGroup(JoinGroup { code: scene.code.clone() })
        => with_an_invite();
    ListConversations: Request::ListConversations(ListConversations::default())
        => when_signed_in(Done);
    GetConversation: Request::GetConversation(GetConversation { conversation: scene.group })
        => members(Done);
    ListGroups: Request::ListGroups(ListGroups::default()) => when_signed_in(Done);
    ListMembers: Request::ListMembers(ListMembers { conversation: scene.group, after: None, limit: None })
        => members(Done);
    SendMessage:
        Request::SendMessage(SendMessage { conversation: scene.group, client_id: ClientId::new(), text: "oi".into(), reply_to: None })
        => writers(Done);
    History: Request::History(History { conversation: scene.group, after: None, before: None, limit: None })
        => members(Done);
    SearchMessages: Request::SearchMessages(SearchMessages {
        query: "oi".into(), conversation: Some(scene.group), ..SearchMessages::default()
    }) => members(Done);
    MarkRead: Request::MarkRead(MarkRead { conversation: scene.group, seq: Seq(1) })
        => members(Done);
    EditMessage: Request::EditMessage(EditMessage { conversation: scene.group, seq: scene.message, text: "oi".into() })
        => author_only(No(NotYours));
    DeleteMessage: Request::DeleteMessage(DeleteMessage { conversation: scene.group, seq: scene.message })
        => author_only(No(NotYours));
    AddReaction: Request::AddReaction(AddReaction { conversation: scene.group, seq: scene.message, emoji: "👍".into() })
        => writers(Done);
    RemoveReaction: Request::RemoveReaction(RemoveReaction { conversation: scene.group, seq: scene.message, emoji: "👍".into() })
        => writers(Done);
    ListRevisions: Request::ListRevisions(ListRevisions { conversation: scene.group, seq: scene.message, after: None, limit: None })
        => members(Done);
    ListReactions: Request::ListReactions(ListReactions { conversation: scene.group, seq: scene.message, after: None, limit: None })
        => members(Done);
    MarkUnread: Request::MarkUnread(MarkUnread { conversation: scene.group, seq: scene.message })
        => members(Done);
    ListInbox: Request::ListInbox(ListInbox::default())
        => when_signed_in(Done);
    Dismiss: Request::Dismiss(Dismiss { conversation: scene.group, seq: scene.message })
        => members(Done);
    MarkDelivered: Request::MarkDelivered(MarkDelivered { conversation: scene.group, seq: scene.message })
        => members(Done);
    ListReceipts: Request::ListReceipts(ListReceipts { conversation: scene.group, after: None, limit: None })
        => members(Done);
    Typing: Request::Typing(Typing { conversation: scene.group })
        => writers(Done);
);

/// Creates a separate scene for each cell, since requests change it, and the requester's client.
async fn scene(server: &TestServer, asker: Asker, cell: usize) -> (Scene, Client) {
    let [owner_name, asker_name, somebody, member] = ["owner", "asker", "somebody", "member"].map(|name| format!("{name}{cell}"));
    let mut owner = server.register(&owner_name).await;
    let mut client = server.register(&asker_name).await;
    let mut other = server.register(&somebody).await;
    server.register(&member).await;
    let mut group = owner.group(&format!("group {cell}"), &[&member]).await;
    let mut code = owner.invite_to(group).await;
    let mut message = Seq(0);
    match asker {
        Asker::NotSignedIn | Asker::Stranger | Asker::Owner => {}
        Asker::Blocked => {
            group = client.direct(&somebody).await;
            message = other.say(group, "oi").await.seq;
            other.done(Request::Block(Block { username: asker_name.clone() })).await;
            code = "ABCD-EFGH-IJKL-MNOP".to_owned();
        }
        Asker::Member | Asker::Admin | Asker::Left | Asker::Removed | Asker::Suspended => {
            owner.done(crate::client::add(group, &asker_name)).await;
        }
    }
    if !matches!(asker, Asker::Blocked) {
        message = owner.say(group, "oi").await.seq;
    }
    match asker {
        Asker::Admin => {
            let (conversation, username, role) = (group, asker_name.clone(), Role::Admin);
            owner.done(Request::SetRole(SetRole { conversation, username, role })).await;
        }
        Asker::Removed => {
            let (conversation, username) = (group, asker_name.clone());
            owner.done(Request::RemoveMember(RemoveMember { conversation, username })).await;
        }
        Asker::Left => client.done(Request::LeaveGroup(LeaveGroup { conversation: group })).await,
        _ => {}
    }
    let scene = Scene { group, username: asker_name, token: client.token.clone(), somebody, member, code, message };
    match asker {
        Asker::NotSignedIn => (scene, server.client().await),
        Asker::Owner => (Scene { username: owner_name, token: owner.token.clone(), ..scene }, owner),
        Asker::Suspended => {
            server.operator().suspend(&scene.username).await.unwrap();
            (scene, client)
        }
        _ => (scene, client),
    }
}

/// The result of a request.
async fn answer(client: &mut Client, request: Request) -> Answer {
    client.request(request).await;
    // The reply to this ping ends the result of the request.
    client.request(Request::Ping).await;
    loop {
        match client.frame().await {
            Some(ServerFrame::Reply(frame)) => match frame.reply {
                Reply::Refused(refusal) => return No(refusal),
                Reply::Pong if frame.id == client.last_id() => return Silence,
                _ => return Done,
            },
            Some(ServerFrame::Event(Event::Goodbye(goodbye))) if goodbye.reason == GoodbyeReason::Suspended => return Closed,
            Some(ServerFrame::Event(_)) => {}
            None => panic!("the connection closed without a goodbye"),
        }
    }
}

#[tokio::test]
async fn every_request_is_answered_according_to_the_requesters_rights() {
    // Keeps connections open after their goodbye for the duration of the test.
    let server = TestServer::with(|config| config.closing_grace = Duration::from_secs(20)).await;
    let mut cell = 0;
    let x = || "x".to_owned();
    let anybody =
        Scene { group: ConversationId(1), username: x(), token: x(), somebody: x(), member: x(), code: x(), message: Seq(1) };
    let rows = requests(&anybody).len();
    for row in 0..rows {
        for (column, asker) in ASKERS.into_iter().enumerate() {
            cell += 1;
            let (scene, mut client) = scene(&server, asker, cell).await;
            let request = requests(&scene).swap_remove(row);
            let signs_in = matches!(request, Request::Register(_) | Request::SignIn(_) | Request::SignInWithToken(_));
            if signs_in && matches!(asker, Asker::Suspended) {
                client = server.client().await;
            }
            let expected = answers(&request)[column].clone();
            assert_eq!(answer(&mut client, request.clone()).await, expected, "{request:?} by {asker:?}");
        }
    }
}

#[tokio::test]
async fn only_hello_is_answered_before_hello() {
    let server = TestServer::start().await;
    let (scene, _) = scene(&server, Asker::Stranger, 0).await;
    for request in requests(&scene) {
        let mut client = Client::silent(server.address()).await;
        let expected = match request {
            Request::Hello(_) => Done,
            Request::Pong => continue,
            _ => No(Refusal::HelloFirst),
        };
        assert_eq!(answer(&mut client, request.clone()).await, expected, "{request:?}");
    }
}

#[tokio::test]
async fn former_members_see_only_their_own_time_in_the_group() {
    let server = TestServer::start().await;
    let (mut ana, mut rui) = (server.register("ana").await, server.register("rui").await);
    let group = ana.group("redes", &[]).await;
    ana.say(group, "antes").await;
    ana.done(crate::client::add(group, "rui")).await;
    ana.say(group, "durante").await;
    assert_eq!(rui.texts(group).await, ["durante"]);
    rui.done(Request::LeaveGroup(LeaveGroup { conversation: group })).await;
    let entries = |told: Vec<Event>| told.into_iter().filter(|event| matches!(event, Event::EntryPosted(_))).count();
    assert_eq!(entries(rui.told().await), 3, "the joining, a message, and the leaving");
    ana.say(group, "depois").await;
    assert_eq!(entries(rui.told().await), 0, "no live events");

    let mut again = server.again(&rui).await;
    for (after, before) in [(None, None), (Some(Seq(0)), None), (None, Some(Seq(4)))] {
        assert_eq!(again.refused(crate::client::history(group, after, before)).await, NotAMember);
    }
    let Reply::Conversations(page) = again.ask(Request::ListConversations(ListConversations::default())).await else { panic!() };
    assert_eq!(page.conversations, [], "no conversation to catch up with");

    ana.done(crate::client::add(group, "rui")).await;
    ana.say(group, "de volta").await;
    assert_eq!(again.texts(group).await, ["de volta"]);
    let back = again.see(group).await.first_seq;
    let page = again.page(crate::client::history(group, None, Some(back))).await;
    assert!(page.entries.is_empty() && !page.more, "no entries from the time of absence");
}
