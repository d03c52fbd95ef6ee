//! Every request against everybody who can ask it. A request that is added without a row here does not compile.

use std::time::Duration;

use papo_shared::model::{ClientId, ConversationId, DeviceId, Seq};
use papo_shared::protocol::{
    AddMember, ChangePassword, CreateGroup, Event, GetConversation, GoodbyeReason, Hello, History, LeaveGroup, ListConversations,
    ListDevices, ListGroups, ListMembers, ListUsers, MarkRead, OpenDirect, PROTOCOL_VERSION, Refusal, RenameGroup, Reply,
    Request, RevokeDevice, SendMessage, ServerFrame, SignInWithToken, Typing, WatchDirectory,
};

use self::Answer::{Closed, Done, No, Silence};
use self::Refusal::{AccountSuspended, AlreadySignedIn, NoSuchDevice, NotAMember, SignInFirst};
use crate::client::{Client, PASSWORD, TestServer, register, sign_in};

/// Who asks.
#[derive(Clone, Copy, Debug)]
enum Asker {
    /// Said hello.
    NotSignedIn,
    /// Signed in, and never in the group.
    Stranger,
    /// Of the group.
    Member,
    /// Was a member, and left.
    Left,
    /// Made the group. Roles will come; until then this is a member.
    Owner,
    /// A member whose account was suspended, in the session that was open then; for signing in, in a new one.
    Suspended,
}

const ASKERS: [Asker; 6] = [Asker::NotSignedIn, Asker::Stranger, Asker::Member, Asker::Left, Asker::Owner, Asker::Suspended];

/// What comes of a request.
#[derive(Clone, Debug, PartialEq)]
enum Answer {
    /// It is done.
    Done,
    /// It is refused.
    No(Refusal),
    /// It has no reply.
    Silence,
    /// It is not even heard: the connection ends with the word that the account is suspended.
    Closed,
}

/// A group with everybody who can stand to it.
struct Scene {
    group: ConversationId,
    /// The account of whoever asks.
    username: String,
    /// Their token.
    token: String,
    /// Somebody in no conversation.
    somebody: String,
}

/// A line for each request: its type, how it is asked, and what comes of it by [`ASKERS`].
macro_rules! table {
    ($scene:ident; $($kind:ident: $ask:expr => [$($answer:expr),+];)+) => {
        fn requests($scene: &Scene) -> Vec<Request> {
            vec![$($ask),+]
        }

        fn answers(request: &Request) -> [Answer; ASKERS.len()] {
            match request {
                $(Request::$kind { .. } => [$($answer),+],)+
                Request::Unknown => unreachable!("nobody can ask what is no request"),
            }
        }
    };
}

table!(scene;
    Hello: Request::Hello(Hello { protocol: PROTOCOL_VERSION, client: String::new() }) => [Done, Done, Done, Done, Done, Closed];
    Ping: Request::Ping => [Done, Done, Done, Done, Done, Closed];
    Pong: Request::Pong => [Silence, Silence, Silence, Silence, Silence, Closed];
    Register: register(&format!("new.{}", scene.username))
        => [Done, No(AlreadySignedIn), No(AlreadySignedIn), No(AlreadySignedIn), No(AlreadySignedIn), Done];
    SignIn: sign_in(&scene.username, PASSWORD)
        => [Done, No(AlreadySignedIn), No(AlreadySignedIn), No(AlreadySignedIn), No(AlreadySignedIn), No(AccountSuspended)];
    SignInWithToken: Request::SignInWithToken(SignInWithToken { token: scene.token.clone() })
        => [Done, No(AlreadySignedIn), No(AlreadySignedIn), No(AlreadySignedIn), No(AlreadySignedIn), No(AccountSuspended)];
    SignOut: Request::SignOut => [No(SignInFirst), Done, Done, Done, Done, Closed];
    ChangePassword:
        Request::ChangePassword(ChangePassword { current: PASSWORD.into(), new: "sete girafas dançam tango".into() })
        => [No(SignInFirst), Done, Done, Done, Done, Closed];
    ListDevices: Request::ListDevices(ListDevices::default()) => [No(SignInFirst), Done, Done, Done, Done, Closed];
    RevokeDevice: Request::RevokeDevice(RevokeDevice { device: DeviceId(i64::MAX) })
        => [No(SignInFirst), No(NoSuchDevice), No(NoSuchDevice), No(NoSuchDevice), No(NoSuchDevice), Closed];
    ListUsers: Request::ListUsers(ListUsers::default()) => [No(SignInFirst), Done, Done, Done, Done, Closed];
    WatchDirectory: Request::WatchDirectory(WatchDirectory { watch: true })
        => [No(SignInFirst), Done, Done, Done, Done, Closed];
    OpenDirect: Request::OpenDirect(OpenDirect { username: scene.somebody.clone() })
        => [No(SignInFirst), Done, Done, Done, Done, Closed];
    CreateGroup: Request::CreateGroup(CreateGroup { name: format!("new {}", scene.username) })
        => [No(SignInFirst), Done, Done, Done, Done, Closed];
    AddMember: Request::AddMember(AddMember { conversation: scene.group, username: scene.somebody.clone() })
        => [No(SignInFirst), No(NotAMember), Done, No(NotAMember), Done, Closed];
    LeaveGroup: Request::LeaveGroup(LeaveGroup { conversation: scene.group })
        => [No(SignInFirst), No(NotAMember), Done, No(NotAMember), Done, Closed];
    RenameGroup: Request::RenameGroup(RenameGroup { conversation: scene.group, name: format!("other {}", scene.username) })
        => [No(SignInFirst), No(NotAMember), Done, No(NotAMember), Done, Closed];
    ListConversations: Request::ListConversations(ListConversations::default())
        => [No(SignInFirst), Done, Done, Done, Done, Closed];
    GetConversation: Request::GetConversation(GetConversation { conversation: scene.group })
        => [No(SignInFirst), No(NotAMember), Done, No(NotAMember), Done, Closed];
    ListGroups: Request::ListGroups(ListGroups::default()) => [No(SignInFirst), Done, Done, Done, Done, Closed];
    ListMembers: Request::ListMembers(ListMembers { conversation: scene.group, after: None, limit: None })
        => [No(SignInFirst), No(NotAMember), Done, No(NotAMember), Done, Closed];
    SendMessage:
        Request::SendMessage(SendMessage { conversation: scene.group, client_id: ClientId::new(), text: "oi".into() })
        => [No(SignInFirst), No(NotAMember), Done, No(NotAMember), Done, Closed];
    History: Request::History(History { conversation: scene.group, after: None, before: None, limit: None })
        => [No(SignInFirst), No(NotAMember), Done, No(NotAMember), Done, Closed];
    MarkRead: Request::MarkRead(MarkRead { conversation: scene.group, seq: Seq(1) })
        => [No(SignInFirst), No(NotAMember), Done, No(NotAMember), Done, Closed];
    Typing: Request::Typing(Typing { conversation: scene.group })
        => [No(SignInFirst), No(NotAMember), Done, No(NotAMember), Done, Closed];
);

