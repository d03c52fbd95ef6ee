//! Unusual terminal input, with the real program in a pseudo-terminal: pastes without brackets or without an end, sequences after
//! an Esc, and unsolicited replies.

use std::path::Path;

use tempfile::TempDir;

use crate::pty::{PersonAtTerminal, free_port};

const ESC: &str = "\x1b";
const UP: &str = "\x1b[A";
const CTRL_C: &str = "\x03";
/// The placeholder of an empty composer.
const EMPTY: &str = "Write a message";

/// Starts ana in an empty group without other members.
fn ana_in_a_group(home: &Path) -> PersonAtTerminal {
    let mut ana = PersonAtTerminal::start(home, &["--port", &free_port()]);
    ana.register("ana");
    ana.create_group("diario");
    ana.see(EMPTY);
    ana
}

/// The text of the last row of the composer.
fn composed(screen: &str) -> &str {
    let row = screen.lines().nth_back(1).unwrap_or_default();
    row.rsplit('│').next().unwrap_or_default().trim()
}

#[test]
fn an_escape_before_a_sequence_neither_quits_nor_types() {
    let home = TempDir::new().unwrap();
    let mut ana = ana_in_a_group(home.path());
    // Alt-PageDown and Alt-Home of several terminals. Their rest was once taken as text, and 6 quits in the menu.
    for sequence in ["\x1b\x1b[6~", "\x1b\x1b[1~", "\x1b\x1b\x1b[6~"] {
        ana.press(sequence);
    }
    ana.see_that("the menu, by the Esc before Alt-PageDown", |screen| screen.contains("Create a group"));
    // Esc and the wheel in one read, directly followed by a digit.
    ana.press("\x1b\x1b[<64;10;10M");
    ana.see("▸ 3");
    ana.press("\x1b\x1b[<64;10;10M6");
    ana.see("▸ 2");
    ana.see("There is no input box here");
    ana.press("2");
    ana.see("type part of a name");
}

#[test]
fn replies_of_the_terminal_are_not_taken_as_text() {
    let home = TempDir::new().unwrap();
    let mut ana = ana_in_a_group(home.path());
    for answer in [
        "\x1b[>41;354;0c",
        "\x1b[?62;22c",
        "\x1b]11;rgb:0000/0000/0000\x1b\\",
        "\x1b]11;rgb:ffff/ffff/ffff\x07",
        "\x1bP1+r544e=787465726d\x1b\\",
        "\x1b[12;40R",
        "\x1b[?2026;2$y",
        "\x1b[?0u",
        "\x1b_Gi=31;OK\x1b\\",
    ] {
        ana.press(answer);
    }
    ana.fill("x");
    assert_eq!(composed(&ana.screen()), "x", "{}", ana.screen());
}

#[test]
fn a_paste_without_brackets_neither_sends_nor_runs_commands() {
    let home = TempDir::new().unwrap();
    let mut ana = ana_in_a_group(home.path());
    ana.press("colado 1\r/topic roubado\rcolado 3\r");
    ana.see("Pasted text is not sent automatically; press Enter to send it.");
    let screen = ana.screen();
    // Nothing of it became a message or a topic.
    assert!(screen.lines().any(|row| row.trim_end().ends_with("# diario · 1 member · private")), "{screen}");
    assert_eq!(screen.matches("colado 3").count(), 1, "{screen}");
    ana.press("\r");
    ana.see(EMPTY);
    ana.see_that("one message with three lines", |screen| {
        let rows: Vec<&str> = screen.lines().filter(|row| row.contains("colado") || row.contains("roubado")).collect();
        rows.len() == 3 && rows[1].contains("/topic roubado") && screen.contains('✓')
    });
}

#[test]
fn text_and_enter_in_one_read_are_not_sent() {
    let home = TempDir::new().unwrap();
    let mut ana = ana_in_a_group(home.path());
    ana.press("oi\r");
    ana.see("press Enter to send it");
    ana.see("oi");
    ana.press("\r");
    ana.see(EMPTY);
    ana.see("oi");
}

#[test]
fn ctrl_c_ends_a_paste_without_an_end_and_keeps_its_text() {
    let home = TempDir::new().unwrap();
    let mut ana = ana_in_a_group(home.path());
    ana.press("\x1b[200~pela metade");
    ana.press(CTRL_C);
    ana.see("pela metade");
    ana.fill("!");
    assert!(ana.screen().contains("pela metade!"), "{}", ana.screen());
}

#[test]
fn text_typed_at_a_selected_message_deletes_nothing() {
    let home = TempDir::new().unwrap();
    let mut ana = ana_in_a_group(home.path());
    ana.enter("obrigado pela carona");
    ana.see_that("it stored", |screen| screen.contains("obrigado pela carona") && screen.contains('✓'));
    // In one write.
    ana.press(&format!("{UP}de nada\r"));
    ana.see_that("the text in the composer", |screen| screen.contains("de nada"));
    assert!(ana.screen().contains("obrigado pela carona"), "{}", ana.screen());
    ana.press("\r");
    ana.see(EMPTY);
    ana.see_that("both messages", |screen| {
        screen.contains("obrigado pela carona") && screen.contains("de nada") && screen.matches('✓').count() == 2
    });

    // Key by key: the first letter opens the question, and neither Enter nor another letter confirms it.
    ana.press(UP);
    ana.see("r reply");
    ana.press("d");
    ana.see("Delete this message?");
    ana.press("\r");
    ana.see("Only y confirms this");
    ana.press("e");
    ana.see("nothing was done");
    ana.press("y");
    ana.press(ESC);
    ana.see_no("Delete this message?");
    assert!(ana.screen().contains("obrigado pela carona"), "{}", ana.screen());
    ana.press("d");
    ana.see("Delete this message?");
    ana.press("y");
    ana.see("message deleted");
    ana.see_no("de nada");
}
