//! Direct conversations and groups, and the visibility of their entries.

use papo_shared::model::{ConversationId, ConversationKind, EntryKind, GroupName, NameProblem, Seq, Username};
use papo_shared::protocol::{
    CreateGroup, Event, GetConversation, LeaveGroup, ListConversations, ListGroups, ListMembers, ListUsers, MarkRead, OpenDirect,
    Refusal, RenameGroup, Reply, Request, Typing, WatchDirectory,
};

use crate::client::{Client, TestServer, add, history, send};

fn open(username: &str) -> Request {
    Request::OpenDirect(OpenDirect { username: username.to_owned() })
}

fn create(name: &str) -> Request {
    Request::CreateGroup(CreateGroup { name: name.to_owned(), visibility: None })
}

fn rename(conversation: ConversationId, name: &str) -> Request {
    Request::RenameGroup(RenameGroup { conversation, name: name.to_owned() })
}

fn leave(conversation: ConversationId) -> Request {
    Request::LeaveGroup(LeaveGroup { conversation })
}

async fn members(client: &mut Client, conversation: ConversationId) -> Vec<String> {
    let ask = ListMembers { conversation, after: None, limit: None };
    match client.ask(Request::ListMembers(ask)).await {
        Reply::Members(page) => page.members.into_iter().map(|member| member.person.username.into()).collect(),
        reply => panic!("expected members, got {reply:?}"),
    }
}

#[tokio::test]
async fn both_users_share_one_direct_conversation() {
    let server = TestServer::start().await;
    let (mut ana, mut rui) = (server.register("ana").await, server.register("rui").await);
    let conversation = ana.direct("rui").await;
    assert_eq!(ana.direct("Rui").await, conversation);
    let summary = rui.summary(open("ana")).await;
    assert_eq!(summary.conversation, conversation);
    let ConversationKind::Direct { peer } = summary.kind else { panic!("{summary:?}") };
    assert_eq!(peer.username.as_str(), "ana");
    assert!(peer.online);
    assert_eq!(ana.refused(open("ana")).await, Refusal::CannotTargetSelf);
    assert_eq!(ana.refused(open("ninguem")).await, Refusal::NoSuchUser);
    for request in [add(conversation, "ana"), leave(conversation), rename(conversation, "grupo")] {
        assert_eq!(ana.refused(request).await, Refusal::NotAGroup);
    }
}

#[tokio::test]
async fn group_entries_are_delivered_to_all_members() {
    let server = TestServer::start().await;
    let (mut ana, mut rui) = (server.register("ana").await, server.register("rui").await);
    let mut eva = server.register("eva").await;
    let group = ana.group("#Redes", &mut [&mut rui]).await;
    let added = rui.entry(group).await;
    assert_eq!(added.kind, EntryKind::MemberAdded { member: Username::parse("rui").unwrap() });
    rui.add(group, &mut eva).await;
    ana.done(rename(group, "Sistemas")).await;
    assert_eq!(members(&mut ana, group).await, ["ana", "eva", "rui"]);
    rui.done(leave(group)).await;
    assert_eq!(members(&mut ana, group).await, ["ana", "eva"]);

    let kinds: Vec<EntryKind> = ana.log(group).await.into_iter().map(|entry| entry.kind).collect();
    assert_eq!(
        kinds,
        [
            EntryKind::GroupCreated { name: GroupName::parse("Redes").unwrap() },
            EntryKind::MemberAdded { member: Username::parse("rui").unwrap() },
            EntryKind::MemberAdded { member: Username::parse("eva").unwrap() },
            EntryKind::GroupRenamed { name: GroupName::parse("Sistemas").unwrap() },
            EntryKind::MemberLeft { new_owner: None },
        ]
    );
    let seqs: Vec<u64> = ana
        .drain_events()
        .await
        .into_iter()
        .filter_map(|event| match event {
            Event::EntryPosted(posted) => Some(posted.entry.seq.0),
            _ => None,
        })
        .collect();
    assert_eq!(seqs, [1, 2, 3, 4, 5], "each entry once, in order, including the session's own");
}

