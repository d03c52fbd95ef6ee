//! Registering, where it is open, takes an invite, or is closed.

use papo_shared::protocol::{Refusal, Register, Registration, Reply, Request};

use crate::driver::Driver;

/// Somebody who registers at a server where these may.
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

/// The invites that were sent.
fn sent(client: &mut Driver) -> Vec<Option<String>> {
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
fn an_invite_is_asked_for_where_registering_takes_one_and_nowhere_else() {
    let mut client = registering(Registration::Open);
    assert!(!client.screen().contains("Invite"), "{}", client.screen());
    fill_in(&mut client);
    assert_eq!(sent(&mut client), [None]);

    let mut client = registering(Registration::Invite);
    assert!(client.screen().contains("Invite"), "{}", client.screen());
    fill_in(&mut client);
    assert_eq!(sent(&mut client), [], "the invite is still missing");
    client.type_text("abcd-efgh");
    client.keys("Enter");
    assert_eq!(sent(&mut client), [Some("abcd-efgh".to_owned())]);
    client.keys("F2");
    assert!(!client.screen().contains("Invite"), "who has an account needs none: {}", client.screen());
}

#[test]
fn an_invite_that_is_not_good_is_said_beside_it_and_stays_to_be_mended() {
    let mut client = registering(Registration::Invite);
    fill_in(&mut client);
    client.type_text("abcd-efgx");
    client.keys("Enter");
    client.answer(|request| matches!(request, Request::Register(_)).then_some(Reply::Refused(Refusal::InviteInvalid)));
    assert!(client.screen().contains("✗ This invite is invalid or has expired."), "{}", client.screen());
    client.keys("Backspace");
    client.type_text("h");
    client.keys("Enter");
    assert_eq!(sent(&mut client), [Some("abcd-efgh".to_owned())]);
}

#[test]
fn the_field_appears_where_the_server_takes_invites_by_now() {
    let mut client = registering(Registration::Open);
    fill_in(&mut client);
    client.answer(|request| matches!(request, Request::Register(_)).then_some(Reply::Refused(Refusal::InviteNeeded)));
    client.type_text("abcd-efgh");
    client.keys("Enter");
    assert_eq!(sent(&mut client), [Some("abcd-efgh".to_owned())]);
}

#[test]
fn where_nobody_can_register_it_is_said_before_anything_is_typed() {
    let mut client = registering(Registration::Closed);
    assert!(client.screen().contains("Registration is closed on this server."), "{}", client.screen());
    fill_in(&mut client);
    assert_eq!(sent(&mut client), []);
    client.keys("F2");
    assert!(!client.screen().contains("Registration is closed"), "{}", client.screen());
}
