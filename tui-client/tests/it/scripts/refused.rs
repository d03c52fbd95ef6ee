//! Messages and exit codes of commands that fail.

use std::io::Write;
use std::path::Path;

use tempfile::TempDir;

use super::Chat;
use crate::pty::free_port;

#[test]
fn commands_without_a_sign_in_fail() {
    let chat = Chat::start();
    chat.run(&["send", "bia", "oi"]).failed(3, "No one is signed in to 127.0.0.1:");
    chat.keep_for(&chat.register("ana"), "no such token");
    for command in [&["send", "bia", "oi"][..], &["read", "bia"], &["tail"], &["export", "bia"]] {
        chat.run(command).failed(3, "You are signed out on this device.");
    }
}

#[test]
fn a_command_is_not_run_as_another_user() {
    let chat = Chat::start();
    let mut ana = chat.register_here("ana");
    let mut bia = chat.register_here("bia");
    chat.run(&["send", "bia", "oi", "--user", "caio"]).failed(3, "caio is not signed in to 127.0.0.1:");
    chat.run(&["send", "bia", "oi de ana", "--user", "Ana"]).done();
    chat.run(&["send", "ana", "oi de bia", "--user", "bia"]).done();
    chat.run(&["send", "ana", "a ultima"]).done();
    let conversation = ana.open("bia");
    assert_eq!(ana.texts(conversation), ["oi de ana", "oi de bia", "a ultima"]);
    assert_eq!(bia.conversation(conversation).unread, 1);
}

/// An older papo stored one token for each address.
#[test]
fn a_sign_in_of_an_older_papo_is_migrated_and_offered_only_once() {
    let chat = Chat::start();
    let (ana, key) = (chat.register("ana"), format!("here:{}", chat.port));
    chat.register("bia");
    chat.keep(&key, &ana.token);
    chat.run(&["send", "bia", "oi", "--user", "caio"]).failed(3, "ana is signed in on this machine, not caio.");
    assert_eq!(chat.sign_ins().get(&key).unwrap(), None);
    assert_eq!(chat.sign_ins().get(&format!("{}/ana", ana.server.unwrap())).unwrap(), Some(ana.token));
    chat.run(&["send", "bia", "oi"]).done();

    let other = Chat::start();
    let (server, key) = (other.register("ana").server.unwrap(), format!("here:{}", other.port));
    other.keep(&key, "a token of another server");
    other.run(&["send", "bia", "oi"]).failed(3, "You are signed out on this device.");
    other.run(&["send", "bia", "oi"]).failed(3, "No one is signed in to");
    assert_eq!(other.sign_ins().get(&server.to_string()).unwrap().as_deref(), Some("-"));
    assert_eq!(
        other.sign_ins().get(&key).unwrap().as_deref(),
        Some("a token of another server"),
        "the entry is kept for its own server"
    );
}

#[test]
fn a_sign_in_is_not_offered_to_another_server_at_the_same_address() {
    let chat = Chat::start();
    let key = format!("here:{}", chat.port);
    chat.keep(&format!("{key}/00010203-0405-0607-0809-0a0b0c0d0e0f"), "ana");
    chat.keep(&format!("{key}/00010203-0405-0607-0809-0a0b0c0d0e0f/ana"), "a token");
    chat.run(&["send", "bia", "oi"]).failed(3, "A different server than before answers at 127.0.0.1:");
    assert_eq!(chat.sign_ins().entries().unwrap().len(), 2, "the sign-in is kept");
}

#[test]
fn commands_do_not_host_a_server() {
    let chat = Chat::start();
    let port = free_port();
    let said = format!("No server is running on this machine at port {port}.");
    for command in [&["send", "bia", "oi"][..], &["read", "bia"], &["tail"], &["export", "bia"]] {
        chat.run_elsewhere(&[command, &["--port", &port]].concat(), b"").failed(4, &said);
    }
    assert!(!chat.folder().join("chat.db").exists());
    // The same message in Portuguese.
    let said = format!("Nenhum servidor está rodando nesta máquina na porta {port}.");
    chat.run_elsewhere(&["send", "bia", "oi", "--port", &port, "--lang", "pt"], b"").failed(4, &said);
}

