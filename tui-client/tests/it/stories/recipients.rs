//! A message is sent to the conversation on the screen, and to no other.

use papo::event::Event;
use papo::state::Screen;
use papo_shared::model::{ConversationId, EntryKind};
use papo_shared::protocol::{
    Event as ServerEvent, Inbox, InboxItem, InboxReason, JoinGroup, MemberPage, Reply, Request, TypingStarted,
};

use crate::driver::{Driver, direct, entry, group, member, message, name};
use crate::stories::{history, sent_messages};

const BIA: ConversationId = ConversationId(1);
const CAIO: ConversationId = ConversationId(2);
const REDES: ConversationId = ConversationId(3);

/// A client in the conversation with bia; below her in the list are caio, and duda without a conversation.
fn chatting() -> Driver {
    let conversations = vec![direct(1, "bia", 0, 0, 0), direct(2, "caio", 0, 0, 0), group(3, "redes", 0, 0, 0)];
    let mut client = Driver::signed_in(80, 24, conversations);
    client.keys("2 Enter");
    client.answer(|request| history(request, &[]));
    assert_eq!(open(&client), Some(BIA));
    client
}

fn open(client: &Driver) -> Option<ConversationId> {
    client.state.account.chat.here().open
}

fn draft(client: &Driver, id: ConversationId) -> String {
    client.state.account.conversations[&id].composer.text()
}

#[test]
fn text_typed_on_a_highlighted_row_goes_to_that_conversation() {
    let mut client = chatting();
    client.keys("Left Down");
    client.type_text("oi caio");
    client.keys("Enter");
    let sent = sent_messages(&mut client);
    assert_eq!(sent.iter().map(|send| (send.conversation, send.text.as_str())).collect::<Vec<_>>(), [(CAIO, "oi caio")]);
    assert_eq!((draft(&client, BIA), open(&client)), (String::new(), Some(CAIO)));
}

#[test]
fn a_paste_on_a_highlighted_row_goes_to_that_conversation() {
    let mut client = chatting();
    client.keys("Left Down");
    client.happen(Event::Pasted("colado".to_owned()));
    assert_eq!((draft(&client, BIA), draft(&client, CAIO)), (String::new(), "colado".to_owned()));
}

#[test]
fn the_editor_opens_the_draft_of_the_highlighted_conversation() {
    let mut client = chatting();
    client.type_text("para bia");
    client.keys("Alt-e");
    client.happen(Event::EditorClosed { conversation: BIA, text: Ok(String::new()) });
    client.keys("Left Down Alt-e");
    assert_eq!((client.state.account.draft_in_editor, open(&client)), (Some(CAIO), Some(CAIO)));
}

#[test]
fn text_typed_before_the_conversation_exists_waits_for_it() {
    let mut client = chatting();
    client.keys("Left Down Down");
    client.type_text("oi du");
    client.happen(Event::Pasted("da!".to_owned()));
    assert_eq!(draft(&client, BIA), "", "{}", client.screen());
    client.answer(|request| match request {
        Request::OpenDirect(asked) if asked.username == "duda" => Some(Reply::Conversation(direct(9, "duda", 0, 0, 0))),
        other => history(other, &[]),
    });
    assert_eq!((open(&client), draft(&client, ConversationId(9))), (Some(ConversationId(9)), "oi duda!".to_owned()));
}

#[test]
fn a_conversation_that_opens_late_does_not_take_the_focus() {
    let mut client = chatting();
    client.keys("Left Down Down Enter");
    // The server is slow; the user returns and writes to bia.
    client.keys("Up Up Enter");
    client.type_text("oi b");
    client.answer(|request| match request {
        Request::OpenDirect(_) => Some(Reply::Conversation(direct(9, "duda", 0, 0, 0))),
        other => history(other, &[]),
    });
    client.type_text("ia");
    assert_eq!((open(&client), draft(&client, BIA)), (Some(BIA), "oi bia".to_owned()));
    assert!(client.screen().contains("duda"), "{}", client.screen());
}

