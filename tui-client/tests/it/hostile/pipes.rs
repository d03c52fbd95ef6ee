//! Checks that commands print no control characters of a hostile server, because their output may be viewed in a terminal.

use serde_json::Value;

use super::payloads::{all, is_foreign, mark};
use super::server::HostileServer;
use crate::scripts::Chat;

/// The output of a command that uses the hostile server.
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
fn messages_and_their_authors_are_cleaned() {
    let said = out(&["read", "person0", "--last", "300"]);
    check(&said, 'm');
    check(&said, 'u');
    check(&out(&["export", "person0"]), 'm');
    check(&out(&["export", "person0", "--format", "html"]), 'm');
}

#[test]
fn group_changes_are_cleaned() {
    // The cleaned name of the first group.
    let group = format!("#{} [2Jz", mark('g', 0));
    for format in ["text", "html"] {
        let happened = out(&["export", &group, "--format", format]);
        check(&happened, 'h');
        check(&happened, 'a');
    }
}

#[test]
fn json_contains_no_control_characters() {
    let out = out(&["export", "person0", "--format", "json"]);
    assert!(!out.chars().any(|c| c.is_control() && c != '\n'));
    for line in out.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        assert!(line["text"].is_string());
    }
}
