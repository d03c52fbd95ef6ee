//! Two people with real clients and a real server, in pseudo-terminals.

use papo::translations::Language;
use papo_server::{Config, Server};
use papo_shared::model::Fingerprint;
use rustix::process::Signal;
use tempfile::TempDir;

use crate::pty::{PersonAtTerminal, free_port, password};

const ESC: &str = "\x1b";
const ENTER: &str = "\r";
const TAB: &str = "\t";
const CTRL_Q: &str = "\x11";

/// Checks that each text is on the screen exactly once, in this order.
#[track_caller]
fn check_once_and_in_order(screen: &str, texts: &[&str]) {
    let places: Vec<_> = texts
        .iter()
        .map(|text| {
            assert_eq!(screen.matches(text).count(), 1, "{text:?} must be shown once on\n{screen}");
            screen.find(text).unwrap()
        })
        .collect();
    assert!(places.is_sorted(), "{texts:?} must be shown in order on\n{screen}");
}

#[test]
fn two_users_chat_and_one_returns_with_all_messages() {
    let home = TempDir::new().unwrap();
    let port = free_port();
    let arguments = ["--port", port.as_str()];
    let mut ana = PersonAtTerminal::start(home.path(), &arguments);
    ana.register("ana");
    assert!(ana.screen().contains("hosting on this machine"), "the first hosts:\n{}", ana.screen());
    let mut bia = PersonAtTerminal::start(home.path(), &arguments);
    bia.register("bia");
    assert!(bia.screen().contains(&format!("127.0.0.1:{port}")), "the second joins:\n{}", bia.screen());

    // Both send messages.
    ana.press("2");
    ana.see("● bia");
    ana.enter("bia");
    ana.see("No messages yet.");
    ana.enter("oi bia");
    bia.see("1 unread");
    bia.press("2");
    bia.see("type part of a name");
    bia.press(ENTER);
    bia.see("The conversation begins here.");
    bia.enter("oi ana");
    ana.see("oi ana");

    // Ana creates a group and adds bia; both send messages there.
    ana.press(ESC);
    ana.see("Create a group");
    ana.press("4");
    ana.see("Name");
    ana.enter("redes");
    ana.see("Add whom to redes?");
    ana.enter("bia");
    ana.see("Added.");
    ana.press(ESC);
    ana.see_no("Add whom");
    ana.enter("no grupo");
    bia.see("Groups 1");
    bia.press(TAB);
    bia.see("# redes");
    bia.press(ENTER);
    bia.see("no grupo");
    bia.enter("cheguei");
    ana.see("cheguei");

    // Ana, who hosts, quits; bia's client takes over, and bia sends messages in both conversations.
    ana.press(CTRL_Q);
    assert!(ana.ended(), "quitting exits with 0");
    bia.see("hosting on this machine ● connected");
    bia.enter("ainda aqui?");
    bia.see("ainda aqui?");
    bia.press(TAB);
    bia.see("[Users]");
    bia.enter("até mais");
    bia.see("até mais");
    bia.enter("boa noite");
    bia.see("boa noite");
    bia.see_that("all of it stored", |screen| !screen.contains('⋯') && !screen.replace("↑ reply", "").contains('↑'));

    // Ana starts papo again.
    let mut ana = PersonAtTerminal::start(home.path(), &arguments);
    ana.sign_in("ana");
    // Her position is restored: the group is open, and the unread count of the other conversation is right.
    ana.see("─ new ─");
    check_once_and_in_order(
        &ana.screen(),
        &["ana created the group redes", "ana added bia", "no grupo", "cheguei", "─ new ─", "ainda aqui?"],
    );
    ana.see("2 unread");
    ana.press(ESC);
    ana.see_that("right unread counts", |screen| {
        let line = |item: &str| screen.lines().find(|line| line.contains(item)).unwrap_or_default().to_owned();
        line("Chat with someone").contains("2 unread") && !line("Chat in a group").contains("unread")
    });
    ana.press("2");
    ana.see("type part of a name");
    ana.press(ENTER);
    ana.see("The conversation begins here.");
    ana.see("boa noite");
    check_once_and_in_order(&ana.screen(), &["oi bia", "oi ana", "─ new ─", "até mais", "boa noite"]);
    // The last line shows the key for the next unread message, even if there is none.
    ana.see_that("no unread count", |screen| !screen.lines().rev().skip(1).any(|line| line.contains("unread")));

    // After both quit and start again, everything is still stored.
    ana.press(CTRL_Q);
    assert!(ana.ended());
    bia.press(CTRL_Q);
    assert!(bia.ended());
    let mut bia = PersonAtTerminal::start(home.path(), &arguments);
    bia.sign_in("bia");
    bia.see("[Users]");
    bia.see("boa noite");
    bia.press(TAB);
    bia.see("Groups]");
    bia.see("ainda aqui?");
    check_once_and_in_order(&bia.screen(), &["ana added bia", "no grupo", "cheguei", "ainda aqui?"]);
    bia.press(ESC);
    bia.see("Recent");
    bia.press("2");
    bia.see("type part of a name");
    bia.press(ENTER);
    bia.see("The conversation begins here.");
    check_once_and_in_order(&bia.screen(), &["oi bia", "oi ana", "até mais", "boa noite"]);
}

