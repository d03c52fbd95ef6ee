//! What others write may steer neither the terminal nor the eye, whether the server cleans it or not: the real program in a
//! pseudo-terminal, and every byte it wrote there.

mod bytes;
mod payloads;
mod people;
mod pipes;
mod server;

use serde_json::json;
use tempfile::TempDir;

use self::payloads::{all, mark, marked};
use self::server::{DIRECT, HostileServer, changed, posted};
use crate::pty::PersonAtTerminal;

const ESC: &str = "\x1b";
const ENTER: &str = "\r";
const TAB: &str = "\t";
const END_KEY: &str = "\x1b[F";
const END: &str = "\x1b[F";
const CTRL_Q: &str = "\x11";

/// A terminal that shows a payload a row, and some rows more.
const COLUMNS: u16 = 130;
const ROWS: u16 = 280;

/// Waits until every payload of this kind of field stood on the screen, which shows so many of them at once.
#[track_caller]
fn see_all(person: &PersonAtTerminal, field: char, payloads: std::ops::Range<usize>) {
    let has_all = |screen: &str| payloads.clone().all(|at| screen.contains(&mark(field, at)));
    person.see_that(&format!("every payload of {field}"), has_all);
}

/// Ends the program, and looks at all it ever wrote.
#[track_caller]
fn check_all_that_was_written(mut person: PersonAtTerminal) {
    person.press(CTRL_Q);
    assert!(person.ended());
    let written = person.written();
    assert!(written.len() > 50_000, "only {} bytes were written", written.len());
    if let Err(foreign) = bytes::check(&written, COLUMNS, ROWS) {
        panic!("the terminal got what is not papo's: {foreign}");
    }
}

#[test]
fn a_server_that_does_not_clean_reaches_the_terminal_with_nothing_but_text() {
    let server = HostileServer::start();
    let home = TempDir::new().unwrap();
    let arguments = ["--server", server.address.as_str(), "--plaintext"];
    let mut ana = PersonAtTerminal::start_sized(home.path(), &arguments, COLUMNS, ROWS);
    let count = all().len();
    ana.see("connected");
    ana.fill_sign_in("ana");
    ana.press(ENTER);
    ana.see("papo · ana");
    ana.see("Recent");

    // The directory, and the names beside a conversation with what is said in it and by whom.
    ana.press("1");
    ana.see("person1");
    ana.press(ESC);
    ana.see_no("type part of a name");
    ana.press("2");
    ana.see("type part of a name");
    ana.enter("person0");
    see_all(&ana, 'd', 0..count);
    see_all(&ana, 'm', 0..count);
    see_all(&ana, 'u', 0..count);

    // Who is typing, two at a time: of more only two are named.
    for (at, two) in marked('t').chunks(2).enumerate() {
        for name in two {
            server.tell(&json!({"type": "typing_started", "conversation": DIRECT, "username": name}));
        }
        let marks: Vec<String> = (0..two.len()).map(|of_two| mark('t', 2 * at + of_two)).collect();
        let is_row = |line: &str| line.contains("typing…") && marks.iter().all(|mark| line.contains(mark));
        ana.see_that("who is typing", |screen| screen.lines().any(is_row));
        for (of_two, name) in two.iter().enumerate() {
            server.tell(&posted(count + 1 + 2 * at + of_two, name));
        }
    }

    // What becomes of messages that are there and that are not.
    let mut seq = 2 * count + 1;
    for kind in ["message_edited", "message_deleted", "reaction_added", "reaction_removed"] {
        for target in [0, 1, count as u64, u64::MAX] {
            server.tell(&changed(seq, kind, target));
            seq += 1;
        }
    }

    // Groups: their names, and what happened there.
    ana.press(TAB);
    see_all(&ana, 'g', 0..count);
    ana.press(ENTER);
    see_all(&ana, 'h', 0..count);
    see_all(&ana, 'a', 0..count);
    // What the group is about, over it, and what its members are up to, beside it.
    ana.see_that("a topic", |screen| screen.lines().nth(1).is_some_and(|line| line.contains(" · c0")));
    ana.see_that("what a member is up to", |screen| screen.contains(" · s0"));

    // What the server calls itself, one's devices, what it refuses, and what it says at the end.
    ana.press(ESC);
    ana.see("Create a group");
    ana.press("s");
    ana.see_that("what the server calls itself", |screen| screen.contains("Version") && screen.contains("owned"));
    ana.press(ESC);
    ana.see_no("Version");
    ana.press("d");
    see_all(&ana, 'v', 0..count / 2);
    ana.press(END);
    see_all(&ana, 'v', count / 2..count);
    ana.press("d");
    ana.see("Esc cancels.");
    ana.press("y");
    ana.see("The server refused the request.");
    ana.press(ESC);
    ana.see_no("Esc cancels.");
    server.tell(&json!({"type": "refused", "code": all().concat()}));
    server.tell(&json!({"type": all().concat()}));
    server.tell(&json!({"type": "goodbye", "reason": all().concat()}));
    check_all_that_was_written(ana);
}
