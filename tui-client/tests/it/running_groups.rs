//! Three people with real clients and a real server: roles, invites, removal, muting, blocking and away messages.

use tempfile::TempDir;

use crate::pty::{PersonAtTerminal, free_port};

const ESC: &str = "\x1b";
const ENTER: &str = "\r";
const UP: &str = "\x1b[A";
const DOWN: &str = "\x1b[B";
const RIGHT: &str = "\x1b[C";
const ALT_M: &str = "\x1bm";
const ALT_V: &str = "\x1bv";

/// Three people on one server who share nothing.
fn three_strangers(home: &TempDir) -> [PersonAtTerminal; 3] {
    let port = free_port();
    ["ana", "bia", "caio"].map(|name| {
        let mut person = PersonAtTerminal::start(home.path(), &["--port", &port]);
        person.register(name);
        person
    })
}

/// Three people on one server, which the first one hosts.
fn three_people(home: &TempDir) -> [PersonAtTerminal; 3] {
    let [ana, mut bia, mut caio] = three_strangers(home);
    // Whoever opened a conversation with ana may be added to groups by her.
    for person in [&mut bia, &mut caio] {
        person.press("2");
        person.see("type part of a name");
        person.enter("ana");
        person.see("No messages yet");
        person.press(ESC);
        person.see("Create a group");
    }
    [ana, bia, caio]
}

/// Creates the group redes and leaves it open.
fn create_redes(ana: &mut PersonAtTerminal) {
    ana.create_group("redes");
}

/// Opens the group redes from the menu.
fn open_redes(person: &mut PersonAtTerminal) {
    person.press("3");
    person.see("▸ # redes");
    person.press(ENTER);
    person.see("# redes ·");
}

/// Accepts the invitation to the group redes, which opens it.
fn accept_redes(person: &mut PersonAtTerminal) {
    person.see("1 invitation");
    person.press(ALT_V);
    person.see("by ana");
    person.press(ENTER);
    person.see("# redes ·");
    person.see_no("by ana");
}

/// The invite code in the last row of the screen.
fn copied_code(ana: &PersonAtTerminal) -> String {
    ana.see("The code is on your clipboard: ");
    let screen = ana.screen();
    let code = screen.lines().find_map(|line| line.split_once("clipboard: ")).expect("the last line tells it").1;
    code.trim().to_owned()
}

#[test]
fn strangers_are_invited_and_anyone_joins_a_public_group() {
    let home = TempDir::new().unwrap();
    let [mut ana, mut bia, mut caio] = three_strangers(&home);
    create_redes(&mut ana);
    ana.see("# redes · 1 member · private");
    ana.enter("/add bia");
    ana.see("Invited. They become a member when they accept.");
    accept_redes(&mut bia);
    bia.see("ana added bia");
    ana.see("# redes · 2 members · private");

    ana.enter("/add caio");
    ana.see("Invited.");
    caio.see("1 invitation");
    caio.press(ALT_V);
    caio.see("by ana");
    caio.press("d");
    caio.see("Decline the invitation to redes?");
    caio.press("y");
    caio.see("Declined.");
    caio.press(ESC);
    caio.see_no("No pending invitations.");
    ana.enter("/add caio");
    ana.see("They declined an invitation to this group.");

    ana.enter("/visibility");
    ana.see("‹ private: only members find it ›");
    ana.press("\x1b[D");
    ana.see("‹ public: everyone may join ›");
    ana.press(ENTER);
    bia.see("ana made the group public");
    caio.press("1");
    caio.see("# redes  2 members · public: press Enter to join");
    caio.enter("redes");
    caio.see("caio joined the group");
    ana.see("# redes · 3 members · public");
}

