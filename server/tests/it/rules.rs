//! Every request with every kind of requester. A new request without a row here does not compile.

mod answers;
mod requester;

use std::time::Duration;

use papo_server::domain::BannedNetwork;
use papo_server::{Operator, Plaintext};
use papo_shared::model::{
    ClientId, ConversationId, ConversationKind, DeviceId, GroupInviteId, NotifyLevel, Role, Seq, Visibility,
};
use papo_shared::protocol::{
    AcceptInvitation, AddMember, AddReaction, Block, ChangePassword, ConfirmTotp, CreateGroup, CreateGroupInvite,
    DeclineInvitation, DeleteAccount, DeleteMessage, DisableTotp, Dismiss, EditMessage, EnableTotp, Event, GetAccount,
    GetConversation, Hello, History, JoinGroup, JoinPublicGroup, LeaveGroup, ListBlocked, ListConversations, ListDevices,
    ListGroupInvites, ListGroups, ListInbox, ListMembers, ListReactions, ListReceipts, ListRevisions, ListUsers, MarkDelivered,
    MarkRead, MarkUnread, OpenDirect, PROTOCOL_VERSION, Refusal, RemoveMember, RemoveReaction, RenameGroup, ReplaceRecoveryCodes,
    Reply, ReportMessage, Request, RevokeDevice, RevokeGroupInvite, SearchMessages, SendMessage, ServerFrame, SetAway, SetNotify,
    SetProfile, SetRetention, SetRole, SetTopic, SetVisibility, SignInWithToken, Typing, Unblock, WatchDirectory,
};

use self::Refusal::{
    AccountSuspended, CannotTargetSelf, InviteInvalid, NoSuchDevice, NoSuchMember, NoSuchUser, NotAGroup, NotAMember, NotAllowed,
    NotYours, TokenUnknown, TotpNotEnabled, WrongCredentials,
};
use self::answers::{
    InDirect, author_only, before_sign_in, by_role, for_all, invited, managers, members, members_of_a_group, not_public,
    unless_blocked_or_deleted, unless_deleted, when_signed_in, with_an_invite, writers,
};
use self::requester::Answer::{Closed, Done, No, Silence};
use self::requester::{Answer, REQUESTERS, Requester};
use crate::client::{CLIENT_ADDRESS, Client, PASSWORD, TestServer, register, sign_in};

/// A group with members of every kind.
struct GroupFixture {
    group: ConversationId,
    username: String,
    token: String,
    /// A user in no conversation; for [`Requester::Blocked`] and [`Requester::PeerDeleted`], the peer.
    other_user: String,
    member: String,
    /// Code of an invite to the group.
    code: String,
    /// A message of the owner sent while the requester was a member; for [`Requester::Blocked`] and
    /// [`Requester::PeerDeleted`], one of the peer.
    message: Seq,
}

/// A row per request: its variant, an example, and the expected answers for [`REQUESTERS`].
macro_rules! table {
    ($fixture:ident; $($kind:ident: $ask:expr => $answers:expr;)+) => {
        fn requests($fixture: &GroupFixture) -> Vec<Request> {
            vec![$($ask),+]
        }

        fn answers(request: &Request) -> [Answer; REQUESTERS.len()] {
            match request {
                $(Request::$kind { .. } => $answers,)+
                Request::Unknown => unreachable!("an unknown request cannot be sent"),
            }
        }
    };
}

