//! What a person sees and keeps where the server cannot do what it should: it stores nothing, or says nothing.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::hosted::Hosted;
use crate::pty::PersonAtTerminal;

const ENTER: &str = "\r";
const CTRL_Q: &str = "\x11";

#[test]
fn what_a_server_with_a_full_disk_cannot_store_waits_and_is_stored_once_it_can() {
    let (home, hosted) = (TempDir::new().unwrap(), Hosted::start());
    let address = hosted.address();
    let mut ana = PersonAtTerminal::start(home.path(), &["--server", &address, "--plaintext"]);
    ana.register("ana");
    ana.create_group("diario");

    hosted.refuse_entries(true);
    ana.press("uma");
    ana.see("uma");
    ana.press(ENTER);
    ana.see("(1 waiting: server cannot store)");
    ana.press("duas");
    ana.see("duas");
    ana.press(ENTER);
    ana.see("(2 waiting: server cannot store)");
    hosted.refuse_entries(false);
    ana.see_that("both stored", |screen| screen.matches('✓').count() == 2 && !screen.contains("cannot store"));
    let screen = ana.screen();
    assert!(screen.find("uma").unwrap() < screen.find("duas").unwrap(), "{screen}");
    ana.press(CTRL_Q);
    assert!(ana.ended());
    hosted.stop();
}

/// Such a server was once waited for until the end of what it could be in the middle of: ten seconds.
#[test]
fn one_can_quit_at_any_moment_of_connecting() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap().to_string();
    // In the middle of the TLS handshake; and waiting for the first line.
    for arguments in [&["--server", address.as_str()][..], &["--server", &address, "--plaintext"]] {
        let home = TempDir::new().unwrap();
        let mut ana = PersonAtTerminal::start(home.path(), arguments);
        ana.see("connecting");
        let _stream = silent.accept().unwrap();
        let began = Instant::now();
        ana.press(CTRL_Q);
        assert!(ana.ended());
        assert!(began.elapsed() < Duration::from_secs(8), "{arguments:?}: {:?}", began.elapsed());
    }
}

#[test]
fn a_server_that_never_ends_its_first_line_is_not_waited_for_for_ever() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap().to_string();
    let home = TempDir::new().unwrap();
    let mut ana = PersonAtTerminal::start(home.path(), &["--server", &address, "--plaintext"]);
    let _stream = silent.accept().unwrap();
    ana.see_that("why there is no connection", |screen| {
        screen.contains("the server does not answer, trying again in") && screen.contains("Something took the connection there")
    });
    ana.press(CTRL_Q);
    assert!(ana.ended());
}