#[test]
fn messages_sent_while_the_host_is_killed_arrive_exactly_once() {
    let home = TempDir::new().unwrap();
    let port = free_port();
    let arguments = ["--port", port.as_str()];
    let mut ana = PersonAtTerminal::start(home.path(), &arguments);
    ana.register("ana");
    let mut bia = PersonAtTerminal::start_sized(home.path(), &arguments, 80, 40);
    bia.register("bia");
    bia.press("2");
    bia.see("● ana");
    bia.press(ENTER);
    bia.see("No messages yet.");
    let texts: Vec<String> = (10..30).map(|n| format!("mensagem {n}")).collect();
    for text in &texts[..10] {
        bia.enter(text);
    }
    ana.signal(Signal::KILL);
    for text in &texts[10..] {
        bia.enter(text);
    }
    bia.see("hosting on this machine ● connected");
    bia.see_that("every message stored", |screen| {
        // The first messages may have been delivered before ana quit, and then have a second mark.
        let stored = screen.lines().filter(|line| line.contains('✓')).count();
        !screen.contains('⋯') && !screen.replace("↑ reply", "").contains('↑') && stored == texts.len()
    });
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    check_once_and_in_order(&bia.screen(), &texts);

    let mut ana = PersonAtTerminal::start_sized(home.path(), &arguments, 80, 40);
    ana.sign_in("ana");
    ana.see(&format!("{} unread", texts.len()));
    ana.press("2");
    ana.see("type part of a name");
    ana.press(ENTER);
    ana.see("The conversation begins here.");
    check_once_and_in_order(&ana.screen(), &texts);
}

#[test]
fn every_window_size_is_drawn_without_a_panic() {
    let home = TempDir::new().unwrap();
    let port = free_port();
    let mut ana = PersonAtTerminal::start(home.path(), &["--port", &port]);
    ana.register("ana");
    for step in 0..60 {
        ana.resize(8 + step * 3 % 140, 3 + step * 7 % 50);
    }
    ana.resize(8, 3);
    ana.see("papo");
    ana.resize(80, 24);
    ana.see("People and groups");
}

/// A key, a message and a resize at the same moment: a frame was once laid out for the previous size.
#[test]
fn frames_are_complete_while_the_window_is_resized() {
    let home = TempDir::new().unwrap();
    let port = free_port();
    let arguments = ["--port", port.as_str()];
    let mut ana = PersonAtTerminal::start_sized(home.path(), &arguments, 100, 40);
    ana.register("ana");
    let mut bia = PersonAtTerminal::start(home.path(), &arguments);
    bia.register("bia");
    for (person, other) in [(&mut bia, "● ana"), (&mut ana, "● bia")] {
        person.press("2");
        person.see(other);
        person.press(ENTER);
        person.see("No messages yet.");
    }
    for step in 0..400 {
        if step % 10 == 0 {
            bia.enter(&format!("mensagem {step}"));
        }
        for rows in [30, 12, 40] {
            ana.press("x");
            // The delay grows with each repetition, so that the window also shrinks while a frame is drawn.
            (0..step * 20).for_each(|_| std::hint::spin_loop());
            ana.resize(100, rows);
        }
    }
    // Bia's messages were sent through the server that ana hosts.
    bia.see("mensagem 390");
    bia.see_that("all of it stored", |screen| !screen.contains('⋯'));
    ana.resize(100, 39);
    ana.see_that("a frame of the last size", |screen| screen.lines().nth(38).is_some_and(|hints| hints.contains("Enter send")));
    ana.press(CTRL_Q);
    assert!(ana.ended(), "the program ended normally");
}

