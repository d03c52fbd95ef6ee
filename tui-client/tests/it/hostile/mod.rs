//! Text of other users must not control or deceive the terminal, whether the server cleans it or not. Runs the real program in a
//! pseudo-terminal, and checks every byte that it writes.

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

/// A terminal that is tall enough to show every payload in its own row.
const COLUMNS: u16 = 130;
const ROWS: u16 = 280;

/// Waits until every payload of this kind of field was on the screen, which shows this many of them at once.
#[track_caller]
fn see_all(person: &PersonAtTerminal, field: char, payloads: std::ops::Range<usize>) {
    let has_all = |screen: &str| payloads.clone().all(|at| screen.contains(&mark(field, at)));
    person.see_that(&format!("every payload of {field}"), has_all);
}

/// Ends the program, and checks its whole output.
#[track_caller]
fn check_all_that_was_written(mut person: PersonAtTerminal) {
    person.press(CTRL_Q);
    assert!(person.ended());
    let written = person.written();
    assert!(written.len() > 50_000, "only {} bytes were written", written.len());
    if let Err(foreign) = bytes::check(&written, COLUMNS, ROWS) {
        panic!("the terminal received a foreign sequence: {foreign}");
    }
}

#[test]
fn text_of_a_hostile_server_cannot_control_the_terminal() {
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

    // The directory, the list of names, and a conversation with its messages and authors.
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

    // The names of those who are typing, two at a time, because only two are shown.
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

    // Changes to messages that are loaded, and to messages that are not.
    let mut seq = 2 * count + 1;
    for kind in ["message_edited", "message_deleted", "reaction_added", "reaction_removed"] {
        for target in [0, 1, count as u64, u64::MAX] {
            server.tell(&changed(seq, kind, target));
            seq += 1;
        }
    }

    // Groups: their names and their changes.
    ana.press(TAB);
    see_all(&ana, 'g', 0..count);
    ana.press(ENTER);
    see_all(&ana, 'h', 0..count);
    see_all(&ana, 'a', 0..count);
    // The topic of the group, and the status texts of its members.
    ana.see_that("a topic", |screen| screen.lines().nth(1).is_some_and(|line| line.contains(" · c0")));
    ana.see_that("what a member is up to", |screen| screen.contains(" · s0"));

    // The version of the server, the device names, the reasons of refusals, and the goodbye.
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