table!(fixture;
    Hello: Request::Hello(Hello { protocol: PROTOCOL_VERSION, client: String::new() }) => for_all(Done);
    Ping: Request::Ping => for_all(Done);
    Pong: Request::Pong => for_all(Silence);
    Register: register(&format!("new.{}", fixture.username))
        => before_sign_in(Done, Done);
    SignIn: sign_in(&fixture.username, PASSWORD)
        => before_sign_in(No(AccountSuspended), No(WrongCredentials));
    SignInWithToken: Request::SignInWithToken(SignInWithToken { token: fixture.token.clone() })
        => before_sign_in(No(AccountSuspended), No(TokenUnknown));
    SignOut: Request::SignOut => when_signed_in(Done);
    ChangePassword:
        Request::ChangePassword(ChangePassword { current: PASSWORD.into(), new: "sete girafas dançam tango".into() })
        => when_signed_in(Done);
    DeleteAccount: Request::DeleteAccount(DeleteAccount { password: PASSWORD.into(), code: None, erase_messages: false })
        => when_signed_in(Done);
    GetAccount: Request::GetAccount(GetAccount {}) => when_signed_in(Done);
    EnableTotp: Request::EnableTotp(EnableTotp { password: PASSWORD.into() }) => when_signed_in(Done);
    ConfirmTotp: Request::ConfirmTotp(ConfirmTotp { code: "123456".into() }) => when_signed_in(No(TotpNotEnabled));
    DisableTotp: Request::DisableTotp(DisableTotp { password: PASSWORD.into(), code: "123456".into() })
        => when_signed_in(No(TotpNotEnabled));
    ReplaceRecoveryCodes:
        Request::ReplaceRecoveryCodes(ReplaceRecoveryCodes { password: PASSWORD.into(), code: "123456".into() })
        => when_signed_in(No(TotpNotEnabled));
    ListDevices: Request::ListDevices(ListDevices::default()) => when_signed_in(Done);
    RevokeDevice: Request::RevokeDevice(RevokeDevice { device: DeviceId(i64::MAX) })
        => when_signed_in(No(NoSuchDevice));
    ListUsers: Request::ListUsers(ListUsers::default()) => when_signed_in(Done);
    WatchDirectory: Request::WatchDirectory(WatchDirectory { watch: true })
        => when_signed_in(Done);
    SetProfile: Request::SetProfile(SetProfile::default()) => when_signed_in(Done);
    SetAway: Request::SetAway(SetAway { away: true }) => when_signed_in(Done);
    Block: Request::Block(Block { username: fixture.other_user.clone() }) => unless_deleted(NoSuchUser);
    Unblock: Request::Unblock(Unblock { username: fixture.other_user.clone() }) => unless_deleted(NoSuchUser);
    ListBlocked: Request::ListBlocked(ListBlocked::default()) => when_signed_in(Done);
    OpenDirect: Request::OpenDirect(OpenDirect { username: fixture.other_user.clone() })
        => unless_blocked_or_deleted(NoSuchUser);
    CreateGroup: Request::CreateGroup(CreateGroup { name: format!("new {}", fixture.username), visibility: None })
        => when_signed_in(Done);
    AddMember: Request::AddMember(AddMember { conversation: fixture.group, username: fixture.other_user.clone() })
        => by_role(Done, Done, Done, InDirect { blocked: No(NotAGroup), deleted: No(NoSuchUser) });
    ListInvitations: Request::ListInvitations => when_signed_in(Done);
    AcceptInvitation: Request::AcceptInvitation(AcceptInvitation { conversation: fixture.group })
        => invited(Done);
    DeclineInvitation: Request::DeclineInvitation(DeclineInvitation { conversation: fixture.group })
        => invited(Done);
    LeaveGroup: Request::LeaveGroup(LeaveGroup { conversation: fixture.group })
        => members_of_a_group(Done);
    RenameGroup: Request::RenameGroup(RenameGroup { conversation: fixture.group, name: format!("other {}", fixture.username) })
        => managers(Done);
    RemoveMember: Request::RemoveMember(RemoveMember { conversation: fixture.group, username: fixture.member.clone() })
        => managers(Done);
    SetRole: Request::SetRole(SetRole { conversation: fixture.group, username: fixture.member.clone(), role: Role::Admin })
        => by_role(No(NotAllowed), No(NotAllowed), Done, InDirect::not_a_group());
    SetTopic: Request::SetTopic(SetTopic { conversation: fixture.group, topic: "provas".into() })
        => managers(Done);
    SetVisibility: Request::SetVisibility(SetVisibility { conversation: fixture.group, visibility: Visibility::Public })
        => managers(Done);
    SetRetention: Request::SetRetention(SetRetention { conversation: fixture.group, days: Some(30) })
        => by_role(No(NotAllowed), No(NotAllowed), Done, InDirect::not_a_group());
    SetNotify: Request::SetNotify(SetNotify { conversation: fixture.group, level: NotifyLevel::Nothing, until: None })
        => members(Done);
    CreateGroupInvite:
        Request::CreateGroupInvite(CreateGroupInvite { conversation: fixture.group, uses: None, expires_in_s: None })
        => managers(Done);
    ListGroupInvites: Request::ListGroupInvites(ListGroupInvites { conversation: fixture.group })
        => managers(Done);
    RevokeGroupInvite:
        Request::RevokeGroupInvite(RevokeGroupInvite { conversation: fixture.group, invite: GroupInviteId(i64::MAX) })
        => managers(No(InviteInvalid));
    JoinGroup: Request::JoinGroup(JoinGroup { code: fixture.code.clone() })
        => with_an_invite();
    JoinPublicGroup: Request::JoinPublicGroup(JoinPublicGroup { conversation: fixture.group })
        => not_public();
    ListConversations: Request::ListConversations(ListConversations::default())
        => when_signed_in(Done);
    GetConversation: Request::GetConversation(GetConversation { conversation: fixture.group })
        => members(Done);
    ListGroups: Request::ListGroups(ListGroups::default()) => when_signed_in(Done);
    ListMembers: Request::ListMembers(ListMembers { conversation: fixture.group, after: None, limit: None })
        => members(Done);
    SendMessage:
        Request::SendMessage(SendMessage { conversation: fixture.group, client_id: ClientId::new(), text: "oi".into(), reply_to: None })
        => writers(Done);
    History: Request::History(History { conversation: fixture.group, after: None, before: None, limit: None })
        => members(Done);
    SearchMessages: Request::SearchMessages(SearchMessages {
        query: "oi".into(), conversation: Some(fixture.group), ..SearchMessages::default()
    }) => members(Done);
    MarkRead: Request::MarkRead(MarkRead { conversation: fixture.group, seq: Seq(1) })
        => members(Done);
    EditMessage: Request::EditMessage(EditMessage { conversation: fixture.group, seq: fixture.message, text: "oi".into() })
        => author_only(No(NotYours), No(NotYours));
    DeleteMessage: Request::DeleteMessage(DeleteMessage { conversation: fixture.group, seq: fixture.message })
        => author_only(No(NotYours), No(NotAllowed));
    ReportMessage: Request::ReportMessage(ReportMessage { conversation: fixture.group, seq: fixture.message, reason: None })
        => by_role(Done, Done, No(CannotTargetSelf), InDirect { blocked: Done, deleted: Done });
    AddReaction: Request::AddReaction(AddReaction { conversation: fixture.group, seq: fixture.message, emoji: "👍".into() })
        => writers(Done);
    RemoveReaction: Request::RemoveReaction(RemoveReaction { conversation: fixture.group, seq: fixture.message, emoji: "👍".into() })
        => writers(Done);
    ListRevisions: Request::ListRevisions(ListRevisions { conversation: fixture.group, seq: fixture.message, after: None, limit: None })
        => members(Done);
    ListReactions: Request::ListReactions(ListReactions { conversation: fixture.group, seq: fixture.message, after: None, limit: None })
        => members(Done);
    MarkUnread: Request::MarkUnread(MarkUnread { conversation: fixture.group, seq: fixture.message })
        => members(Done);
    ListInbox: Request::ListInbox(ListInbox::default())
        => when_signed_in(Done);
    Dismiss: Request::Dismiss(Dismiss { conversation: fixture.group, seq: fixture.message })
        => members(Done);
    MarkDelivered: Request::MarkDelivered(MarkDelivered { conversation: fixture.group, seq: fixture.message })
        => members(Done);
    ListReceipts: Request::ListReceipts(ListReceipts { conversation: fixture.group, after: None, limit: None })
        => members(Done);
    Typing: Request::Typing(Typing { conversation: fixture.group })
        => writers(Done);
);

