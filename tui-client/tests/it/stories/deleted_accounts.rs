//! Deleted accounts of others: their name, and the conversation with one.

use papo::event::Event;
use papo::translations::Language;
use papo_shared::model::{ConversationId, ConversationKind, ConversationSummary, Entry, Person};
use papo_shared::protocol::{AccountDeleted, Event as ServerEvent, Inbox, InboxItem, InboxReason, Reply, Request};

use super::{chatting_with_bia, history, sent_messages};
use crate::driver::{Driver, direct, message, name, person};

const CLOSED: &str = "This account was deleted. You can only read here.";
const REFUSED: &str = "This account was deleted, so you cannot write to it.";

/// The conversation with bia as the server lists it after her account was deleted.
fn direct_with_deleted() -> ConversationSummary {
    let peer = Person { deleted: true, display_name: "deleted account".to_owned().into(), ..person("deleted-7", false) };
    ConversationSummary { kind: ConversationKind::Direct { peer }, ..direct(1, "bia", 2, 2, 0) }
}

/// Applies that bia's account was deleted, up to the server's new list of conversations.
fn delete_bia(client: &mut Driver) {
    client.tell(ServerEvent::AccountDeleted(AccountDeleted { username: name("bia"), now: name("deleted-7") }));
    client.catch_up(vec![direct_with_deleted()]);
}

fn chatting() -> Driver {
    chatting_with_bia(&entries())
}

fn entries() -> [Entry; 2] {
    [message(1, "ana", 0, "oi"), message(2, "bia", 1, "vou apagar minha conta")]
}

#[test]
fn the_composer_closes_when_the_peers_account_is_deleted() {
    let mut client = chatting();
    client.tell(ServerEvent::AccountDeleted(AccountDeleted { username: name("bia"), now: name("deleted-7") }));
    let before_the_list = client.screen();
    assert!(before_the_list.contains(CLOSED), "{before_the_list}");
    client.catch_up(vec![direct_with_deleted()]);
    let screen = client.screen();
    assert!(screen.contains(CLOSED) && screen.contains("vou apagar minha conta"), "{screen}");
    assert!(!screen.contains("offline"), "a deleted account has no presence:\n{screen}");
    client.sent();
    client.happen(Event::Pasted("colado".to_owned()));
    assert!(client.screen().contains(REFUSED) && client.screen().contains(CLOSED), "{}", client.screen());
    client.state.account.status_message = None;
    client.type_text("oi?");
    assert!(client.screen().contains(REFUSED) && client.screen().contains(CLOSED), "{}", client.screen());
    client.keys("Enter");
    assert_eq!(client.sent(), []);
    client.type_text("/menu");
    client.keys("Enter");
    assert!(client.screen().contains("Quit"), "commands still work:\n{}", client.screen());
}

#[test]
fn a_draft_to_a_deleted_account_is_neither_sent_nor_lost() {
    let mut client = chatting();
    client.type_text("um rascunho");
    delete_bia(&mut client);
    client.keys("Enter");
    assert!(client.screen().contains("um rascunho") && client.screen().contains(REFUSED), "{}", client.screen());
    assert!(sent_messages(&mut client).is_empty());
}

#[test]
fn messages_with_a_deleted_account_cannot_be_changed() {
    let mut client = Driver::signed_in(120, 24, vec![direct(1, "bia", 2, 2, 0)]);
    client.keys("2 Enter");
    client.answer(|request| history(request, &entries()));
    let hints = ["r reply", "+ react", "e edit", "d delete"];
    client.keys("Up Up");
    for hint in hints {
        assert!(client.screen().contains(hint), "{hint}:\n{}", client.screen());
    }
    delete_bia(&mut client);
    for hint in hints {
        assert!(!client.screen().contains(hint), "{hint}:\n{}", client.screen());
    }
    client.sent();
    for key in ["r", "e", "d", "+"] {
        client.state.account.status_message = None;
        client.keys(key);
        assert!(client.screen().contains(REFUSED), "{key}:\n{}", client.screen());
    }
    assert_eq!(client.sent(), []);
}

#[test]
fn a_reply_from_the_inbox_to_a_deleted_account_stays_in_its_prompt() {
    let mut client = Driver::signed_in(80, 24, vec![direct(1, "bia", 2, 1, 1)]);
    client.keys("i");
    let item = InboxItem { conversation: ConversationId(1), reason: InboxReason::Direct, entry: message(2, "bia", 1, "oi") };
    client.answer(|request| match request {
        Request::ListInbox(_) => Some(Reply::Inbox(Inbox { items: vec![item.clone()], more: false })),
        request => history(request, &[]),
    });
    client.keys("a");
    client.type_text("tudo bem?");
    delete_bia(&mut client);
    client.keys("Enter");
    assert!(client.screen().contains("tudo bem?") && client.screen().contains(REFUSED), "{}", client.screen());
    assert!(sent_messages(&mut client).is_empty());
}

#[test]
fn deleted_accounts_have_a_name_in_the_users_language() {
    let mut client = Driver::start_in(Language::PtBr, 80, 24);
    client.sign_in(vec![direct_with_deleted()]);
    client.keys("2");
    client.type_text("conta");
    client.keys("Enter");
    client.answer(|request| history(request, &[message(1, "deleted-7", 0, "tchau"), message(2, "deleted-8", 1, "até")]));
    let screen = client.screen();
    assert_eq!(screen.matches("conta apagada").count(), 2, "in the list and in the title:\n{screen}");
    assert_eq!(screen.matches("conta apaga… ").count(), 2, "of both messages:\n{screen}");
    assert!(screen.contains("Esta conta foi apagada. Aqui só dá para ler."), "{screen}");
}