#[test]
fn a_group_is_joined_by_code_transferred_and_left_and_a_member_is_removed() {
    let home = TempDir::new().unwrap();
    let [mut ana, mut bia, mut caio] = three_people(&home);
    create_redes(&mut ana);

    // One person joins with a code, which is valid once.
    ana.enter("/invite 1 2d");
    ana.see("Invites to redes");
    ana.see("for one person");
    let code = copied_code(&ana);
    ana.press(ESC);
    ana.see_no("Invites to redes");
    bia.press("j");
    bia.see("Join a group with an invite");
    bia.enter(&code);
    bia.see("bia joined the group");
    ana.see("# redes · 2 members");
    caio.press("j");
    caio.see("Join a group with an invite");
    caio.fill(&code);
    caio.press(ENTER);
    caio.see("This invite is invalid");
    caio.press(ESC);
    caio.see_no("Join a group with an invite");
    ana.enter("/add caio");
    ana.see("# redes · 3 members");
    open_redes(&mut caio);

    // The group is transferred, and the new owner sets the topic.
    ana.press(ALT_M);
    ana.see("Members of redes");
    ana.press(DOWN);
    ana.see("o hand over");
    ana.press("o");
    ana.see("Make bia the owner of redes?");
    ana.press("y");
    bia.see("ana made bia the owner");
    ana.see("ana made bia the owner");
    ana.press(ESC);
    ana.see_no("Members of redes");
    bia.enter("/topic prova na sexta");
    ana.see("# redes · 3 members · private · prova na sexta");
    caio.see("bia set the topic: prova na sexta");

    // The owner deletes a member's message, and its author sees who did.
    caio.enter("compre agora");
    bia.see("compre agora");
    bia.press(UP);
    bia.see("d delete");
    bia.press("d");
    bia.see("Delete this message of caio?");
    bia.press("y");
    bia.see_no("Delete this message of caio?");
    caio.see("message deleted by bia");
    caio.see_no("compre agora");
    bia.press(RIGHT);
    bia.see_no("d delete");

    // A member is removed, and sees by whom.
    caio.press("ainda");
    bia.enter("/remove caio");
    bia.see("Remove caio from redes?");
    bia.press("y");
    caio.see("bia removed you from redes.");
    ana.see("bia removed caio");
    ana.see("# redes · 2 members");

    // The owner leaves, and is shown the next owner.
    bia.enter("/leave");
    bia.see("ana will own the group.");
    bia.press("y");
    bia.see("You are no longer in redes.");
    ana.see("bia left; ana now owns the group");

    // Caio's draft is still there after he joins again.
    ana.enter("/add caio");
    ana.see("ana added caio");
    caio.see("# redes");
    caio.press(ESC);
    caio.see("Create a group");
    open_redes(&mut caio);
    caio.see("ainda");
}

#[test]
fn groups_are_muted_and_people_are_blocked_or_away() {
    let home = TempDir::new().unwrap();
    let [mut ana, mut bia, mut caio] = three_strangers(&home);
    create_redes(&mut ana);
    ana.enter("/add bia");
    accept_redes(&mut bia);
    ana.see("ana added bia");
    ana.enter("/add caio");
    accept_redes(&mut caio);
    ana.see("ana added caio");

    // Muted: messages are counted without attention marks, on each of her devices.
    ana.enter("/mute 8h");
    ana.see("· muted until");
    ana.press(ESC);
    ana.see("Create a group");
    bia.enter("alguém?");
    ana.see_that("the message, quietly", |screen| screen.contains("bia: alguém?") && screen.contains("⊘ 1"));
    let screen = ana.screen();
    assert!(!screen.contains("unread"), "a muted group is not counted:\n{screen}");
    open_redes(&mut ana);
    ana.enter("/unmute");
    ana.see_no("muted until");

    // Away, with a reason.
    bia.enter("/away no almoço");
    bia.see("◐ away");
    ana.press(ALT_M);
    ana.see("◐ bia · no almoço");
    ana.press(ESC);
    ana.see_no("Members of redes");
    bia.enter("/back");
    bia.see_no("◐ away");
    ana.press(ALT_M);
    ana.see_that("bia here again", |screen| screen.contains("● bia") && !screen.contains("no almoço"));
    ana.press(ESC);
    ana.see_no("Members of redes");

    // Blocked: messages are folded in the group, and the person is hidden elsewhere.
    ana.enter("/block caio");
    ana.see("caio is blocked.");
    caio.enter("spam spam");
    bia.see("spam spam");
    ana.see("from someone you blocked");
    assert!(!ana.screen().contains("spam"), "{}", ana.screen());
    ana.press(UP);
    ana.see("Enter show it");
    ana.press(ENTER);
    ana.see("spam spam");
    caio.press(ESC);
    caio.see("Create a group");
    caio.press("2");
    caio.see("type part of a name");
    caio.fill("ana");
    caio.press(ENTER);
    caio.see("No one has that name.");
    ana.enter("/unblock caio");
    ana.see("caio is no longer blocked.");
}
