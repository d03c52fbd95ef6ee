//! The client with a faulty server, which cannot store messages or does not reply.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::hosted::Hosted;
use crate::pty::PersonAtTerminal;

const ENTER: &str = "\r";
const CTRL_Q: &str = "\x11";

#[test]
fn messages_wait_while_the_disk_of_the_server_is_full() {
    let (home, hosted) = (TempDir::new().unwrap(), Hosted::start());
    let address = hosted.address();
    let mut ana = PersonAtTerminal::start(home.path(), &["--server", &address, "--plaintext"]);
    ana.register("ana");
    ana.create_group("diario");

    hosted.refuse_entries(true);
    ana.press("uma");
    ana.see("uma");
    ana.press(ENTER);
    ana.see("(1 waiting: server cannot save)");
    ana.press("duas");
    ana.see("duas");
    ana.press(ENTER);
    ana.see("(2 waiting: server cannot save)");
    hosted.refuse_entries(false);
    ana.see_that("both stored", |screen| screen.matches('✓').count() == 2 && !screen.contains("cannot save"));
    let screen = ana.screen();
    assert!(screen.find("uma").unwrap() < screen.find("duas").unwrap(), "{screen}");
    ana.press(CTRL_Q);
    assert!(ana.ended());
    hosted.stop();
}

/// Quitting once waited for the timeout of the current step, which is ten seconds.
#[test]
fn quitting_works_at_every_step_of_connecting() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap().to_string();
    // During the TLS handshake, and while waiting for the first line.
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
fn a_server_that_never_ends_its_first_line_is_given_up() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap().to_string();
    let home = TempDir::new().unwrap();
    let mut ana = PersonAtTerminal::start(home.path(), &["--server", &address, "--plaintext"]);
    let _stream = silent.accept().unwrap();
    ana.see_that("why there is no connection", |screen| {
        screen.contains("the server does not answer, trying again in")
            && screen.contains("The connection was accepted, but there was no")
    });
    ana.press(CTRL_Q);
    assert!(ana.ended());
}
