//! Formatted messages between two people with real clients in pseudo-terminals.

use tempfile::TempDir;

use crate::pty::{PersonAtTerminal, free_port};

const ENTER: &str = "\r";
const UP: &str = "\x1b[A";
/// Ctrl-J, which inserts a line break into the message.
const NEW_LINE: &str = "\n";
const ESC: &str = "\x1b";

/// Waits until the output of the program contains this text.
#[track_caller]
fn has_written(person: &PersonAtTerminal, bytes: &str) {
    person.see_that(bytes, |_| String::from_utf8_lossy(&person.written()).contains(bytes));
}

#[test]
fn formatted_text_code_and_links_are_displayed_opened_and_copied() {
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
    let lines = ["veja **isto**: https://exemplo.org/um", "```rust", "let x = 42;", "```"];
    ana.press(&lines.join(NEW_LINE));
    ana.see_that("all of it typed", |screen| screen.matches("```").count() == 2);
    ana.press(ENTER);

    bia.see("1 unread");
    bia.press("2");
    bia.see("type part of a name");
    bia.press(ENTER);
    bia.see_that("the message without its marks", |screen| {
        screen.contains("veja isto: https://exemplo.org/um") && screen.contains("╭─ rust") && !screen.contains("```")
    });
    bia.with_screen(|screen| {
        let row = screen.contents().lines().position(|line| line.contains("veja isto")).unwrap();
        let line = screen.contents().lines().nth(row).unwrap().to_owned();
        let column = line.chars().take_while(|c| *c != 'v').count() + "veja ".len();
        let cell = |column: usize| screen.cell(u16::try_from(row).unwrap(), u16::try_from(column).unwrap()).unwrap();
        assert!(cell(column).bold() && !cell(column - 2).bold(), "only the marked text is bold in {line:?}");
    });
    has_written(&bia, "\x1b]8;;https://exemplo.org/um\x1b\\https://exemplo.org/um\x1b]8;;\x1b\\");

    // Without a graphical display the link is copied to the clipboard instead of being opened; then the code is copied.
    bia.press(UP);
    bia.see("o open link");
    bia.press("o");
    bia.see("It cannot be opened from here, so it was copied: https://exemplo.org/um");
    has_written(&bia, "\x1b]52;c;aHR0cHM6Ly9leGVtcGxvLm9yZy91bQ==");
    bia.press("c");
    bia.see("Code copied: 1 line.");
    has_written(&bia, "\x1b]52;c;bGV0IHggPSA0Mjs=");
    bia.press(ESC);
    bia.see("Create a group");
}