#[test]
fn a_listener_that_is_not_a_papo_server_is_reported() {
    // A listener that does not speak the protocol of papo.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let _ = std::io::Write::write_all(&mut stream.unwrap(), b"SSH-2.0-OpenSSH_9.6\r\n");
        }
    });
    let home = TempDir::new().unwrap();
    let ana = PersonAtTerminal::start(home.path(), &["--server", &address]);
    ana.see("The server at that address does not use encryption");
    let ana = PersonAtTerminal::start(home.path(), &["--server", &address, "--plaintext"]);
    ana.see("The program at that address is not a papo server.");
}

#[test]
fn the_language_can_be_set_to_portuguese() {
    let home = TempDir::new().unwrap();
    let port = free_port();
    let ana = PersonAtTerminal::start(home.path(), &["--port", &port, "--lang", "pt-BR"]);
    ana.see("o bate-papo que não perde suas mensagens");
    assert_eq!(Language::of_locale("pt"), Language::PtBr);
}

#[test]
fn starting_without_a_terminal_is_reported() {
    let home = TempDir::new().unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_papo"))
        .env("HOME", home.path())
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    assert!(!output.status.success());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("papo needs a terminal"), "{said}");
}

#[test]
fn an_unknown_certificate_is_confirmed_once_and_a_changed_one_is_refused() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let port: u16 = free_port().parse().unwrap();
    let serve = |data: &TempDir| {
        let config = Config::new(([127, 0, 0, 1], port).into(), data.path().to_owned());
        runtime.block_on(Server::start(config)).unwrap()
    };
    // The start of the fingerprint, as much as fits into one row.
    let beginning = |fingerprint: Fingerprint| fingerprint.to_string()[..30].to_owned();
    let address = format!("127.0.0.1:{port}");
    let (home, data) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let server = serve(&data);
    let first = beginning(server.fingerprint());

    let mut ana = PersonAtTerminal::start(home.path(), &["--server", &address]);
    ana.see("Do you trust this server?");
    ana.see(&first);
    ana.press(ENTER);
    ana.see("This field is required.");
    ana.fill("x");
    ana.press(ENTER);
    ana.see("Type yes if they are the same.");
    ana.see("Type yes  x");
    ana.press("\x7f");
    ana.see_no("Type yes  x");
    ana.enter("yes");
    ana.register("ana");
    // The fingerprint can be shown again later.
    ana.press("s");
    ana.see("encrypted, with the certificate you accepted");
    ana.see(&first);
    ana.press(ESC);
    ana.see_no(&first);
    ana.press(CTRL_Q);
    assert!(ana.ended());

    let mut ana = PersonAtTerminal::start(home.path(), &["--server", &address]);
    ana.sign_in("ana");
    ana.press(CTRL_Q);
    assert!(ana.ended());
    runtime.block_on(server.stop());

    let other = TempDir::new().unwrap();
    let server = serve(&other);
    let mut ana = PersonAtTerminal::start_sized(home.path(), &["--server", &address], 100, 40);
    ana.see("THE CERTIFICATE CHANGED");
    ana.see(&first);
    let second = beginning(server.fingerprint());
    ana.see(&second);
    ana.see("known_servers of papo's");
    ana.fill_sign_in("ana");
    ana.press(ENTER);
    ana.see("Not connected to the server.");
    assert!(!ana.screen().contains("papo · ana"), "the client must not sign in:\n{}", ana.screen());
    ana.press(CTRL_Q);
    assert!(ana.ended());
    let known_servers = home.path().join(".local/share/papo/known_servers");
    let known = std::fs::read_to_string(&known_servers).unwrap();
    assert!(known.contains(&first) && !known.contains(&second), "no key accepted the new certificate: {known}");

    // After the stored fingerprint is removed, as the message says, the question is asked again.
    std::fs::remove_file(known_servers).unwrap();
    let ana = PersonAtTerminal::start(home.path(), &["--server", &address]);
    ana.see("Do you trust this server?");
    ana.see(&second);
    runtime.block_on(server.stop());
}