#[tokio::test]
async fn group_names_are_unique() {
    let server = TestServer::start().await;
    let (mut ana, mut rui) = (server.register("ana").await, server.register("rui").await);
    ana.group("Redes", &mut []).await;
    let mine = rui.group("Sistemas", &mut []).await;
    assert_eq!(rui.refused(create("redes")).await, Refusal::GroupNameTaken);
    assert_eq!(rui.refused(rename(mine, "REDES")).await, Refusal::GroupNameTaken);
    assert_eq!(rui.refused(create("Rеdes")).await, Refusal::GroupNameTooAlike, "with a Cyrillic letter");
    assert_eq!(rui.refused(rename(mine, "re\u{ad}des")).await, Refusal::GroupNameTooAlike, "with a soft hyphen");
    assert_eq!(rui.see(mine).await.last_seq, Seq(1), "a refused request adds no entry");
    rui.done(rename(mine, "SISTEMAS")).await;
    let problem = NameProblem::Empty;
    assert_eq!(rui.refused(create(" # ")).await, Refusal::GroupNameInvalid { problem });
}

#[tokio::test]
async fn non_members_learn_nothing() {
    let server = TestServer::start().await;
    let (mut ana, mut eva, mut rui) = (server.register("ana").await, server.register("eva").await, server.register("rui").await);
    let group = ana.group("redes", &mut [&mut rui]).await;
    let direct = ana.direct("rui").await;
    let nowhere = ConversationId(u32::MAX);
    for conversation in [group, direct, nowhere] {
        let asks = [
            send(conversation, papo_shared::model::ClientId::new(), "oi"),
            history(conversation, None, None),
            Request::GetConversation(GetConversation { conversation }),
            Request::ListMembers(ListMembers { conversation, after: None, limit: None }),
            Request::MarkRead(MarkRead { conversation, seq: Seq(1) }),
            Request::Typing(Typing { conversation }),
            add(conversation, "eva"),
            leave(conversation),
            rename(conversation, "outro"),
        ];
        for ask in asks {
            let shown = format!("{ask:?}");
            assert_eq!(eva.refused(ask).await, Refusal::NotAMember, "{shown}");
        }
    }
    ana.say(group, "segredo").await;
    let heard = eva.drain_events().await.into_iter().find(|event| !matches!(event, Event::PresenceChanged(_)));
    assert_eq!(heard, None, "and receives nothing");
}

#[tokio::test]
async fn members_see_the_log_from_their_joining_on() {
    let server = TestServer::start().await;
    let (mut ana, mut rui) = (server.register("ana").await, server.register("rui").await);
    let group = ana.group("redes", &mut []).await;
    ana.say(group, "antes").await;
    ana.add(group, &mut rui).await;
    ana.say(group, "durante").await;
    let summary = rui.see(group).await;
    assert_eq!((summary.first_seq, summary.last_seq, summary.read_seq, summary.unread), (Seq(3), Seq(4), Seq(2), 1));
    assert_eq!(rui.texts(group).await, ["durante"]);

    let mut elsewhere = server.another_client(&rui).await;
    rui.done(leave(group)).await;
    assert_eq!(elsewhere.entry(group).await.kind, EntryKind::MemberLeft { new_owner: None }, "the other device receives it");
    ana.say(group, "depois").await;
    assert_eq!(rui.refused(history(group, None, None)).await, Refusal::NotAMember);
    assert!(
        !rui.drain_events().await.iter().any(|event| matches!(event, Event::EntryPosted(posted) if posted.entry.seq > Seq(5)))
    );

    ana.add(group, &mut rui).await;
    ana.say(group, "de volta").await;
    assert_eq!(rui.texts(group).await, ["de volta"], "a returning member sees the log from the return on");
    assert_eq!(rui.see(group).await.unread, 1);
    assert_eq!(ana.refused(add(group, "rui")).await, Refusal::AlreadyAMember);
    assert_eq!(ana.refused(add(group, "ninguem")).await, Refusal::NoSuchUser);
}

