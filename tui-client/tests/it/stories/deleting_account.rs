//! Deleting one's own account.

use papo::effect::Effect;
use papo::local_data::LocalChange;
use papo::state::Screen;
use papo_shared::model::Timestamp;
use papo_shared::protocol::{
    AccountDetails, DeleteAccount, Event as ServerEvent, Goodbye, GoodbyeReason, Refusal, Reply, Request,
};

use super::chatting_with_bia;
use crate::driver::{Driver, message, name, person};

const PASSWORD: &str = "um cavalo come";

/// A client with a draft that asks for what deleting the account requires.
pub(crate) fn asked_about_deletion(width: u16, height: u16) -> Driver {
    let mut client = Driver::signed_in(width, height, Vec::new());
    run_command(&mut client, false);
    client
}

fn run_command(client: &mut Driver, totp: bool) {
    client.keys("Ctrl-k");
    client.type_text("delete your account");
    client.keys("Enter");
    let details = AccountDetails { you: person("ana", true), created_at: Timestamp(0), totp, recovery_codes_left: 0 };
    client.answer(|request| matches!(request, Request::GetAccount(_)).then(|| Reply::Account(details.clone())));
}

fn deletion(client: &mut Driver) -> Option<DeleteAccount> {
    let sent = client.sent().into_iter();
    sent.filter_map(|frame| if let Request::DeleteAccount(request) = frame.request { Some(request) } else { None }).next()
}

fn check_forgotten(client: &Driver) {
    assert_eq!(client.state.screen, Screen::SignIn);
    assert!(client.screen().contains("The account is deleted."), "{}", client.screen());
    assert!(client.state.credentials.token.is_none() && client.state.account.conversations.is_empty());
    assert!(client.state.sign_in.username.is_empty());
}

#[test]
fn deleting_requires_the_password_and_one_of_two_words() {
    let mut client = asked_about_deletion(80, 24);
    client.type_text(PASSWORD);
    client.keys("Enter");
    client.type_text("yes");
    client.keys("Enter");
    assert!(client.screen().contains("Type keep or delete."), "{}", client.screen());
    assert_eq!(deletion(&mut client), None);
    for _ in 0..3 {
        client.keys("Backspace");
    }
    client.type_text("Delete");
    client.keys("Enter");
    let expected = DeleteAccount { password: PASSWORD.to_owned(), code: None, erase_messages: true };
    assert_eq!(deletion(&mut client), Some(expected));
}

#[test]
fn a_second_factor_is_asked_for_its_code() {
    let mut client = Driver::signed_in(80, 24, Vec::new());
    run_command(&mut client, true);
    for text in [PASSWORD, "123456", "keep"] {
        client.type_text(text);
        client.keys("Enter");
    }
    let expected = DeleteAccount { password: PASSWORD.to_owned(), code: Some("123456".to_owned()), erase_messages: false };
    assert_eq!(deletion(&mut client), Some(expected));
}

#[test]
fn a_deleted_account_is_forgotten_on_this_machine() {
    let mut client = chatting_with_bia(&[message(1, "bia", 0, "oi")]);
    client.state.credentials.stays_signed_in = true;
    client.type_text("um rascunho");
    client.wait(1000);
    run_command(&mut client, false);
    client.type_text(PASSWORD);
    client.keys("Enter");
    client.type_text("keep");
    client.keys("Enter");
    client.answer(|request| matches!(request, Request::DeleteAccount(_)).then_some(Reply::Refused(Refusal::WrongCredentials)));
    assert!(client.screen().contains("Wrong name or password."), "{}", client.screen());
    client.keys("Enter");
    client.answer(|request| matches!(request, Request::DeleteAccount(_)).then_some(Reply::Done));
    client.tell(ServerEvent::Goodbye(Goodbye { reason: GoodbyeReason::AccountDeleted, come_back_ms: None }));
    check_forgotten(&client);
    let server = client.server_id;
    assert!(client.effects.contains(&Effect::RemoveSignIn(server, Some(name("ana")))), "{:?}", client.effects);
    assert_eq!(client.disk.place(), None, "the local data is removed");
}

#[test]
fn an_account_deleted_elsewhere_is_forgotten_here() {
    let mut client = chatting_with_bia(&[message(1, "bia", 0, "oi")]);
    client.type_text("um rascunho");
    client.wait(1000);
    client.tell(ServerEvent::Goodbye(Goodbye { reason: GoodbyeReason::AccountDeleted, come_back_ms: None }));
    check_forgotten(&client);
    assert_eq!(client.disk.place(), None, "the local data is removed");
    assert!(
        !client
            .effects
            .iter()
            .any(|effect| matches!(effect, Effect::SaveLocalData(changes) if !changes.contains(&LocalChange::AllRemoved)))
    );
}
