//! Creating, joining and leaving groups.

use std::time::Duration;

use papo::event::{DisconnectReason, Event};
use papo::state::Screen;
use papo_shared::model::{ConversationId, EntryKind, Seq};
use papo_shared::protocol::{Event as ServerEvent, Refusal, Reply, Request};

use crate::driver::{Driver, direct, entry, group, member, name};
use crate::stories::{chatting_with_bia, come_back, history};

#[test]
fn a_group_is_created_and_members_are_picked_from_a_list() {
    let mut client = Driver::signed_in(80, 24, vec![]);
    client.sent();
    client.keys("4");
    client.type_text("redes");
    client.keys("Enter");
    client.answer(|request| match request {
        Request::CreateGroup(create) if create.name == "redes" => Some(Reply::Conversation(group(7, "redes", 1, 1, 0))),
        Request::ListMembers(_) => Some(Reply::Members(papo_shared::protocol::MemberPage {
            conversation: ConversationId(7),
            members: vec![member("ana", true)],
            next: None,
        })),
        _ => None,
    });
    assert!(client.screen().contains("Add whom to redes?"), "{}", client.screen());
    client.type_text("cai");
    client.keys("Enter");
    let added = client.sent().into_iter().find_map(|frame| match frame.request {
        Request::AddMember(add) => Some((add.conversation, add.username)),
        _ => None,
    });
    assert_eq!(added, Some((ConversationId(7), "caio".to_owned())));
    client.post(7, entry(2, "ana", 0, EntryKind::MemberAdded { member: name("caio") }));
    assert!(!client.screen().contains("caio"), "members are not offered again: {}", client.screen());
    client.keys("Esc");
    assert_eq!(client.state.screen, Screen::Chat);
}

#[test]
fn a_taken_group_name_is_reported_in_the_form_and_stays_there() {
    let mut client = Driver::signed_in(80, 24, vec![]);
    client.keys("4");
    client.type_text("redes");
    client.keys("Enter");
    client.answer(|request| matches!(request, Request::CreateGroup(_)).then_some(Reply::Refused(Refusal::GroupNameTaken)));
    let screen = client.screen();
    assert!(screen.contains("This group name is taken.") && screen.contains("redes"), "{screen}");
}

#[test]
fn being_added_to_a_group_lists_the_group() {
    let mut client = Driver::signed_in(80, 24, vec![]);
    client.sent();
    client.post(9, entry(4, "bia", 0, EntryKind::MemberAdded { member: name("ana") }));
    client.answer(|request| {
        matches!(request, Request::GetConversation(get) if get.conversation == ConversationId(9))
            .then(|| Reply::Conversation(group(9, "malhas", 4, 3, 0)))
    });
    client.keys("3");
    assert!(client.screen().contains("malhas"), "{}", client.screen());
}

#[test]
fn leaving_needs_confirmation() {
    let mut client = Driver::signed_in(80, 24, vec![group(3, "redes", 0, 0, 0)]);
    client.keys("3 Enter");
    client.type_text("/leave");
    client.keys("Enter");
    assert!(client.screen().contains("Leave redes?"), "{}", client.screen());
    client.keys("Esc");
    assert!(client.sent().iter().all(|frame| !matches!(frame.request, Request::LeaveGroup(_))));
    client.type_text("/leave");
    client.keys("Enter y");
    client.answer(|request| matches!(request, Request::LeaveGroup(_)).then_some(Reply::Done));
    assert!(client.screen().contains("You are no longer in redes."), "{}", client.screen());
    assert!(client.state.account.conversations.is_empty());
}

#[test]
fn a_group_that_begins_during_a_catch_up_is_not_removed() {
    let mut client = chatting_with_bia(&[]);
    client.happen(Event::Disconnected { reason: DisconnectReason::Closed, retry_in: Duration::ZERO });
    client.sent();
    come_back(&mut client);
    client.post(9, entry(1, "bia", 0, EntryKind::MemberAdded { member: name("ana") }));
    client.answer(|request| {
        matches!(request, Request::GetConversation(_)).then(|| Reply::Conversation(group(9, "malhas", 1, 0, 0)))
    });
    client.catch_up(vec![direct(1, "bia", 0, 0, 0)]);
    assert!(client.state.account.conversations.contains_key(&ConversationId(9)));
    client.tell(ServerEvent::Lagged);
    client.catch_up(vec![direct(1, "bia", 0, 0, 0)]);
    assert!(
        !client.state.account.conversations.contains_key(&ConversationId(9)),
        "a conversation missing from the list is removed"
    );
}

#[test]
fn a_member_added_later_is_told_that_the_conversation_began_earlier() {
    for (first, notice) in [(1, "The conversation begins here."), (4, "You see messages from when you joined.")] {
        let mut redes = group(3, "redes", 4, 4, 0);
        redes.first_seq = Seq(first);
        let mut client = Driver::signed_in(80, 24, vec![redes]);
        client.keys("3 Enter");
        let entries: Vec<_> =
            (first..=4).map(|seq| entry(seq, "bia", 0, EntryKind::MemberAdded { member: name("ana") })).collect();
        client.answer(|request| history(request, &entries));
        assert!(client.screen().contains(notice), "{}", client.screen());
    }
}
