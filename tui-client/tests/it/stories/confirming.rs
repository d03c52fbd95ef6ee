//! Actions that cannot be undone are confirmed with a letter. Neither Enter nor text meant for somewhere else confirms them.

use papo::event::Event;
use papo::state::Focus;
use papo::state::conversations::conversation::BlockId;
use papo::state::navigation::chat::ChatFocus;
use papo::translations::Language;
use papo_shared::model::Role;
use papo_shared::protocol::{Refusal, Reply, Request};

use crate::driver::{Driver, message};
use crate::stories::invites::with_an_invite;
use crate::stories::members::{hints, in_redes, run};
use crate::stories::{chatting_with_bia, devices};

/// An action that cannot be undone: the keys that lead to its question, and the request that it sends once confirmed.
struct Case {
    title: &'static str,
    verb: &'static str,
    open_question: fn() -> Driver,
    is_its_request: fn(&Request) -> bool,
}

const CASES: [Case; 9] = [
    Case {
        title: "Delete this message?",
        verb: "delete",
        open_question: || after_keys(chatting_with_bia(&[message(1, "ana", 0, "obrigado")]), "Up d"),
        is_its_request: |request| matches!(request, Request::DeleteMessage(_)),
    },
    Case {
        title: "Delete this message?",
        verb: "delete",
        open_question: || after_keys(chatting_with_bia(&[message(1, "ana", 0, "obrigado")]), "Up Del"),
        is_its_request: |request| matches!(request, Request::DeleteMessage(_)),
    },
    Case {
        title: "Remove duda from redes?",
        verb: "remove",
        open_question: || after_keys(in_redes(80, 24, Role::Owner), "Alt-m End x"),
        is_its_request: |request| matches!(request, Request::RemoveMember(_)),
    },
    Case {
        title: "Make duda the owner of redes?",
        verb: "hand over",
        open_question: || after_keys(in_redes(80, 24, Role::Owner), "Alt-m End o"),
        is_its_request: |request| matches!(request, Request::SetRole(_)),
    },
    Case {
        title: "Block duda?",
        verb: "block",
        open_question: || after_keys(in_redes(80, 24, Role::Member), "Alt-m End b"),
        is_its_request: |request| matches!(request, Request::Block(_)),
    },
    Case {
        title: "Revoke this invite?",
        verb: "revoke",
        open_question: || {
            let mut client = in_redes(80, 24, Role::Owner);
            with_an_invite(&mut client);
            after_keys(client, "x")
        },
        is_its_request: |request| matches!(request, Request::RevokeGroupInvite(_)),
    },
    Case {
        title: "Leave redes?",
        verb: "leave",
        open_question: || {
            let mut client = in_redes(80, 24, Role::Member);
            run(&mut client, "/leave");
            client
        },
        is_its_request: |request| matches!(request, Request::LeaveGroup(_)),
    },
    Case {
        title: "Sign out",
        verb: "sign out",
        open_question: || after_keys(devices::at_the_devices(80, 24), "End d"),
        is_its_request: |request| matches!(request, Request::RevokeDevice(_)),
    },
    Case {
        title: "Sign out here?",
        verb: "sign out",
        open_question: || after_keys(devices::at_the_devices(80, 24), "Home d"),
        is_its_request: |request| matches!(request, Request::SignOut),
    },
];

fn after_keys(mut client: Driver, keys: &str) -> Driver {
    client.keys(keys);
    client
}

impl Case {
    fn start(&self) -> Driver {
        let mut client = (self.open_question)();
        assert!(client.screen().contains(self.title), "{}: {}", self.title, client.screen());
        assert_eq!(client.state.focus(), Focus::Confirmation, "{}", self.title);
        client.state.account.status_message = None;
        assert_eq!(hints(&client), format!(" y {} · Esc close · F1 keys", self.verb), "{}", self.title);
        client.sent();
        client
    }

    fn was_sent(&self, client: &mut Driver) -> bool {
        client.sent().iter().any(|frame| (self.is_its_request)(&frame.request))
    }
}