#[test]
fn a_device_signed_out_from_another_one_shows_the_sign_in_screen() {
    let home = TempDir::new().unwrap();
    let port = free_port();
    let arguments = ["--port", port.as_str()];
    let mut desk = PersonAtTerminal::start(home.path(), &arguments);
    desk.register("ana");
    // The list is opened before the other device exists, and must be updated.
    desk.press("d");
    desk.see("this device");
    let mut lost = PersonAtTerminal::start(home.path(), &arguments);
    lost.see("connected");
    lost.fill_sign_in("ana");
    lost.tick_stay_signed_in();
    lost.press(ENTER);
    lost.see("papo · ana");

    desk.see_that("the other one, connected", |screen| screen.matches("(papo)").count() == 2 && screen.contains(" connected\n"));
    desk.press("\x1b[B");
    desk.see_that("it selected", |screen| screen.lines().any(|line| line.contains("▸") && line.ends_with(" connected")));
    desk.press("d");
    desk.see("signs it out, Esc cancels.");
    desk.press("y");
    desk.see("That device is signed out.");
    lost.see("You were signed out here from another device.");
    lost.see("Welcome");

    // The stored sign-in is removed as well.
    lost.press(CTRL_Q);
    assert!(lost.ended());
    let lost = PersonAtTerminal::start(home.path(), &arguments);
    lost.see("Welcome");
    lost.see("connected");
    assert!(!lost.screen().contains("papo · ana"));
    desk.press(ESC);
    desk.see("Create a group");
}

#[test]
fn staying_signed_in_lasts_until_signing_out() {
    let home = TempDir::new().unwrap();
    let port = free_port();
    let arguments = ["--port", port.as_str()];
    let mut ana = PersonAtTerminal::start(home.path(), &arguments);
    ana.register("ana");
    ana.press(CTRL_Q);
    assert!(ana.ended());

    let mut ana = PersonAtTerminal::start(home.path(), &arguments);
    ana.see("[ ] stay signed in");
    ana.fill_sign_in("ana");
    ana.tick_stay_signed_in();
    ana.press(ENTER);
    ana.see("papo · ana");
    ana.press(CTRL_Q);
    assert!(ana.ended());

    let mut ana = PersonAtTerminal::start(home.path(), &arguments);
    ana.see("papo · ana");
    ana.create_group("diario");
    ana.enter("/signout");
    ana.see("Welcome");
    ana.press(CTRL_Q);
    assert!(ana.ended());

    let ana = PersonAtTerminal::start(home.path(), &arguments);
    ana.see("Welcome");
    ana.see("connected");
    assert!(!ana.screen().contains("papo · ana"));
}

#[test]
fn signing_in_right_after_signing_out_waits_for_the_connection() {
    let home = TempDir::new().unwrap();
    let port = free_port();
    let mut ana = PersonAtTerminal::start(home.path(), &["--port", port.as_str()]);
    ana.register("ana");
    ana.create_group("diario");
    // Each of the first connections is closed by the server, so that the waits before the next ones grow.
    for _ in 0..3 {
        ana.enter("/signout");
        ana.see("Welcome");
        ana.fill(&password("ana"));
        ana.press(ENTER);
        ana.see_that("the account again, without an error", |screen| {
            assert!(!screen.contains("Not connected"), "{screen}");
            screen.contains("papo · ana")
        });
        ana.press("3");
        ana.see("type part of a name");
        ana.press(ENTER);
        ana.see("Write a message");
    }
}
