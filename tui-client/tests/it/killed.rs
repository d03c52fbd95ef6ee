//! Kills the client repeatedly, at random moments of typing and sending.

use std::path::Path;

use papo_server::{Config, Server};
use papo_shared::model::Timestamp;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use rusqlite::{Connection, OpenFlags};
use rustix::process::Signal;
use tempfile::TempDir;

use crate::pty::{PersonAtTerminal, free_port};

const ENTER: &str = "\r";
const ESC: &str = "\x1b";
const CTRL_Q: &str = "\x11";
/// The placeholder of an empty composer.
const EMPTY: &str = "Write a message";

/// The number of kills, unless `PAPO_CLIENT_KILLS` is set.
const KILLS: usize = 100;

/// Repeats the query until it returns this.
fn wait_for_rows(file: &Path, query: &str, expected: &[String]) {
    let connection = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let mut statement = connection.prepare(query).unwrap();
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
    loop {
        let rows: Vec<String> = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        if rows == expected {
            return;
        }
        assert!(std::time::Instant::now() < deadline, "{query}: {rows:?} instead of {expected:?}");
        std::thread::yield_now();
    }
}

/// The text of the composer, which is the last row but one of the screen.
fn composed(screen: &str) -> &str {
    let row = screen.lines().nth_back(1).unwrap_or_default();
    row.rsplit('│').next().unwrap_or_default().trim()
}

#[test]
fn after_kills_each_message_arrives_once_and_in_order_and_drafts_are_kept() {
    let kills = std::env::var("PAPO_CLIENT_KILLS").map_or(KILLS, |kills| kills.parse().unwrap());
    let seed = Timestamp(jiff::Timestamp::now().as_millisecond()).0.unsigned_abs();
    let mut random = StdRng::seed_from_u64(seed);
    let (home, data) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let port: u16 = free_port().parse().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let server = runtime.block_on(Server::start(Config::new(([127, 0, 0, 1], port).into(), data.path().to_owned()))).unwrap();
    let address = format!("127.0.0.1:{port}");
    let start = || PersonAtTerminal::start(home.path(), &["--server", &address, "--plaintext"]);

    let mut ana = start();
    ana.register("ana");
    ana.press(CTRL_Q);
    assert!(ana.ended());
    let mut ana = start();
    ana.see("connected");
    ana.fill_sign_in("ana");
    ana.tick_stay_signed_in();
    ana.press(ENTER);
    ana.see("papo · ana");
    let client_db = home.path().join(".local/share/papo/client.db");
    for group in ["rascunhos", "diario"] {
        ana.press("4");
        ana.see("Name");
        ana.enter(group);
        ana.see(&format!("Add whom to {group}?"));
        ana.press(ESC);
        ana.see_no("Add whom");
        if group == "rascunhos" {
            ana.press("nunca enviado");
            ana.see("nunca enviado");
            wait_for_rows(&client_db, "SELECT text FROM draft", &["nunca enviado".to_owned()]);
            ana.press(ESC);
            ana.see("Recent");
        }
    }

    // The screen position is saved after a short delay.
    wait_for_rows(&client_db, "SELECT CAST(\"group\" AS TEXT) FROM owner", &["2".to_owned()]);

    let texts: Vec<String> = (0..kills).map(|n| format!("mensagem-{n:03}.")).collect();
    for (n, text) in texts.iter().enumerate() {
        // At a random moment between the first key and the acknowledgement.
        let keys = text.len() + ENTER.len();
        let pressed = random.random_range(1..=keys);
        if pressed == keys {
            ana.fill(text);
            ana.press(ENTER);
        } else {
            ana.press(&text[..pressed]);
        }
        match random.random_range(0..4) {
            0 => {}
            1 => ana.see(&text[..pressed.min(text.len())]),
            2 if pressed == keys => ana.see(EMPTY),
            _ => (0..random.random_range(0..20_000)).for_each(|_| std::thread::yield_now()),
        }
        ana.signal(Signal::KILL);
        ana.ended();

        ana = start();
        let before = n.checked_sub(1).map_or("begins here", |before| &texts[before]);
        ana.see_that("the group as it was left", |screen| screen.contains("# diario ·") && screen.contains(before));
        let screen = ana.screen();
        let left = composed(&screen).to_owned();
        if left.starts_with(EMPTY) {
            // The text was sent, or none of it was saved; it must never be both sent and in the composer.
            if !screen.contains(text.as_str()) {
                ana.fill(text);
                ana.press(ENTER);
            }
        } else {
            assert!(text.starts_with(&left), "seed {seed}, kill {n}: {left:?} is what was typed of {text:?}\n{screen}");
            assert_eq!(screen.matches(text.as_str()).count(), usize::from(left == *text), "seed {seed}, kill {n}:\n{screen}");
            if left != *text {
                ana.fill(&text[left.len()..]);
            }
            ana.press(ENTER);
        }
        ana.see_that("it is stored", |screen| {
            composed(screen).starts_with(EMPTY)
                && screen.contains(text.as_str())
                && !screen.contains('⋯')
                && !screen.replace("↑ reply", "").contains('↑')
        });
    }
    let stored = "SELECT body FROM entry WHERE kind = 1 ORDER BY id";
    wait_for_rows(&data.path().join("chat.db"), stored, &texts);
    ana.see("✎");
    ana.press(CTRL_Q);
    assert!(ana.ended());
    runtime.block_on(server.stop());
}
