//! Two people with real clients and a real server reply, edit, react and delete, and each sees the changes of the other.

use rustix::process::Signal;

use crate::pty::{AnaAndBia, PersonAtTerminal};

const ESC: &str = "\x1b";
const ENTER: &str = "\r";
const UP: &str = "\x1b[A";
const RIGHT: &str = "\x1b[C";

/// Selects a message, counted from the end.
fn select(person: &mut PersonAtTerminal, from_the_end: usize, hint: &str) {
    for _ in 0..from_the_end {
        person.press(UP);
    }
    person.see(hint);
}

#[test]
fn replies_edits_reactions_and_deletions_reach_the_other_client() {
    let people = AnaAndBia::new();
    let (mut ana, mut bia) = people.register();
    ana.press("2");
    ana.see("● bia");
    ana.enter("bia");
    ana.see("No messages yet.");
    ana.enter("almoco amanha?");
    ana.see("delivered");
    bia.see("1 unread");
    bia.press("2");
    bia.see("type part of a name");
    bia.press(ENTER);
    bia.see("almoco amanha?");
    ana.see_that("read by bia", |screen| screen.contains("✓✓") && screen.contains(" read"));

    // Ana edits it; bia sees the new text and the earlier version.
    select(&mut ana, 1, "e edit");
    ana.press("e");
    ana.see("editing");
    ana.enter(" às 12");
    ana.see("(edited)");
    bia.see_that("the other text", |screen| screen.contains("almoco amanha? às 12") && screen.contains("(edited)"));
    select(&mut bia, 1, "h history");
    bia.press("h");
    bia.see("Earlier versions");
    bia.see_that("both texts", |screen| screen.matches("almoco amanha?").count() >= 3);
    bia.press(ESC);
    bia.see_no("Earlier versions");

    // Bia reacts; ana sees the reaction and its author.
    bia.press("+");
    bia.see("type a name for more");
    bia.press("1");
    bia.see("[👍 1]");
    ana.see("👍 1");
    select(&mut ana, 1, "i info");
    ana.press("i");
    ana.see("👍  bia");
    ana.press(ESC);
    ana.see_no("👍  bia");

    // Bia removes the reaction, replies, and is killed while writing another reply.
    bia.press("+");
    bia.see("1 ✓ 👍");
    bia.press("1");
    bia.see_no("👍");
    ana.see_no("👍");
    bia.press("r");
    bia.see("↪ ana: almoco amanha? às 12");
    bia.press("pode s");
    bia.see("pode s");
    bia.see_that("it is kept", |_| kept_drafts(people.home_of_bia.path()) == ["pode s"]);
    bia.signal(Signal::KILL);
    bia.ended();
    let mut bia = people.start_bia();
    bia.sign_in("bia");
    bia.see_that("the half-written answer", |screen| screen.contains("↪ ana: almoco amanha? às 12") && screen.contains("pode s"));
    bia.enter("er!");
    ana.see_that("the answer with what it answers", |screen| {
        screen.contains("↪ ana: almoco amanha? às 12") && screen.contains("pode ser!")
    });

    // Ana jumps to the quoted message and back.
    ana.press(RIGHT);
    ana.see("Write a message");
    for n in 1..=3 {
        ana.enter(&format!("linha {n}."));
        ana.see(&format!("linha {n}."));
    }
    select(&mut ana, 4, "go to original");
    ana.press("q");
    ana.see("Esc back");
    ana.press(ESC);
    ana.see_no("Esc back");
    ana.see("go to original");

    // She deletes her message: a placeholder stays in its place, and in the quote of the reply.
    select(&mut ana, 1, "d delete");
    ana.press("d");
    ana.see("Delete this message?");
    ana.press("y");
    ana.see_no("Delete this message?");
    bia.see_that("a stone in both places", |screen| screen.matches("message deleted").count() == 2 && !screen.contains("almoco"));
}

/// The drafts in the local data of a client.
fn kept_drafts(home: &std::path::Path) -> Vec<String> {
    let file = home.join(".local/share/papo/client.db");
    let connection = rusqlite::Connection::open_with_flags(file, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let mut statement = connection.prepare("SELECT text FROM draft WHERE reply_to IS NOT NULL").unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}
