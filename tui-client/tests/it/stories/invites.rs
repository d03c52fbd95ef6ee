//! Group invites.

use papo::effect::Effect;
use papo_shared::model::{GroupInviteId, GroupInviteListing, Role, Timestamp};
use papo_shared::protocol::{
    CreateGroupInvite, GroupInvite, GroupInvites, JoinGroup, Refusal, Reply, Request, RevokeGroupInvite,
};

use crate::driver::{Driver, MINUTE, START, name};
use crate::stories::members::{REDES, hints, in_redes, nothing_was_asked, only_request, redes, run};

fn listing(invite: i64, uses_left: Option<u32>, expires_at: Option<Timestamp>) -> GroupInviteListing {
    let created_at = Timestamp(START);
    GroupInviteListing { invite: GroupInviteId(invite), created_by: name("ana"), created_at, uses_left, expires_at }
}

fn answer(client: &mut Driver, listed: &[GroupInviteListing]) {
    client.answer(|request| match request {
        Request::CreateGroupInvite(asked) => {
            let expires_at = asked.expires_in_s.map(|seconds| Timestamp(START + i64::from(seconds) * 1000));
            let listing = listing(9, asked.uses, expires_at);
            Some(Reply::GroupInvite(GroupInvite { conversation: REDES, code: "K7Q2-M4XW".to_owned(), listing }))
        }
        Request::ListGroupInvites(_) => Some(Reply::GroupInvites(GroupInvites { conversation: REDES, invites: listed.to_vec() })),
        Request::RevokeGroupInvite(_) => Some(Reply::Done),
        _ => None,
    });
}

/// Creates an invite for five people, beside an existing one without limits.
pub(crate) fn with_an_invite(client: &mut Driver) {
    run(client, "/invite 5 2d");
    let two_days = Timestamp(START + 2 * 24 * 60 * MINUTE);
    answer(client, &[listing(4, None, None), listing(9, Some(5), Some(two_days))]);
}

#[test]
fn an_invite_is_created_copied_and_revoked() {
    let mut client = in_redes(80, 24, Role::Admin);
    with_an_invite(&mut client);
    let screen = client.screen();
    assert!(screen.contains("Invites to redes") && screen.contains("K7Q2-M4XW"), "{screen}");
    assert!(screen.contains("▸ for 5 people · until 2026-11-22 14:00 · by ana"), "{screen}");
    assert!(screen.contains("  for anyone · no expiry · by ana"), "{screen}");
    assert!(client.effects.contains(&Effect::Copy("K7Q2-M4XW".to_owned())));
    client.keys("Up Del");
    assert!(client.screen().contains("Revoke this invite?"), "{}", client.screen());
    client.keys("y");
    let sent = client.sent();
    let asked = RevokeGroupInvite { conversation: REDES, invite: GroupInviteId(4) };
    assert!(sent.iter().any(|frame| frame.request == Request::RevokeGroupInvite(asked.clone())), "{sent:?}");
    client.effects.extend(sent.into_iter().map(Effect::Send));
    answer(&mut client, &[]);
    let screen = client.screen();
    assert!(screen.contains("That invite no longer works.") && !screen.contains("for anyone"), "{screen}");
    assert!(screen.contains("K7Q2-M4XW"), "the other invite is still listed: {screen}");
}

#[test]
fn an_invite_lasts_a_week_unless_the_command_says_otherwise() {
    let mut client = in_redes(80, 24, Role::Admin);
    let created = |client: &mut Driver, command: &str| {
        run(client, command);
        match only_request(client) {
            Request::CreateGroupInvite(CreateGroupInvite { uses, expires_in_s, .. }) => (uses, expires_in_s),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(created(&mut client, "/invite"), (None, Some(7 * 86_400)));
    assert_eq!(created(&mut client, "/invite forever 1000"), (Some(1000), None));
    assert_eq!(created(&mut client, "/invite 1"), (Some(1), Some(7 * 86_400)));
    for wrong in ["/invite 1001", "/invite 0", "/invite bia"] {
        run(&mut client, wrong);
        nothing_was_asked(&mut client);
        let screen = client.screen();
        assert!(screen.contains("is not a number of people") && screen.contains(wrong), "{screen}");
        client.keys(&["Backspace"; 20].join(" "));
    }
}

#[test]
fn plain_members_cannot_create_or_list_invites() {
    let mut client = in_redes(80, 24, Role::Member);
    for command in ["/invite", "/invites"] {
        run(&mut client, command);
        assert!(client.screen().contains("You do not have permission to do that here."), "{}", client.screen());
        nothing_was_asked(&mut client);
        client.keys(&["Backspace"; 20].join(" "));
    }
}

#[test]
fn a_key_in_the_list_of_members_opens_the_invites() {
    let mut client = in_redes(80, 24, Role::Admin);
    client.keys("Alt-m i");
    answer(&mut client, &[]);
    assert!(client.screen().contains("No open invites. Press n to create one."), "{}", client.screen());
    assert_eq!(hints(&client), " n new · Esc close · F1 keys");
    client.keys("n");
    answer(&mut client, &[]);
    assert!(client.screen().contains("▸ for anyone · until 2026-11-27 14:00 · by ana"), "{}", client.screen());
    client.effects.clear();
    client.keys("y");
    assert!(client.effects.contains(&Effect::Copy("K7Q2-M4XW".to_owned())));
}

#[test]
fn a_valid_code_joins_the_group_and_an_invalid_one_stays_for_correction() {
    let mut client = Driver::signed_in(80, 24, vec![]);
    client.sent();
    client.keys("j");
    client.type_text("K7Q2-M4XV");
    client.keys("Enter");
    client.answer(|request| matches!(request, Request::JoinGroup(_)).then_some(Reply::Refused(Refusal::InviteInvalid)));
    let screen = client.screen();
    assert!(screen.contains("✗ This invite is invalid") && screen.contains("K7Q2-M4XV"), "{screen}");
    client.keys("Backspace W Enter");
    let good = JoinGroup { code: "K7Q2-M4XW".to_owned() };
    let joined = redes(Role::Member);
    client.answer(|request| (*request == Request::JoinGroup(good.clone())).then(|| Reply::Conversation(joined.clone())));
    assert!(client.screen().contains("# redes · 4 members"), "{}", client.screen());
    client.sent();
    run(&mut client, "/join OUTRO");
    assert_eq!(only_request(&mut client), Request::JoinGroup(JoinGroup { code: "OUTRO".to_owned() }));
}
