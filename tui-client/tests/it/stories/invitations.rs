//! Invitations to groups, and who finds and joins groups.

use papo::effect::Effect;
use papo::state::{Focus, Screen};
use papo_shared::model::{
    ConversationId, ConversationKind, EntryKind, GroupListing, GroupName, Invitation, Role, Timestamp, Visibility,
};
use papo_shared::protocol::{
    AcceptInvitation, DeclineInvitation, Event as ServerEvent, GroupPage, GroupUnlisted, InvitationDeclined, Invitations,
    JoinPublicGroup, Refusal, Reply, Request, SetVisibility,
};

use crate::driver::{Driver, START, direct, entry, group, name};
use crate::stories::members::{REDES, hints, in_redes, only_request, run};

fn invitation(group: u32, title: &str, by: &str) -> Invitation {
    Invitation {
        conversation: ConversationId(group),
        name: GroupName::parse(title).unwrap(),
        members: 4,
        invited_by: name(by),
        at: Timestamp(START),
    }
}

fn invite(client: &mut Driver, group: u32, title: &str, by: &str) {
    client.tell(ServerEvent::InvitationReceived(invitation(group, title, by)));
}

/// A client on the list of groups, with two invitations.
pub(crate) fn invited(width: u16, height: u16) -> Driver {
    let mut client = Driver::signed_in(width, height, vec![direct(1, "bia", 0, 0, 0), group(3, "redes", 4, 4, 0)]);
    client.sent();
    client.effects.clear();
    invite(&mut client, 8, "compiladores", "bia");
    invite(&mut client, 9, "ofertas imperdíveis", "caio");
    client
}

/// The list of invitations, with the second one selected.
pub(crate) fn at_the_invitations(width: u16, height: u16) -> Driver {
    let mut client = invited(width, height);
    client.keys("Alt-v Down");
    client
}

#[test]
fn invitations_are_shown_quietly() {
    let client = invited(80, 24);
    let alarms = |effect: &&Effect| matches!(effect, Effect::Bell | Effect::SetTitle(_) | Effect::Send(_));
    assert_eq!(client.effects.iter().find(alarms), None);
    assert_eq!(client.state.account.status_message, None);
    assert!(client.screen().contains("2 invitations"), "{}", client.screen());
    let mut in_the_list = invited(80, 24);
    in_the_list.keys("3 Enter");
    assert!(in_the_list.screen().lines().nth(2).unwrap().contains("2 invitations"), "{}", in_the_list.screen());
}

/// A newcomer finds the invitation where groups are, and the menu names the key.
#[test]
fn who_is_in_no_group_finds_invitations_under_chat_in_a_group() {
    let mut client = Driver::signed_in(80, 24, vec![direct(1, "bia", 0, 0, 0)]);
    invite(&mut client, 8, "compiladores", "bia");
    assert!(client.screen().contains("1 invitation · Alt-V"), "{}", client.screen());
    client.keys("3");
    assert!(client.screen().contains("▸ # compiladores · 4 members · by bia"), "{}", client.screen());

    let mut member = invited(80, 24);
    member.keys("3");
    assert!(member.screen().contains("redes") && !member.screen().contains("compiladores"), "{}", member.screen());
}

#[test]
fn pending_invitations_are_requested_after_signing_in() {
    let mut client = Driver::start(80, 24);
    client.connect();
    client.type_text("ana");
    client.keys("Tab");
    client.type_text("um cavalo come");
    client.keys("Enter");
    client.answer(|request| match request {
        Request::SignIn(_) => {
            let you = crate::driver::person("ana", true);
            Some(Reply::SignedIn(papo_shared::protocol::SignedIn { you, token: "token".into() }))
        }
        Request::ListInvitations => Some(Reply::Invitations(Invitations { invitations: vec![invitation(8, "malhas", "bia")] })),
        _ => None,
    });
    assert!(client.screen().contains("1 invitation"), "{}", client.screen());
}

#[test]
fn an_invitation_is_accepted_and_the_group_opened() {
    let mut client = invited(80, 24);
    client.keys("Alt-v");
    let screen = client.screen();
    assert!(screen.contains("▸ # compiladores · 4 members · by bia"), "{screen}");
    assert!(hints(&client).contains("Enter accept") && hints(&client).contains("d decline"), "{}", hints(&client));
    client.keys("Enter");
    assert_eq!(only_request(&mut client), Request::AcceptInvitation(AcceptInvitation { conversation: ConversationId(8) }));

    let mut client = invited(80, 24);
    client.keys("Alt-v Enter");
    client.answer(|request| match request {
        Request::AcceptInvitation(_) => Some(Reply::Conversation(group(8, "compiladores", 6, 6, 0))),
        _ => None,
    });
    assert_eq!(client.state.screen, Screen::Chat);
    let screen = client.screen();
    assert!(screen.contains("# compiladores · 3 members") && screen.contains("1 invitation"), "{screen}");
}