/// Creates a separate fixture for each cell, since requests change it, and the requester's client.
async fn fixture(server: &TestServer, requester: Requester, cell: usize) -> (GroupFixture, Client) {
    let [owner_name, requester_name, mut other_user, member] =
        ["owner", "asker", "somebody", "member"].map(|name| format!("{name}{cell}"));
    let mut owner = server.register(&owner_name).await;
    let mut client = server.register(&requester_name).await;
    let mut other = server.register(&other_user).await;
    let mut member_client = server.register(&member).await;
    let mut group = owner.group(&format!("group {cell}"), &mut [&mut member_client]).await;
    let mut code = owner.invite_to(group).await;
    let mut message = Seq(0);
    match requester {
        Requester::NotSignedIn | Requester::Stranger | Requester::Owner => {}
        Requester::Blocked | Requester::PeerDeleted => {
            group = client.direct(&other_user).await;
            message = other.say(group, "oi").await.seq;
            code = "ABCD-EFGH-IJKL-MNOP".to_owned();
        }
        Requester::Member | Requester::Admin | Requester::Left | Requester::Removed => owner.add(group, &mut client).await,
        Requester::Suspended | Requester::Deleted | Requester::Banned => owner.add(group, &mut client).await,
        Requester::Invited => assert_eq!(owner.ask(crate::client::add(group, &requester_name)).await, Reply::Invited),
    }
    if !matches!(requester, Requester::Blocked | Requester::PeerDeleted) {
        message = owner.say(group, "oi").await.seq;
    }
    match requester {
        Requester::Admin => {
            let (conversation, username, role) = (group, requester_name.clone(), Role::Admin);
            owner.done(Request::SetRole(SetRole { conversation, username, role })).await;
        }
        Requester::Removed => {
            let (conversation, username) = (group, requester_name.clone());
            owner.done(Request::RemoveMember(RemoveMember { conversation, username })).await;
        }
        Requester::Left => client.done(Request::LeaveGroup(LeaveGroup { conversation: group })).await,
        Requester::Blocked => other.done(Request::Block(Block { username: requester_name.clone() })).await,
        Requester::PeerDeleted => {
            server.operator().delete_account(&other_user, false).await.unwrap();
            other_user = client.deleted_account().await;
        }
        _ => {}
    }
    let fixture =
        GroupFixture { group, username: requester_name, token: client.token.clone(), other_user, member, code, message };
    match requester {
        Requester::NotSignedIn => (fixture, server.client().await),
        Requester::Owner => (GroupFixture { username: owner_name, token: owner.token.clone(), ..fixture }, owner),
        _ => (fixture, client),
    }
}

