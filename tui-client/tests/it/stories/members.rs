//! The list of members, and what owners and admins can do.

use std::time::Duration;

use papo::state::Focus;
use papo_shared::model::limits::MAX_TOPIC_CHARS;
use papo_shared::model::{ConversationId, ConversationKind, ConversationSummary, EntryKind, GroupName, Role, Topic, Visibility};
use papo_shared::protocol::{MemberPage, Refusal, RemoveMember, Reply, Request, SetRole, SetTopic};

use crate::driver::{Driver, entry, group, member, message, name};
use crate::stories::history;

pub(crate) const REDES: ConversationId = ConversationId(3);

/// The summary of the group redes, in which ana has this role.
pub(crate) fn redes(role: Role) -> ConversationSummary {
    let mut summary = group(3, "redes", 1, 1, 0);
    let name = GroupName::parse("redes").unwrap();
    let topic = Topic::parse("redes de computadores: capítulos, dúvidas e datas").unwrap();
    let visibility = Visibility::Listed;
    summary.kind = ConversationKind::Group { name, topic, members: 4, role, visibility, retention_days: None };
    summary
}

/// A client with redes open and ana in this role. Bia is its owner, or an admin if ana is the owner; caio and duda are members.
pub(crate) fn in_redes(width: u16, height: u16, role: Role) -> Driver {
    let mut client = Driver::signed_in(width, height, vec![redes(role)]);
    client.sent();
    client.keys("3 Enter");
    let entries = [entry(1, "ana", 0, EntryKind::GroupCreated { name: GroupName::parse("redes").unwrap() })];
    client.answer(|request| match request {
        Request::ListMembers(_) => {
            let role_of_bia = if role == Role::Owner { Role::Admin } else { Role::Owner };
            let mut members = vec![member("ana", true), member("bia", true), member("caio", true), member("duda", false)];
            members[0].role = role;
            members[1].role = role_of_bia;
            members[1].person.status = Some("escrevendo o capítulo 3".to_owned().into());
            Some(Reply::Members(MemberPage { conversation: REDES, members, next: None }))
        }
        request => history(request, &entries),
    });
    client
}

pub(crate) fn run(client: &mut Driver, command: &str) {
    client.type_text(command);
    client.keys("Enter");
}

/// The only request that the user has caused since the last call.
#[track_caller]
pub(crate) fn only_request(client: &mut Driver) -> Request {
    let mut asked = asked(client);
    assert_eq!(asked.len(), 1, "{asked:?}");
    asked.remove(0)
}

#[track_caller]
pub(crate) fn nothing_was_asked(client: &mut Driver) {
    assert_eq!(asked(client), []);
}

/// Requests caused by the user, without read cursors and typing notifications.
fn asked(client: &mut Driver) -> Vec<Request> {
    let sent = client.sent().into_iter().map(|frame| frame.request);
    sent.filter(|request| !matches!(request, Request::MarkRead(_) | Request::Typing(_))).collect()
}

/// The last line of the screen, which lists the keys.
pub(crate) fn hints(client: &Driver) -> String {
    client.screen().lines().last().unwrap().to_owned()
}

#[test]
fn a_wide_chat_lists_members_with_owner_and_admins_first() {
    let client = in_redes(130, 24, Role::Admin);
    let screen = client.screen();
    let line_of = |text: &str| screen.lines().position(|line| line.contains(text)).unwrap_or_else(|| panic!("{text}: {screen}"));
    let lines = ["Members", "● bia", "● ana (you)", "● caio", "○ duda"].map(line_of);
    assert!(lines.is_sorted(), "{screen}");
    let bia = screen.lines().nth(lines[1]).unwrap();
    assert!(bia.contains("· escr") && bia.ends_with("owner"), "{bia}");
    assert!(screen.contains("# redes · 4 members · redes de computadores: capítulos, dúvidas e datas"), "{screen}");
}

#[test]
fn the_hints_list_only_the_keys_that_the_role_allows() {
    let mut client = in_redes(118, 24, Role::Owner);
    client.keys("Alt-m");
    assert!(!hints(&client).contains("Enter"), "no actions on the user's own row: {}", hints(&client));
    client.keys("Down");
    assert_eq!(
        hints(&client),
        " Enter chat · m remove admin · o hand over · Del remove · b block · i invites · Esc close · F1 keys"
    );
    client.keys("Down");
    assert_eq!(
        hints(&client),
        " Enter chat · a make admin · o hand over · Del remove · b block · i invites · Esc close · F1 keys"
    );

    let mut client = in_redes(118, 24, Role::Admin);
    client.keys("Alt-m");
    assert_eq!(hints(&client), " Enter chat · b block · i invites · Esc close · F1 keys", "an admin cannot change the owner");
    client.keys("Down Down");
    assert_eq!(hints(&client), " Enter chat · Del remove · b block · i invites · Esc close · F1 keys");

    let mut client = in_redes(118, 24, Role::Member);
    client.keys("Alt-m End");
    assert_eq!(hints(&client), " Enter chat · b block · Esc close · F1 keys");
    client.keys("x");
    assert!(client.screen().contains("You do not have permission to do that here."), "{}", client.screen());
    nothing_was_asked(&mut client);
}

