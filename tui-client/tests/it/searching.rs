//! Two people with real clients and a real server, one of whom searches for messages of the other.

use tempfile::TempDir;

use crate::pty::{PersonAtTerminal, free_port};

const ESC: &str = "\x1b";
const ENTER: &str = "\r";
const TAB: &str = "\t";
const CTRL_F: &str = "\x06";
const UP: &str = "\x1b[A";

#[test]
fn messages_are_found_while_typing_and_the_user_jumps_there_and_back() {
    let home = TempDir::new().unwrap();
    let port = free_port();
    let arguments = ["--port", port.as_str()];
    let mut ana = PersonAtTerminal::start(home.path(), &arguments);
    ana.register("ana");
    let mut bia = PersonAtTerminal::start(home.path(), &arguments);
    bia.register("bia");
    ana.press("2");
    ana.see("● bia");
    ana.enter("bia");
    ana.see("No messages yet.");
    ana.enter("a reunião é na casa do João");
    for number in 1..=40 {
        ana.enter(&format!("linha {number}"));
    }
    bia.see("41 unread");
    bia.press("2");
    bia.see("type part of a name");
    bia.press(ENTER);
    bia.see("a reunião é na casa do João");
    bia.enter("último recado");
    bia.see_that("it stored", |screen| screen.contains("último recado") && !screen.replace("↑ reply", "").contains('↑'));

    // She searches without the accent, in the conversation and then everywhere.
    bia.press(&format!("{CTRL_F}joao reun"));
    bia.see("1 message, newest first");
    bia.press(TAB);
    bia.see("Search all conversations");
    bia.see("1 message, newest first");
    // A message sent a moment ago is found as well.
    ana.enter("outra reunião, outro João");
    bia.see("1 unread");
    bia.press(&format!("{UP}\x7f"));
    bia.see("2 messages, newest first");
    bia.press("\x1b[B");
    bia.press(ENTER);
    bia.see("linha 1");
    bia.see("Esc back");
    bia.press(ESC);
    bia.see("último recado");
}
