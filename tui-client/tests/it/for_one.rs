//! Two people with real clients and a real server: mentions appear in the inbox, are replied to there, and can
//! be marked as unread.

use crate::pty::AnaAndBia;

const ESC: &str = "\x1b";
const ENTER: &str = "\r";
const UP: &str = "\x1b[A";
const ALT_I: &str = "\x1bi";
const ALT_V: &str = "\x1bv";

#[test]
fn a_mention_appears_in_the_inbox_and_is_replied_to_there() {
    let people = AnaAndBia::new();
    let (mut ana, mut bia) = people.register();
    ana.press("4");
    ana.see("Name");
    ana.enter("redes");
    ana.see("Add whom to redes?");
    ana.see("● bia");
    ana.enter("bia");
    ana.see("Invited.");
    bia.see("1 invitation");
    bia.press(ALT_V);
    bia.see("▸ # redes · 1 member · by ana");
    bia.press(ENTER);
    bia.see("ana added bia");
    bia.press(ESC);
    bia.see("Create a group");
    ana.see("ana added bia");
    ana.press(ESC);
    ana.see_no("Add whom to redes?");
    ana.enter("bom dia a todos");
    ana.see("delivered");
    ana.enter("@bia viu o gabarito?");
    // One of two messages mentions her.
    bia.see("2 unread · @1");
    bia.press(ALT_I);
    bia.see("#redes · mentioned you");
    bia.see_that("what was said before it", |screen| screen.contains("bom dia a todos"));

    bia.press("a");
    bia.see("Reply");
    bia.enter("vi agora");
    bia.see("Your inbox is empty.");
    ana.see("vi agora");
    bia.press(ESC);
    bia.see("Chat in a group");
    bia.see_that("two unread, and none that waits for her", |screen| screen.contains("2 unread") && !screen.contains("@1"));

    // She reads the conversation, and marks its last message as unread.
    bia.press("3");
    bia.see("type part of a name");
    bia.press(ENTER);
    bia.see_that("all of it read", |screen| screen.contains("@bia viu o gabarito?") && !screen.contains("2 unread"));
    bia.press(UP);
    bia.press(UP);
    bia.see("u mark unread");
    bia.press("u");
    bia.see("1 unread");
    bia.press(ESC);
    bia.see_that("unread in the menu as well", |screen| screen.contains("Chat in a group") && screen.contains("1 unread"));
}