/// A scene of its own for each cell, since what is asked changes it, and the client of whoever asks there.
async fn scene(server: &TestServer, asker: Asker, cell: usize) -> (Scene, Client) {
    let (owner_name, asker_name, somebody) = (format!("owner{cell}"), format!("asker{cell}"), format!("somebody{cell}"));
    let mut owner = server.register(&owner_name).await;
    let mut client = server.register(&asker_name).await;
    server.register(&somebody).await;
    let group = owner.group(&format!("group {cell}"), &[]).await;
    match asker {
        Asker::NotSignedIn | Asker::Stranger | Asker::Owner => {}
        Asker::Member | Asker::Suspended => owner.done(crate::client::add(group, &asker_name)).await,
        Asker::Left => {
            owner.done(crate::client::add(group, &asker_name)).await;
            client.done(Request::LeaveGroup(LeaveGroup { conversation: group })).await;
        }
    }
    let scene = Scene { group, username: asker_name, token: client.token.clone(), somebody };
    match asker {
        Asker::NotSignedIn => (scene, server.client().await),
        Asker::Owner => (Scene { username: owner_name, token: owner.token.clone(), ..scene }, owner),
        Asker::Suspended => {
            server.operator().suspend(&scene.username).await.unwrap();
            (scene, client)
        }
        Asker::Stranger | Asker::Member | Asker::Left => (scene, client),
    }
}

/// What comes of a request.
async fn answer(client: &mut Client, request: Request) -> Answer {
    client.request(request).await;
    // Whatever comes before the answer to this is all that came of it.
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
            None => panic!("hung up on without a word"),
        }
    }
}

#[tokio::test]
async fn every_request_is_answered_as_whoever_asks_may() {
    // A connection is held open behind its goodbye for as long as this may take.
    let server = TestServer::with(|config| config.closing_grace = Duration::from_secs(20)).await;
    let mut cell = 0;
    let rows = requests(&Scene { group: ConversationId(1), username: "x".into(), token: "x".into(), somebody: "x".into() }).len();
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
async fn before_hello_nothing_is_answered_but_hello() {
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
async fn who_left_sees_nothing_after_their_leaving_and_nothing_before_they_came() {
    let server = TestServer::start().await;
    let (mut ana, mut rui) = (server.register("ana").await, server.register("rui").await);
    let group = ana.group("redes", &[]).await;
    ana.say(group, "antes").await;
    ana.done(crate::client::add(group, "rui")).await;
    ana.say(group, "durante").await;
    assert_eq!(rui.texts(group).await, ["durante"]);
    rui.done(Request::LeaveGroup(LeaveGroup { conversation: group })).await;
    let entries = |told: Vec<Event>| told.into_iter().filter(|event| matches!(event, Event::EntryPosted(_))).count();
    assert_eq!(entries(rui.told().await), 3, "that they came, what was said, and that they left");
    ana.say(group, "depois").await;
    assert_eq!(entries(rui.told().await), 0, "nothing live");

    let mut again = server.again(&rui).await;
    for (after, before) in [(None, None), (Some(Seq(0)), None), (None, Some(Seq(4)))] {
        assert_eq!(again.refused(crate::client::history(group, after, before)).await, NotAMember);
    }
    let Reply::Conversations(page) = again.ask(Request::ListConversations(ListConversations::default())).await else { panic!() };
    assert_eq!(page.conversations, [], "nothing to catch up with");

    ana.done(crate::client::add(group, "rui")).await;
    ana.say(group, "de volta").await;
    assert_eq!(again.texts(group).await, ["de volta"]);
    let back = again.see(group).await.first_seq;
    let page = again.page(crate::client::history(group, None, Some(back))).await;
    assert!(page.entries.is_empty() && !page.more, "and nothing from when they were away");
}
