//! What cannot be undone needs a letter of its own: Enter does not confirm it, and neither does a text that was meant for
//! somewhere else.

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

/// Something that cannot be undone: how to get to its question, and what is asked of the server once it is confirmed.
struct Case {
    title: &'static str,
    verb: &'static str,
    ask: fn() -> Driver,
    is_done_by: fn(&Request) -> bool,
}

const CASES: [Case; 9] = [
    Case {
        title: "Delete this message?",
        verb: "delete",
        ask: || asking(chatting_with_bia(&[message(1, "ana", 0, "obrigado")]), "Up d"),
        is_done_by: |request| matches!(request, Request::DeleteMessage(_)),
    },
    Case {
        title: "Delete this message?",
        verb: "delete",
        ask: || asking(chatting_with_bia(&[message(1, "ana", 0, "obrigado")]), "Up Del"),
        is_done_by: |request| matches!(request, Request::DeleteMessage(_)),
    },
    Case {
        title: "Remove duda from redes?",
        verb: "remove",
        ask: || asking(in_redes(80, 24, Role::Owner), "Alt-m End x"),
        is_done_by: |request| matches!(request, Request::RemoveMember(_)),
    },
    Case {
        title: "Make duda the owner of redes?",
        verb: "hand over",
        ask: || asking(in_redes(80, 24, Role::Owner), "Alt-m End o"),
        is_done_by: |request| matches!(request, Request::SetRole(_)),
    },
    Case {
        title: "Block duda?",
        verb: "block",
        ask: || asking(in_redes(80, 24, Role::Member), "Alt-m End b"),
        is_done_by: |request| matches!(request, Request::Block(_)),
    },
    Case {
        title: "Revoke this invite?",
        verb: "revoke",
        ask: || {
            let mut client = in_redes(80, 24, Role::Owner);
            with_an_invite(&mut client);
            asking(client, "x")
        },
        is_done_by: |request| matches!(request, Request::RevokeGroupInvite(_)),
    },
    Case {
        title: "Leave redes?",
        verb: "leave",
        ask: || {
            let mut client = in_redes(80, 24, Role::Member);
            run(&mut client, "/leave");
            client
        },
        is_done_by: |request| matches!(request, Request::LeaveGroup(_)),
    },
    Case {
        title: "Sign out",
        verb: "sign out",
        ask: || asking(devices::at_the_devices(80, 24), "End d"),
        is_done_by: |request| matches!(request, Request::RevokeDevice(_)),
    },
    Case {
        title: "Sign out here?",
        verb: "sign out",
        ask: || asking(devices::at_the_devices(80, 24), "Home d"),
        is_done_by: |request| matches!(request, Request::SignOut),
    },
];

fn asking(mut client: Driver, keys: &str) -> Driver {
    client.keys(keys);
    client
}

impl Case {
    fn start(&self) -> Driver {
        let mut client = (self.ask)();
        assert!(client.screen().contains(self.title), "{}: {}", self.title, client.screen());
        assert_eq!(client.state.focus(), Focus::Confirmation, "{}", self.title);
        client.state.account.status_message = None;
        assert_eq!(hints(&client), format!(" y {} · Esc close · F1 keys", self.verb), "{}", self.title);
        client.sent();
        client
    }

    fn is_done(&self, client: &mut Driver) -> bool {
        client.sent().iter().any(|frame| (self.is_done_by)(&frame.request))
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
            assert!(!case.is_done(&mut client), "{}", case.title);
            client.keys(letter);
            assert!(case.is_done(&mut client), "{} {letter}", case.title);
        }
    }
}

#[test]
fn any_other_letter_and_any_text_leave_only_the_way_out() {
    let typed = |client: &mut Driver| client.type_text("epois y sim");
    let burst = |client: &mut Driver| client.happen(Event::TextBurst("yes\r".to_owned()));
    let paste = |client: &mut Driver| client.happen(Event::Pasted("y".to_owned()));
    for case in CASES {
        for text in [typed, burst, paste] {
            let mut client = case.start();
            text(&mut client);
            client.keys("y s Enter");
            assert!(client.screen().contains("so nothing was done"), "{}: {}", case.title, client.screen());
            assert!(!case.is_done(&mut client), "{}", case.title);
            client.keys("Esc");
            assert_ne!(client.state.focus(), Focus::Confirmation, "{}", case.title);
        }
    }
}

#[test]
fn in_portuguese_the_letter_is_the_one_of_sim() {
    let mut client = chatting_with_bia(&[message(1, "ana", 0, "obrigado")]);
    client.speak(Language::PtBr);
    client.keys("Up d");
    assert!(client.screen().contains("s apaga"), "{}", client.screen());
    assert_eq!(hints(&client), " s apagar · Esc fechar · F1 teclas");
    client.keys("Enter");
    assert!(client.screen().contains("Só s confirma; Esc cancela."), "{}", client.screen());
}

#[test]
fn the_list_is_there_again_after_its_question() {
    let mut client = in_redes(80, 24, Role::Owner);
    with_an_invite(&mut client);
    client.keys("x Esc");
    assert!(client.screen().contains("K7Q2-M4XW"), "the code is shown once: {}", client.screen());
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

/// A conversation with a message that could not be sent, which is selected, and with this in the composer.
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
fn a_failed_message_goes_back_into_the_composer_and_is_given_up_only_after_a_question() {
    let text = |client: &Driver| client.state.open_conversation().unwrap().composer.text();
    let mut client = with_failed_message("");
    client.keys("d");
    assert_eq!(
        (client.state.account.outbox.iter().count(), text(&client).as_str()),
        (0, "ola"),
        "nothing is lost, so nothing is asked"
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