#[tokio::test]
async fn lists_are_paged() {
    let server = TestServer::start().await;
    let mut ana = server.register("ana").await;
    for name in ["rui", "eva", "ivo"] {
        server.register(name).await;
        ana.direct(name).await;
        ana.group(&format!("Grupo {name}"), &mut []).await;
    }
    let mut names = Vec::new();
    let mut after = None;
    loop {
        let ask = ListUsers { query: None, after, limit: Some(3) };
        let Reply::Users(page) = ana.ask(Request::ListUsers(ask)).await else { panic!("expected users") };
        assert!(page.users.len() <= 3);
        names.extend(page.users.into_iter().map(|person| String::from(person.username)));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(names, ["ana", "eva", "ivo", "rui"]);

    let ask = ListUsers { query: Some("  V".to_owned()), ..ListUsers::default() };
    let Reply::Users(page) = ana.ask(Request::ListUsers(ask)).await else { panic!("expected users") };
    assert_eq!(page.users.iter().map(|person| person.username.as_str()).collect::<Vec<_>>(), ["eva", "ivo"]);

    let ask = |after| Request::ListConversations(ListConversations { after, limit: Some(4) });
    let Reply::Conversations(first) = ana.ask(ask(None)).await else { panic!("expected conversations") };
    let Reply::Conversations(second) = ana.ask(ask(first.next)).await else { panic!("expected conversations") };
    assert_eq!((first.conversations.len(), second.conversations.len(), second.next), (4, 2, None));

    let ask = ListGroups { query: Some("#GRUPO i".to_owned()), ..ListGroups::default() };
    let Reply::Groups(page) = ana.ask(Request::ListGroups(ask)).await else { panic!("expected groups") };
    assert_eq!(page.groups.iter().map(|group| group.name.as_str()).collect::<Vec<_>>(), ["Grupo ivo"]);
    assert!(page.groups[0].member);
}

#[tokio::test]
async fn a_page_always_fits_in_one_line() {
    let server = TestServer::start().await;
    let mut ana = server.register("ana").await;
    // Each of these is 32 KiB as JSON, so that two do not fit in a line of 64 KiB.
    let longest = "\"".repeat(papo_shared::model::limits::MAX_MESSAGE_BYTES);
    for name in ["um", "dois", "tres"] {
        let group = ana.group(name, &mut []).await;
        ana.say(group, &longest).await;
        ana.say(group, &longest).await;
    }
    let mut found = Vec::new();
    let mut after = None;
    loop {
        let ask = Request::ListConversations(ListConversations { after, limit: None });
        let Reply::Conversations(page) = ana.ask(ask).await else { panic!("expected conversations") };
        found.extend(page.conversations);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(found.len(), 3);
    let group = found[0].conversation;
    assert_eq!(ana.log(group).await.len(), 3);
    let newest = ana.page(history(group, None, None)).await;
    assert_eq!((newest.entries.len(), newest.entries[0].seq, newest.more), (1, Seq(3), true), "the newest entry must be kept");
}

#[tokio::test]
async fn directory_watchers_receive_new_groups_and_accounts() {
    let server = TestServer::start().await;
    let (mut ana, mut eva) = (server.register("ana").await, server.register("eva").await);
    eva.done(Request::WatchDirectory(WatchDirectory { watch: true })).await;
    let group = ana.group("redes", &mut []).await;
    ana.done(rename(group, "sistemas")).await;
    ana.add(group, &mut eva).await;
    let mut seen = Vec::new();
    for _ in 0..3 {
        seen.push(
            eva.event(|event| match event {
                Event::GroupChanged(listing) => Some((listing.name.as_str().to_owned(), listing.members)),
                _ => None,
            })
            .await,
        );
    }
    assert_eq!(seen, [("redes".to_owned(), 1), ("sistemas".to_owned(), 1), ("sistemas".to_owned(), 2)]);

    let _new = server.register("ivo").await;
    eva.event(|event| match event {
        Event::PresenceChanged(changed) => changed.people.iter().any(|person| person.username.as_str() == "ivo").then_some(()),
        _ => None,
    })
    .await;
}