/// Ends the session of a requester whose [`Requester::goodbye`] says why.
async fn end_session(operator: &Operator, requester: Requester, username: &str) {
    match requester {
        Requester::Suspended => operator.suspend(username).await.unwrap(),
        Requester::Deleted => operator.delete_account(username, false).await.unwrap(),
        Requester::Banned => _ = operator.ban(network_of_clients(), i64::MAX, String::new()).await.unwrap(),
        _ => {}
    }
}

fn network_of_clients() -> BannedNetwork {
    BannedNetwork::parse(CLIENT_ADDRESS).unwrap()
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
            Some(ServerFrame::Event(Event::Goodbye(goodbye))) => return Closed(goodbye.reason),
            Some(ServerFrame::Event(_)) => {}
            None => panic!("the connection closed without a goodbye"),
        }
    }
}

#[tokio::test]
async fn every_request_is_answered_according_to_the_requesters_rights() {
    // Keeps connections open after their goodbye for the duration of the test.
    let server = TestServer::with(|config| {
        config.closing_grace = Duration::from_secs(20);
        // This machine cannot be banned.
        config.proxies = vec!["127.0.0.0/8".parse().unwrap()];
        config.plaintext = Plaintext::FromAnywhere;
    })
    .await;
    let mut cell = 0;
    let x = || "x".to_owned();
    let anybody = GroupFixture {
        group: ConversationId(1),
        username: x(),
        token: x(),
        other_user: x(),
        member: x(),
        code: x(),
        message: Seq(1),
    };
    let rows = requests(&anybody).len();
    for row in 0..rows {
        for (column, requester) in REQUESTERS.into_iter().enumerate() {
            cell += 1;
            let (fixture, mut client) = fixture(&server, requester, cell).await;
            let request = requests(&fixture).swap_remove(row);
            end_session(&server.operator(), requester, &fixture.username).await;
            let signs_in = matches!(request, Request::Register(_) | Request::SignIn(_) | Request::SignInWithToken(_));
            match requester {
                Requester::Suspended | Requester::Deleted if signs_in => client = server.client().await,
                Requester::Banned if signs_in => client = server.silent_client().await,
                _ => {}
            }
            let expected = answers(&request)[column].clone();
            assert_eq!(answer(&mut client, request.clone()).await, expected, "{request:?} by {requester:?}");
            server.operator().remove_ban(network_of_clients()).await.unwrap();
        }
    }
}