#[test]
fn the_letter_confirms_in_both_languages_and_enter_does_not() {
    for case in CASES {
        for letter in ["y", "s"] {
            let mut client = case.start();
            for key in ["Enter", "Tab", "Down", "Backspace"] {
                client.keys(key);
                assert!(client.screen().contains("Only y confirms this"), "{} {key}: {}", case.title, client.screen());
            }
            assert!(!case.was_sent(&mut client), "{}", case.title);
            client.keys(letter);
            assert!(case.was_sent(&mut client), "{} {letter}", case.title);
        }
    }
}

#[test]
fn other_letters_and_text_lock_the_confirmation() {
    let typed = |client: &mut Driver| client.type_text("epois y sim");
    let burst = |client: &mut Driver| client.happen(Event::TextBurst("yes\r".to_owned()));
    let paste = |client: &mut Driver| client.happen(Event::Pasted("y".to_owned()));
    for case in CASES {
        for text in [typed, burst, paste] {
            let mut client = case.start();
            text(&mut client);
            client.keys("y s Enter");
            assert!(client.screen().contains("so nothing was done"), "{}: {}", case.title, client.screen());
            assert!(!case.was_sent(&mut client), "{}", case.title);
            client.keys("Esc");
            assert_ne!(client.state.focus(), Focus::Confirmation, "{}", case.title);
        }
    }
}

#[test]
fn in_portuguese_the_screen_names_the_letter_s() {
    let mut client = chatting_with_bia(&[message(1, "ana", 0, "obrigado")]);
    client.speak(Language::PtBr);
    client.keys("Up d");
    assert!(client.screen().contains("s apaga"), "{}", client.screen());
    assert_eq!(hints(&client), " s apagar · Esc fechar · F1 teclas");
    client.keys("Enter");
    assert!(client.screen().contains("Só s confirma; Esc cancela."), "{}", client.screen());
}

#[test]
fn a_list_is_shown_again_after_its_question() {
    let mut client = in_redes(80, 24, Role::Owner);
    with_an_invite(&mut client);
    client.keys("x Esc");
    assert!(client.screen().contains("K7Q2-M4XW"), "the list still shows the code: {}", client.screen());
    client.keys("x y");
    client.answer(|request| matches!(request, Request::RevokeGroupInvite(_)).then_some(Reply::Refused(Refusal::NotAllowed)));
    assert!(client.screen().contains("✗ You do not have permission to do that here."), "{}", client.screen());
    client.keys("Esc");
    assert_eq!(client.state.focus(), Focus::Invites);
    client.keys("x y");
    client.answer(|request| matches!(request, Request::RevokeGroupInvite(_)).then_some(Reply::Done));
    assert_eq!(client.state.focus(), Focus::Invites);
    assert!(!client.screen().contains("for 5 people"), "{}", client.screen());
}

/// A client with a failed message selected and this draft in the composer.
fn with_failed_message(draft: &str) -> Driver {
    let mut client = chatting_with_bia(&[message(1, "bia", 0, "oi")]);
    client.type_text("ola");
    client.keys("Enter");
    client.answer(|request| matches!(request, Request::SendMessage(_)).then_some(Reply::Refused(Refusal::NotAllowed)));
    client.type_text(draft);
    select_failed(&mut client);
    client
}

fn select_failed(client: &mut Driver) {
    let id = client.state.account.outbox.iter().next().unwrap().client_id;
    client.state.open_conversation_mut().unwrap().selected = Some(BlockId::Outgoing(id));
    client.state.account.chat.focus = ChatFocus::Messages;
    assert_eq!(client.state.focus(), Focus::FailedMessage);
}

#[test]
fn a_failed_message_returns_to_the_composer_or_is_discarded_after_confirmation() {
    let text = |client: &Driver| client.state.open_conversation().unwrap().composer.text();
    let mut client = with_failed_message("");
    client.keys("d");
    assert_eq!(
        (client.state.account.outbox.iter().count(), text(&client).as_str()),
        (0, "ola"),
        "nothing is lost, so no confirmation is needed"
    );

    let mut client = with_failed_message("rascunho");
    client.keys("d");
    assert!(client.screen().contains("Discard this unsent message?"), "{}", client.screen());
    client.keys("Enter Esc");
    assert_eq!(client.state.account.outbox.iter().count(), 1);
    select_failed(&mut client);
    client.keys("d y");
    assert_eq!((client.state.account.outbox.iter().count(), text(&client).as_str()), (0, "rascunho"));
}
