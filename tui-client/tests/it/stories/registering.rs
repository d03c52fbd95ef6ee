//! Registration: open, with an invite, or closed.

use papo_shared::protocol::{Refusal, Register, Registration, Reply, Request};

use crate::driver::Driver;

/// A client with the registration form open, on a server with this registration setting.
fn registering(registration: Registration) -> Driver {
    let mut client = Driver::start(80, 24);
    client.connect_to(registration);
    client.keys("F2");
    client
}

fn fill_in(client: &mut Driver) {
    client.type_text("ana");
    client.keys("Enter");
    client.type_text("um cavalo come bananas");
    client.keys("Enter");
    client.type_text("um cavalo come bananas");
    client.keys("Enter");
}

/// The invites of the registration requests sent since the last call.
fn sent_invites(client: &mut Driver) -> Vec<Option<String>> {
    let frames = client.sent();
    let registering = frames.into_iter().filter_map(|frame| match frame.request.clone() {
        Request::Register(Register { invite, .. }) => {
            client.effects.push(papo::effect::Effect::Send(frame));
            Some(invite)
        }
        _ => None,
    });
    registering.collect()
}

#[test]
fn the_form_has_an_invite_field_only_if_the_server_requires_one() {
    let mut client = registering(Registration::Open);
    assert!(!client.screen().contains("Invite"), "{}", client.screen());
    fill_in(&mut client);
    assert_eq!(sent_invites(&mut client), [None]);

    let mut client = registering(Registration::Invite);
    assert!(client.screen().contains("Invite"), "{}", client.screen());
    fill_in(&mut client);
    assert_eq!(sent_invites(&mut client), [], "the form is incomplete without the invite");
    client.type_text("abcd-efgh");
    client.keys("Enter");
    assert_eq!(sent_invites(&mut client), [Some("abcd-efgh".to_owned())]);
    client.keys("F2");
    assert!(!client.screen().contains("Invite"), "signing in needs no invite: {}", client.screen());
}

#[test]
fn an_invalid_invite_is_reported_beside_the_field_and_stays_for_correction() {
    let mut client = registering(Registration::Invite);
    fill_in(&mut client);
    client.type_text("abcd-efgx");
    client.keys("Enter");
    client.answer(|request| matches!(request, Request::Register(_)).then_some(Reply::Refused(Refusal::InviteInvalid)));
    assert!(client.screen().contains("✗ This invite is invalid or has expired."), "{}", client.screen());
    client.keys("Backspace");
    client.type_text("h");
    client.keys("Enter");
    assert_eq!(sent_invites(&mut client), [Some("abcd-efgh".to_owned())]);
}

#[test]
fn the_invite_field_appears_once_the_server_requires_invites() {
    let mut client = registering(Registration::Open);
    fill_in(&mut client);
    client.answer(|request| matches!(request, Request::Register(_)).then_some(Reply::Refused(Refusal::InviteNeeded)));
    client.type_text("abcd-efgh");
    client.keys("Enter");
    assert_eq!(sent_invites(&mut client), [Some("abcd-efgh".to_owned())]);
}

#[test]
fn closed_registration_is_reported_before_anything_is_typed() {
    let mut client = registering(Registration::Closed);
    assert!(client.screen().contains("Registration is closed on this server."), "{}", client.screen());
    fill_in(&mut client);
    assert_eq!(sent_invites(&mut client), []);
    client.keys("F2");
    assert!(!client.screen().contains("Registration is closed"), "{}", client.screen());
}