#[test]
fn the_owner_promotes_and_demotes_admins() {
    let mut client = in_redes(80, 24, Role::Owner);
    client.keys("Alt-m Down Down a");
    let asked = SetRole { conversation: REDES, username: "caio".to_owned(), role: Role::Admin };
    assert_eq!(only_request(&mut client), Request::SetRole(asked));
    client.post(3, entry(2, "ana", 1, EntryKind::RoleChanged { member: name("caio"), role: Role::Admin }));
    let screen = client.screen();
    let caio = screen.lines().find(|line| line.contains("● caio")).unwrap();
    assert!(caio.contains("admin"), "{screen}");
    client.keys("Esc");
    run(&mut client, "/member @Caio");
    let asked = SetRole { conversation: REDES, username: "caio".to_owned(), role: Role::Member };
    assert_eq!(only_request(&mut client), Request::SetRole(asked));
    run(&mut client, "/admin bia");
    assert!(client.screen().contains("bia already has that role."), "{}", client.screen());
    nothing_was_asked(&mut client);
}

#[test]
fn ownership_is_handed_over_after_confirmation_and_the_hints_follow() {
    let mut client = in_redes(80, 24, Role::Owner);
    run(&mut client, "/owner caio");
    assert!(client.screen().contains("Make caio the owner of redes?"), "{}", client.screen());
    client.keys("Esc");
    nothing_was_asked(&mut client);
    client.keys("Alt-m Down Down o y");
    let asked = SetRole { conversation: REDES, username: "caio".to_owned(), role: Role::Owner };
    client.answer(|request| (*request == Request::SetRole(asked.clone())).then_some(Reply::Done));
    assert_eq!(client.state.focus(), Focus::Members, "the list is shown again after the question: {}", client.screen());
    client.post(3, entry(2, "ana", 1, EntryKind::RoleChanged { member: name("caio"), role: Role::Owner }));
    assert!(client.screen().contains("· ana made caio the owner"), "{}", client.screen());
    client.keys("Home");
    assert!(!hints(&client).contains("remove"), "caio is the owner now: {}", hints(&client));
    client.keys("End");
    assert!(hints(&client).contains("Del remove"), "ana is an admin now: {}", hints(&client));
}

#[test]
fn a_member_is_removed_after_confirmation_and_a_refusal_is_shown_in_the_question() {
    let mut client = in_redes(80, 24, Role::Admin);
    client.keys("Alt-m End x");
    assert!(client.screen().contains("Remove duda from redes?"), "{}", client.screen());
    client.keys("y");
    client.answer(|request| matches!(request, Request::RemoveMember(_)).then_some(Reply::Refused(Refusal::NotAllowed)));
    assert!(client.screen().contains("✗ You do not have permission to do that here."), "{}", client.screen());
    client.keys("y");
    let asked = RemoveMember { conversation: REDES, username: "duda".to_owned() };
    assert_eq!(only_request(&mut client), Request::RemoveMember(asked));
    client.keys("Esc Esc");
    client.post(3, entry(2, "ana", 1, EntryKind::MemberRemoved { member: name("duda") }));
    assert!(client.screen().contains("# redes · 3 members"), "{}", client.screen());
    run(&mut client, "/remove duda");
    assert!(client.screen().contains("This person is not a member."), "{}", client.screen());
    assert!(client.screen().contains("/remove duda"), "the typed command stays: {}", client.screen());
}

#[test]
fn a_topic_is_set_and_removed_and_one_that_is_too_long_stays_in_the_composer() {
    let mut client = in_redes(80, 24, Role::Admin);
    run(&mut client, "/topic prova na sexta");
    let asked = SetTopic { conversation: REDES, topic: "prova na sexta".to_owned() };
    assert_eq!(only_request(&mut client), Request::SetTopic(asked));
    client.post(3, entry(2, "ana", 1, EntryKind::TopicChanged { topic: Topic::parse("prova na sexta").unwrap() }));
    let screen = client.screen();
    assert!(screen.contains("# redes · 4 members · prova na sexta"), "{screen}");
    assert!(screen.contains("· ana set the topic: prova na sexta"), "{screen}");

    let longest = "é".repeat(MAX_TOPIC_CHARS);
    run(&mut client, &format!("/topic {longest}"));
    assert!(matches!(only_request(&mut client), Request::SetTopic(asked) if asked.topic == longest));
    run(&mut client, &format!("/topic {longest}é"));
    nothing_was_asked(&mut client);
    let screen = client.screen();
    assert!(screen.contains("A topic can have at most 200 characters.") && screen.contains("/topic"), "{screen}");

    let mut client = in_redes(80, 24, Role::Admin);
    run(&mut client, "/topic");
    assert!(client.screen().contains("Topic of redes"), "{}", client.screen());
    client.keys(&["Backspace"; 60].join(" "));
    client.keys("Enter");
    assert_eq!(only_request(&mut client), Request::SetTopic(SetTopic { conversation: REDES, topic: String::new() }));
    client.post(3, entry(2, "ana", 1, EntryKind::TopicChanged { topic: None }));
    assert!(client.screen().contains("· ana removed the topic"), "{}", client.screen());

    let mut client = in_redes(80, 24, Role::Member);
    run(&mut client, "/topic tudo");
    assert!(client.screen().contains("You do not have permission to do that here."), "{}", client.screen());
    nothing_was_asked(&mut client);
}