#[test]
fn unknown_and_changed_certificates_are_not_trusted() {
    let chat = Chat::start();
    let ana = chat.register("ana");
    chat.register("bia");
    let address = format!("127.0.0.1:{}", chat.port);
    chat.keep(&address, &ana.token);
    let send = || chat.run_elsewhere(&["send", "bia", "oi", "--server", &address], b"");
    let shown = chat.server.as_ref().unwrap().fingerprint().to_string();
    send().failed(5, "was never accepted on this machine");
    send().failed(5, &shown);
    let known = chat.known_servers();
    assert_eq!(known.get(&address).unwrap(), None, "a failed command accepts no certificate");

    let another = "00:".repeat(31) + "00";
    known.set(&address, Some(&another)).unwrap();
    send().failed(5, "The server's certificate has changed.");

    known.set(&address, Some(&shown)).unwrap();
    assert_eq!(send().done(), "");
}

#[test]
fn an_unknown_recipient_is_reported() {
    let chat = Chat::start();
    chat.register_here("ana");
    chat.register("bia").create_group("secreto", &mut []);
    for command in ["send", "read", "export"] {
        let text = if command == "send" { &["oi"][..] } else { &[] };
        chat.run(&[&[command, "duda"], text].concat()).failed(1, "No one has that name.");
        chat.run(&[&[command, "ana"], text].concat()).failed(1, "That is you.");
        chat.run(&[&[command, "#secreto"], text].concat()).failed(1, "You are in no group named secreto.");
        chat.run(&[&[command, "a b"], text].concat()).failed(2, "A name can have letters and digits");
    }
}

#[test]
fn wrong_usage_exits_with_2() {
    let chat = Chat::start();
    for line in ["send", "send bia a b", "tail --after 1", "export bia --format pdf", "send bia oi --plaintext", "fly"] {
        let arguments: Vec<_> = line.split(' ').collect();
        let ran = chat.run_elsewhere(&arguments, b"");
        assert_eq!(ran.code, Some(2), "{line}: {ran:?}");
    }
}

/// A mistyped address was once taken for another server: the one on this machine, or the default port.
#[test]
fn an_invalid_address_exits_with_2_and_shows_the_format() {
    let chat = Chat::start();
    for address in ["127.0.0.1:99999", ":abc", "host:", "host:21000/", "http://host", "", "host:0", "[::1", "a b", "ana@host"] {
        for command in [&["send", "bia", "oi"][..], &[]] {
            let ran = chat.run_elsewhere(&[&["--server", address], command].concat(), b"");
            assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{address}: {ran:?}");
            let names_both = ran.err.contains(&format!("'{address}'")) || (address.is_empty() && ran.err.contains("--server"));
            assert!(names_both && ran.err.contains("HOST:PORT, [IPV6] or [IPV6]:PORT"), "{address}: {}", ran.err);
        }
    }
    for port in ["0", "65536", "abc", ""] {
        let ran = chat.run_elsewhere(&["--port", port, "send", "bia", "oi"], b"");
        assert_eq!((ran.code, ran.err.contains("--port")), (Some(2), true), "{port}: {ran:?}");
    }
}

#[test]
fn a_server_without_a_complete_line_is_reported_as_silent() {
    let chat = Chat::start();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    chat.keep(&format!("here:{port}"), "a token");
    std::thread::spawn(move || {
        let mut open = Vec::new();
        for mut stream in listener.incoming().map_while(Result::ok) {
            let _ = stream.write_all(b"{\"type\":");
            open.push(stream);
        }
    });
    chat.run_elsewhere(&["send", "bia", "oi", "--port", &port], b"").failed(4, "accepted the connection but did not reply");
}

#[test]
fn commands_work_without_a_writable_log() {
    let chat = Chat::start();
    chat.register_here("ana");
    chat.register("bia");
    let nowhere = TempDir::new().unwrap();
    let file: &Path = &nowhere.path().join("a file");
    std::fs::write(file, "").unwrap();
    let port = chat.port.to_string();
    let ended = chat.papo(&["send", "bia", "oi", "--port", &port]).env("XDG_STATE_HOME", file).output().unwrap();
    assert!(ended.status.success(), "{ended:?}");
}