#[test]
fn declining_needs_confirmation() {
    let mut client = at_the_invitations(80, 24);
    client.keys("d");
    assert!(client.screen().contains("Decline the invitation to ofertas imperdíveis?"), "{}", client.screen());
    client.keys("Esc");
    assert_eq!(client.state.focus(), Focus::Invitations, "the list is shown again");
    client.keys("Down d y");
    let declined = DeclineInvitation { conversation: ConversationId(9) };
    let sent = client.sent();
    assert!(sent.iter().any(|frame| frame.request == Request::DeclineInvitation(declined.clone())), "{sent:?}");
    client.effects.extend(sent.into_iter().map(Effect::Send));
    client.answer(|request| matches!(request, Request::DeclineInvitation(_)).then_some(Reply::Done));
    let screen = client.screen();
    assert!(screen.contains("Declined.") && !screen.contains("ofertas") && screen.contains("compiladores"), "{screen}");
}

#[test]
fn an_invitation_that_ended_elsewhere_leaves_the_list() {
    let mut client = at_the_invitations(80, 24);
    client.tell(ServerEvent::InvitationDeclined(InvitationDeclined { conversation: ConversationId(9) }));
    client.post(8, entry(4, "bia", 0, EntryKind::MemberAdded { member: name("ana") }));
    assert!(client.screen().contains("No pending invitations."), "{}", client.screen());
    client.keys("Down Enter d");
    assert_eq!(client.state.focus(), Focus::Invitations);

    let mut client = invited(80, 24);
    client.keys("Alt-v Enter");
    client.answer(|request| matches!(request, Request::AcceptInvitation(_)).then_some(Reply::Refused(Refusal::NoSuchInvitation)));
    let screen = client.screen();
    assert!(screen.contains("This invitation no longer exists.") && screen.contains("1 invitation"), "{screen}");
}

#[test]
fn adding_a_stranger_says_that_they_are_invited() {
    let mut client = in_redes(80, 24, Role::Member);
    run(&mut client, "/add eva");
    client.answer(|request| matches!(request, Request::AddMember(_)).then_some(Reply::Invited));
    assert!(client.screen().contains("Invited. They become a member when they accept."), "{}", client.screen());
}

#[test]
fn a_group_is_created_with_a_visibility() {
    let created = |keys: &str| {
        let mut client = Driver::signed_in(80, 24, vec![]);
        client.sent();
        client.keys("4");
        client.type_text("redes");
        client.keys(keys);
        match only_request(&mut client) {
            Request::CreateGroup(create) => create.visibility,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(created("Enter"), Some(Visibility::Private));
    assert_eq!(created("Down Right Enter"), Some(Visibility::Listed));
    assert_eq!(created("Tab Left Enter"), Some(Visibility::Public));
    assert_eq!(created("Down Right Right Right x Enter"), Some(Visibility::Private));
}

#[test]
fn the_visibility_is_shown_and_changed_by_admins() {
    let mut client = in_redes(100, 24, Role::Admin);
    run(&mut client, "/visibility");
    let screen = client.screen();
    assert!(screen.contains("Visibility of redes") && screen.contains("‹ listed: everyone finds it ›"), "{screen}");
    client.keys("Right Enter");
    let asked = SetVisibility { conversation: REDES, visibility: Visibility::Public };
    assert_eq!(only_request(&mut client), Request::SetVisibility(asked));

    let mut client = in_redes(100, 24, Role::Admin);
    client.post(3, entry(2, "bia", 0, EntryKind::VisibilityChanged { visibility: Visibility::Public }));
    let screen = client.screen();
    assert!(screen.contains("bia made the group public") && screen.contains("# redes · 4 members · public"), "{screen}");

    let mut client = in_redes(80, 24, Role::Member);
    run(&mut client, "/visibility");
    assert_eq!(client.state.focus(), Focus::Composer, "only admins may");
}

fn listing(id: u32, title: &str, visibility: Visibility) -> GroupListing {
    let name = GroupName::parse(title).unwrap();
    GroupListing { conversation: ConversationId(id), name, members: 31, member: false, visibility }
}

/// The directory, with a listed and a public group of others.
fn at_the_directory() -> Driver {
    let mut client = Driver::signed_in(80, 24, vec![]);
    client.sent();
    client.keys("1");
    client.answer(|request| {
        let groups = vec![listing(7, "fechado", Visibility::Listed), listing(8, "aberto", Visibility::Public)];
        matches!(request, Request::ListGroups(_)).then(|| Reply::Groups(GroupPage { groups, next: None }))
    });
    client
}

#[test]
fn a_public_group_is_joined_from_the_directory() {
    let mut client = at_the_directory();
    let screen = client.screen();
    assert!(screen.contains("# aberto  31 members · public: press Enter to join"), "{screen}");
    client.type_text("fechado");
    client.keys("Enter");
    assert!(client.sent().is_empty(), "a listed group cannot be joined");

    let mut client = at_the_directory();
    client.type_text("aberto");
    client.keys("Enter");
    client.answer(|request| {
        let joins = *request == Request::JoinPublicGroup(JoinPublicGroup { conversation: ConversationId(8) });
        joins.then(|| Reply::Conversation(group(8, "aberto", 6, 6, 0)))
    });
    assert!(client.screen().contains("# aberto · 3 members"), "{}", client.screen());
    let kind = &client.state.account.conversations[&ConversationId(8)].kind;
    assert!(matches!(kind, ConversationKind::Group { .. }), "{kind:?}");
}

#[test]
fn a_group_that_became_private_leaves_the_directory() {
    let mut client = at_the_directory();
    client.tell(ServerEvent::GroupUnlisted(GroupUnlisted { conversation: ConversationId(8) }));
    let screen = client.screen();
    assert!(!screen.contains("aberto") && screen.contains("fechado"), "{screen}");
}
