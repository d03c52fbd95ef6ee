//! What a server that does not clean says reaches a pipe with nothing but text: whoever looks at it looks in a terminal.

use serde_json::Value;

use super::payloads::{all, is_foreign, mark};
use super::server::HostileServer;
use crate::scripts::Chat;

/// What a command printed for that server.
fn out(arguments: &[&str]) -> String {
    let (server, chat) = (HostileServer::start(), Chat::start());
    chat.keep(&server.address, "a token");
    chat.run_elsewhere(&[arguments, &["--server", &server.address, "--plaintext"]].concat(), b"").done()
}

#[track_caller]
fn check(out: &str, field: char) {
    for at in 0..all().len() {
        assert!(out.contains(&mark(field, at)), "{} is there", mark(field, at));
    }
    let foreign = out.chars().find(|c| is_foreign(*c) && !matches!(c, '\n' | '\t'));
    assert_eq!(foreign, None);
}

#[test]
fn what_was_said_and_by_whom() {
    let said = out(&["read", "person0", "--last", "300"]);
    check(&said, 'm');
    check(&said, 'u');
    check(&out(&["export", "person0"]), 'm');
    check(&out(&["export", "person0", "--format", "html"]), 'm');
}

#[test]
fn what_happened() {
    // The first of the groups, as its name is once it is clean.
    let group = format!("#{} [2Jz", mark('g', 0));
    for format in ["text", "html"] {
        let happened = out(&["export", &group, "--format", format]);
        check(&happened, 'h');
        check(&happened, 'a');
    }
}

#[test]
fn json_has_no_control_character_whoever_wrote_it() {
    let out = out(&["export", "person0", "--format", "json"]);
    assert!(!out.chars().any(|c| c.is_control() && c != '\n'));
    for line in out.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        assert!(line["text"].is_string());
    }
}