#[test]
fn a_removed_member_sees_who_removed_them_and_finds_the_draft_when_added_again() {
    let mut client = in_redes(80, 24, Role::Member);
    client.type_text("uma coisa ainda");
    client.keys("Alt-m");
    client.post(3, entry(2, "bia", 1, EntryKind::MemberRemoved { member: name("ana") }));
    let screen = client.screen();
    assert!(screen.contains("bia removed you from redes."), "{screen}");
    assert!(client.state.account.conversations.is_empty() && client.state.overlay.is_none(), "{screen}");

    client.wait(1000);
    client.post(3, entry(3, "bia", 2, EntryKind::MemberAdded { member: name("ana") }));
    let again = redes(Role::Member);
    client.answer(|request| matches!(request, Request::GetConversation(_)).then(|| Reply::Conversation(again.clone())));
    client.keys("Down Enter");
    assert!(client.screen().contains("uma coisa ainda"), "{}", client.screen());
}

#[test]
fn leaving_an_owned_group_names_the_next_owner() {
    let mut client = in_redes(80, 24, Role::Owner);
    run(&mut client, "/leave");
    assert!(client.screen().contains("bia will own the group."), "the only admin inherits the group: {}", client.screen());
    client.keys("Esc");
    client.post(3, entry(2, "ana", 1, EntryKind::RoleChanged { member: name("caio"), role: Role::Admin }));
    run(&mut client, "/leave");
    assert!(client.screen().contains("The admin who has been"), "{}", client.screen());
    client.keys("Esc");
    for (seq, admin) in [(3, "bia"), (4, "caio")] {
        client.post(3, entry(seq, "ana", 1, EntryKind::RoleChanged { member: name(admin), role: Role::Member }));
    }
    run(&mut client, "/leave");
    assert!(client.screen().contains("The member who has been"), "{}", client.screen());
    client.keys("Esc");
    for (seq, left) in [(5, "bia"), (6, "caio"), (7, "duda")] {
        client.post(3, entry(seq, left, 1, EntryKind::MemberLeft { new_owner: None }));
    }
    run(&mut client, "/leave");
    assert!(client.screen().contains("You are its last member"), "{}", client.screen());

    let mut client = in_redes(80, 24, Role::Member);
    run(&mut client, "/leave");
    assert!(client.screen().contains("Only a member can add you again"), "{}", client.screen());
}

#[test]
fn a_member_who_inherits_a_group_has_the_owner_keys() {
    let mut client = in_redes(80, 24, Role::Member);
    client.post(3, entry(2, "bia", 1, EntryKind::MemberLeft { new_owner: Some(name("ana")) }));
    assert!(client.screen().contains("· bia left; ana now owns the group"), "{}", client.screen());
    client.keys("Alt-m End");
    assert!(hints(&client).contains("a make admin · o hand over · Del remove"), "{}", hints(&client));
}

#[test]
fn enter_on_a_member_opens_a_direct_conversation() {
    let mut client = in_redes(80, 24, Role::Member);
    client.keys("Alt-m End Enter");
    assert!(matches!(only_request(&mut client), Request::OpenDirect(open) if open.username == "duda"));
}

#[test]
fn members_are_requested_again_after_reconnecting() {
    let mut client = in_redes(130, 24, Role::Owner);
    client.happen(papo::event::Event::Disconnected { reason: papo::event::DisconnectReason::Closed, retry_in: Duration::ZERO });
    client.sent();
    crate::stories::come_back(&mut client);
    let mut later = redes(Role::Admin);
    later.last_seq = papo_shared::model::Seq(9);
    client.catch_up(vec![later]);
    client.answer(|request| match request {
        Request::ListMembers(_) => {
            let members = vec![member("ana", true), member("eva", true)];
            Some(Reply::Members(MemberPage { conversation: REDES, members, next: None }))
        }
        _ => None,
    });
    let screen = client.screen();
    assert!(screen.contains("● eva") && !screen.contains("caio"), "{screen}");
    client.post(3, message(10, "eva", 1, "oi"));
}
