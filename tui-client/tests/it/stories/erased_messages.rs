//! Messages whose texts the server erased without an entry.

use papo::translations::Language;
use papo_shared::model::{ConversationId, ConversationSummary, Seq};
use papo_shared::protocol::{Event as ServerEvent, GetConversation, MessagesErased, Request};

use super::chatting_with_bia;
use crate::driver::{Driver, direct, message};

/// Applies that the operator deleted a message of the conversation with bia.
fn erase_by_operator(client: &mut Driver, seq: u64) {
    let (conversation, seqs) = (ConversationId(1), vec![Seq(seq)]);
    client.tell(ServerEvent::MessagesErased(MessagesErased { conversation, seqs, expired: false, by_operator: true }));
}

#[test]
fn a_message_erased_by_the_operator_is_shown_nowhere_any_more() {
    let mut client = chatting_with_bia(&[message(1, "bia", 0, "oi"), message(2, "bia", 1, "compre agora")]);
    assert!(client.screen().contains("compre agora"), "{}", client.screen());
    erase_by_operator(&mut client, 2);
    let screen = client.screen();
    assert!(screen.contains("deleted by the server's operator") && !screen.contains("compre agora"), "{screen}");
    client.speak(Language::PtBr);
    assert!(client.screen().contains("apagada pela administração"), "{}", client.screen());
}

#[test]
fn an_unread_message_that_the_server_erases_leaves_the_preview_and_is_no_longer_counted() {
    let summary =
        |unread| ConversationSummary { latest: Some(message(2, "bia", 1, "compre agora")), ..direct(1, "bia", 2, 0, unread) };
    let mut client = Driver::signed_in(80, 24, vec![summary(2)]);
    assert!(client.screen().contains("compre agora"), "{}", client.screen());
    client.sent();
    erase_by_operator(&mut client, 2);
    assert!(!client.screen().contains("compre agora"), "{}", client.screen());
    let recount = Request::GetConversation(GetConversation { conversation: ConversationId(1) });
    assert!(client.sent().iter().any(|frame| frame.request == recount));
}