#[tokio::test]
async fn nobody_can_reach_a_deleted_account() {
    let server = TestServer::start().await;
    let (mut ana, mut rui) = (server.register("ana").await, server.register("rui").await);
    let group = ana.group("redes", &mut [&mut rui]).await;
    ana.direct("rui").await;
    server.operator().delete_account("rui", false).await.unwrap();
    let now = ana.deleted_account().await;
    while let ConversationKind::Group { members: 2, .. } = ana.see(group).await.kind {
        tokio::task::yield_now().await;
    }
    for username in ["rui".to_owned(), now] {
        let open = Request::OpenDirect(OpenDirect { username: username.clone() });
        assert_eq!(ana.refused(open).await, NoSuchUser, "{username}");
        assert_eq!(ana.refused(crate::client::add(group, &username)).await, NoSuchUser, "{username}");
        let remove = Request::RemoveMember(RemoveMember { conversation: group, username: username.clone() });
        let promote = Request::SetRole(SetRole { conversation: group, username: username.clone(), role: Role::Admin });
        for request in [remove, promote] {
            let refusal = ana.refused(request).await;
            assert!(matches!(refusal, NoSuchUser | NoSuchMember), "{username}: {refusal:?}");
        }
    }
}

#[tokio::test]
async fn only_hello_is_answered_before_hello() {
    let server = TestServer::start().await;
    let (fixture, _) = fixture(&server, Requester::Stranger, 0).await;
    for request in requests(&fixture) {
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
    let group = ana.group("redes", &mut []).await;
    ana.say(group, "antes").await;
    ana.add(group, &mut rui).await;
    ana.say(group, "durante").await;
    assert_eq!(rui.texts(group).await, ["durante"]);
    rui.done(Request::LeaveGroup(LeaveGroup { conversation: group })).await;
    let entries = |events: Vec<Event>| events.into_iter().filter(|event| matches!(event, Event::EntryPosted(_))).count();
    assert_eq!(entries(rui.drain_events().await), 3, "the joining, a message, and the leaving");
    ana.say(group, "depois").await;
    assert_eq!(entries(rui.drain_events().await), 0, "no live events");

    let mut again = server.another_client(&rui).await;
    for (after, before) in [(None, None), (Some(Seq(0)), None), (None, Some(Seq(4)))] {
        assert_eq!(again.refused(crate::client::history(group, after, before)).await, NotAMember);
    }
    let Reply::Conversations(page) = again.ask(Request::ListConversations(ListConversations::default())).await else { panic!() };
    assert_eq!(page.conversations, [], "no conversation to catch up with");

    ana.add(group, &mut rui).await;
    ana.say(group, "de volta").await;
    assert_eq!(again.texts(group).await, ["de volta"]);
    let back = again.see(group).await.first_seq;
    let page = again.page(crate::client::history(group, None, Some(back))).await;
    assert!(page.entries.is_empty() && !page.more, "no entries from the time of absence");
}
