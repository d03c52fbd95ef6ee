//! Switching conversations and running commands without the menu.

use papo::state::{Overlay, Screen};
use papo_shared::model::ConversationId;

use crate::driver::{Driver, direct, group, message};
use crate::stories::history;

fn open(client: &Driver) -> u32 {
    assert_eq!(client.state.screen, Screen::Chat, "{}", client.screen());
    client.state.open_conversation().map_or(0, |open| open.id.0)
}

/// A client with direct conversations with bia (1) and caio (2), none with duda, and the groups malhas (3) and redes
/// (4). Caio's conversation and redes have unread messages.
fn at_menu() -> Driver {
    let conversations =
        vec![direct(1, "bia", 0, 0, 0), direct(2, "caio", 3, 1, 2), group(3, "malhas", 0, 0, 0), group(4, "redes", 5, 2, 3)];
    Driver::signed_in(80, 24, conversations)
}

#[test]
fn alt_arrows_cycle_through_the_conversations_of_a_side() {
    let mut client = at_menu();
    client.keys("Alt-Down");
    assert_eq!(open(&client), 1, "the keys work in the menu too");
    client.keys("Alt-Down");
    assert_eq!(open(&client), 2);
    client.keys("Alt-Down");
    assert_eq!(open(&client), 1, "duda is skipped: there is no conversation with her");
    client.keys("Alt-Up");
    assert_eq!(open(&client), 2);
    client.keys("Tab Alt-Up");
    assert_eq!(open(&client), 4);
}

#[test]
fn alt_digit_opens_a_row_of_the_list() {
    let mut client = at_menu();
    client.keys("Alt-2");
    assert_eq!(open(&client), 2);
    client.keys("Tab Alt-1");
    assert_eq!(open(&client), 3);
    client.keys("Alt-7");
    assert_eq!(open(&client), 3);
    assert!(client.screen().contains("no row 7"), "{}", client.screen());
}

#[test]
fn one_key_steps_through_unread_conversations() {
    let mut client = at_menu();
    client.keys("Alt-a");
    assert_eq!(open(&client), 2);
    let entries: Vec<_> = (1..=3).map(|n| message(n, "caio", 0, "oi")).collect();
    client.answer(|request| history(request, &entries));
    client.keys("Alt-a");
    assert_eq!(open(&client), 4, "groups are included");
    let entries: Vec<_> = (1..=5).map(|n| message(n, "bia", 0, "oi")).collect();
    client.answer(|request| history(request, &entries));
    client.keys("Alt-a");
    assert_eq!(open(&client), 4);
    assert!(client.screen().contains("No unread messages."), "{}", client.screen());
}

#[test]
fn one_key_scrolls_to_the_first_unread_message() {
    let mut client = Driver::signed_in(80, 24, vec![direct(1, "bia", 60, 20, 40)]);
    client.keys("2 Enter");
    let entries: Vec<_> = (1..=60).map(|n| message(n, "bia", 0, &format!("linha {n};"))).collect();
    client.answer(|request| history(request, &entries));
    client.keys("End");
    assert!(client.screen().contains("linha 60;"));
    client.keys("Alt-u");
    let screen = client.screen();
    let line = screen.lines().position(|line| line.contains("─ new ─")).expect(&screen);
    assert!(screen.lines().nth(line + 1).unwrap().contains("linha 21;"), "{screen}");
    let mut client = Driver::signed_in(80, 24, vec![direct(1, "bia", 0, 0, 0)]);
    client.keys("2 Enter Alt-u");
    assert!(client.screen().contains("No unread messages here."), "{}", client.screen());
}

#[test]
fn the_palette_finds_conversations_people_and_commands() {
    let mut client = at_menu();
    client.keys("Ctrl-k");
    let screen = client.screen();
    assert!(screen.contains("redes") && screen.contains("search for messages"), "{screen}");
    client.type_text("malh");
    client.keys("Enter");
    assert_eq!(open(&client), 3);

    client.keys("Ctrl-k");
    client.type_text("next unread");
    let screen = client.screen();
    assert!(screen.contains("Alt-A"), "the command's key is shown beside it: {screen}");
    client.keys("Esc Ctrl-k");
    client.type_text("duda");
    assert!(client.screen().contains("▸ ○ duda"), "{}", client.screen());
    client.keys("Esc Ctrl-k");
    client.type_text("change your pass");
    client.keys("Enter");
    assert!(matches!(client.state.overlay, Some(Overlay::Prompt(_))), "{}", client.screen());
}

#[test]
fn a_group_command_outside_a_group_shows_a_notice() {
    let mut client = at_menu();
    client.keys("Ctrl-k");
    client.type_text("leave the group");
    client.keys("Enter");
    assert!(client.screen().contains("That works only in a group."), "{}", client.screen());
    client.keys("3");
    client.type_text("redes");
    client.keys("Enter Ctrl-k");
    client.type_text("leave the group");
    client.keys("Enter");
    assert!(matches!(client.state.overlay, Some(Overlay::Prompt(_))), "{}", client.screen());
    assert_eq!(client.state.open_conversation().unwrap().id, ConversationId(4));
}