#[test]
fn a_group_that_is_joined_late_does_not_take_the_focus() {
    let mut client = chatting();
    client.type_text("/join abcd");
    client.keys("Enter");
    client.type_text("oi b");
    client.answer(|request| match request {
        Request::JoinGroup(JoinGroup { .. }) => Some(Reply::Conversation(group(9, "tarde", 0, 0, 0))),
        other => history(other, &[]),
    });
    client.type_text("ia");
    assert_eq!((open(&client), draft(&client, BIA)), (Some(BIA), "oi bia".to_owned()));
    // A user who waits for the conversation is taken there.
    client.keys("Ctrl-u");
    client.type_text("/join efgh");
    client.keys("Enter");
    client.answer(|request| match request {
        Request::JoinGroup(_) => Some(Reply::Conversation(group(10, "cedo", 0, 0, 0))),
        other => history(other, &[]),
    });
    assert_eq!(open(&client), Some(ConversationId(10)), "{}", client.screen());
}

#[test]
fn coming_back_to_the_composer_highlights_the_conversation_it_belongs_to() {
    for way_back in ["click", "keys"] {
        let mut client = chatting();
        client.keys("Left Down");
        match way_back {
            "click" => client.happen(Event::Clicked(40, 22)),
            _ => client.keys("Tab Tab Alt-u Left Up Enter"),
        }
        client.type_text("oi");
        client.keys("Left");
        // The arrow moves the cursor in the draft; the selection of the list stays at the open conversation.
        let row = client.state.row_of(open(&client).unwrap());
        assert_eq!(client.state.account.chat.here().selected, row, "by {way_back}");
        assert_eq!(draft(&client, open(&client).unwrap()), "oi");
    }
}

#[test]
fn text_for_a_group_that_removed_the_user_is_not_sent() {
    let mut client = chatting();
    client.keys("Tab Enter");
    assert_eq!(open(&client), Some(REDES));
    client.type_text("oi red");
    let removed = EntryKind::MemberRemoved { member: name("ana") };
    client.post(3, entry(1, "bia", 0, removed));
    client.tell(ServerEvent::TypingStarted(TypingStarted { conversation: BIA, username: name("bia") }));
    client.type_text("es");
    client.keys("Tab");
    for id in [BIA, CAIO] {
        assert_eq!(draft(&client, id), "", "{}", client.screen());
    }
}

#[test]
fn the_highlighted_item_is_picked_even_if_the_list_was_reordered() {
    let conversations = vec![direct(1, "bia", 1, 1, 0), direct(2, "caio", 0, 0, 0)];
    let mut client = Driver::signed_in(80, 24, conversations);
    client.post(1, message(2, "bia", 1, "oi"));
    client.keys("Ctrl-k");
    assert!(client.screen().contains("› ● bia") || client.screen().contains("bia"), "{}", client.screen());
    // caio, who was below, now has the newest message.
    client.post(2, message(1, "caio", 2, "ei"));
    client.keys("Enter");
    assert_eq!(open(&client), Some(BIA));
}

#[test]
fn a_reply_from_the_inbox_goes_to_the_message_that_was_selected() {
    let item = |conversation, entry| InboxItem { conversation, reason: InboxReason::Direct, entry };
    let first = vec![item(BIA, message(1, "bia", 1, "de bia"))];
    let later = [vec![item(CAIO, message(1, "caio", 2, "de caio"))], first.clone()].concat();
    let mut client = Driver::signed_in(80, 24, vec![direct(1, "bia", 1, 0, 1), direct(2, "caio", 0, 0, 0)]);
    let inbox = |request: &Request, items: &[InboxItem]| match request {
        Request::ListInbox(_) => Some(Reply::Inbox(Inbox { items: items.to_vec(), more: false })),
        other => history(other, &[]),
    };
    client.keys("i");
    client.answer(|request| inbox(request, &first));
    assert_eq!(client.state.screen, Screen::Inbox);
    client.post(2, message(1, "caio", 2, "de caio"));
    client.answer(|request| inbox(request, &later));
    client.keys("a");
    assert!(client.screen().contains("Reply to bia"), "{}", client.screen());
    client.type_text("oi");
    client.keys("Enter");
    assert_eq!(sent_messages(&mut client)[0].conversation, BIA);
}

#[test]
fn a_member_who_is_selected_stays_selected() {
    let mut client = chatting();
    client.keys("Tab Enter");
    client.answer(|request| match request {
        Request::ListMembers(asked) => Some(Reply::Members(MemberPage {
            conversation: asked.conversation,
            members: [member("caio", true), member("duda", true)].to_vec(),
            next: None,
        })),
        other => history(other, &[]),
    });
    client.keys("Alt-m");
    // Bia, who is listed above, becomes a member.
    client.post(3, entry(1, "caio", 0, EntryKind::MemberAdded { member: name("bia") }));
    client.keys("Enter");
    assert_eq!(open(&client), Some(CAIO), "{}", client.screen());
}
