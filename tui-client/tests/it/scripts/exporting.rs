//! `papo export`.

use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::time::Instant;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::person::Person;
use super::proxy::{At, between};
use super::reading::without_times;
use super::{Chat, PATIENCE};

/// HTML markup that is written into every text field.
const MARKUP: &str = "<script>alert(1)</script> & \"'<img src=x onerror=alert(1)>";

/// A group with every kind of entry.
fn group(chat: &Chat) -> Person {
    let mut ana = chat.register_here("ana");
    let mut bia = chat.register("bia");
    let group = bia.create_group("redes & <b>", &mut [&mut ana]);
    bia.say(group, "oi\ngente");
    bia.say(group, MARKUP);
    bia
}

#[test]
fn as_text() {
    let chat = Chat::start();
    group(&chat);
    let out = chat.run(&["export", "#redes & <b>"]).done();
    let said = format!("bia: {MARKUP}");
    assert_eq!(without_times(&out), ["* bia added ana", "bia: oi", "    gente", &said]);
}

#[test]
fn a_json_export_contains_the_log() {
    let chat = Chat::start();
    group(&chat);
    let out = chat.run(&["export", "#redes & <b>", "--format", "json"]).done();
    let lines: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let kinds: Vec<_> = lines.iter().map(|line| line["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["member_added", "message", "message"]);
    assert_eq!(lines[2]["text"], MARKUP);
    assert_eq!(lines[2]["to"], "#redes & <b>");
}

#[test]
fn an_html_export_escapes_all_text() {
    let chat = Chat::start();
    group(&chat);
    let out = chat.run(&["export", "#redes & <b>", "--format", "html"]).done();
    assert!(out.starts_with("<!doctype html>\n<html lang=\"en\">"), "{out}");
    assert!(out.ends_with("</html>\n"), "{out}");
    assert!(out.contains("<h1>#redes &amp; &lt;b&gt;</h1>"), "{out}");
    assert!(out.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;&#39;&lt;img src=x onerror=alert(1)&gt;"), "{out}");
    assert!(out.contains("bia added ana"), "{out}");
    for markup in ["<script", "<img", "<b>&", "http:", "https:"] {
        assert!(!out.contains(markup), "{markup} in {out}");
    }
}

#[test]
fn an_export_of_several_pages_is_complete_and_in_order() {
    let chat = Chat::start();
    let mut ana = chat.register_here("ana");
    chat.register("bia");
    let conversation = ana.open("bia");
    let texts: Vec<_> = (0..450).map(|n| format!("mensagem {n}")).collect();
    for text in &texts {
        ana.say(conversation, text);
    }
    let file = chat.home.path().join("bia.jsonl");
    assert_eq!(chat.run(&["export", "bia", "-o", file.to_str().unwrap()]).done(), "");
    let out = std::fs::read_to_string(&file).unwrap();
    let said: Vec<Value> = out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["text"].clone()).collect();
    assert_eq!(said, texts);
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "only the owner can read the file");
}

#[test]
fn a_dash_writes_the_export_to_standard_output() {
    let chat = Chat::start();
    let mut ana = chat.register_here("ana");
    chat.register("bia");
    let conversation = ana.open("bia");
    ana.say(conversation, "oi");
    let folder = chat.home.path().join("exports");
    std::fs::create_dir(&folder).unwrap();
    let port = chat.port.to_string();
    let ended = chat.papo(&["export", "bia", "-o", "-", "--port", &port]).current_dir(&folder).output().unwrap();
    assert!(ended.status.success() && String::from_utf8(ended.stdout).unwrap().ends_with("ana: oi\n"), "{:?}", ended.stderr);
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
}

#[test]
fn an_exported_file_is_replaced_completely_or_not_at_all() {
    let chat = Chat::start();
    let folder = chat.home.path().join("exports");
    std::fs::create_dir(&folder).unwrap();
    chat.register_here("ana");
    let file = folder.join("a.txt");
    std::fs::write(&file, "what it was").unwrap();
    let path = file.to_str().unwrap();
    chat.run(&["export", "duda", "-o", path]).failed(1, "No one has that name.");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "what it was");
    let there: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|item| item.unwrap().file_name()).collect();
    assert_eq!(there, ["a.txt"], "no temporary file is left");

    chat.run(&["export", "duda", "-o", folder.to_str().unwrap()]).failed(1, "is not a file");
    chat.run(&["export", "duda", "-o", "/dev/null"]).failed(1, "is not a file");
    let link = folder.join("link.txt");
    std::os::unix::fs::symlink(&file, &link).unwrap();
    chat.run(&["export", "duda", "-o", link.to_str().unwrap()]).failed(1, "is a symbolic link");
    assert!(link.is_symlink() && std::fs::read_to_string(&file).unwrap() == "what it was");
    let nowhere = folder.join("nowhere/a.txt");
    chat.run(&["export", "duda", "-o", nowhere.to_str().unwrap()]).failed(1, "The output cannot be written");

    chat.register("bia").open("ana");
    chat.run(&["export", "bia", "-o", path]).done();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "", "nothing was said");
}

#[test]
fn an_interrupted_export_leaves_no_file() {
    let chat = Chat::start();
    let folder = chat.home.path().join("exports");
    std::fs::create_dir(&folder).unwrap();
    let mut ana = chat.register_here("ana");
    chat.register("bia");
    let conversation = ana.open("bia");
    ana.say(conversation, "oi");
    let stuck = between(chat.port, "\"type\":\"entries\"", At::Swallow);
    chat.keep(&format!("here:{stuck}"), &ana.token);
    let file = folder.join("bia.html");
    let arguments = ["export", "bia", "-o", file.to_str().unwrap(), "--port", &stuck.to_string()];
    let mut papo = chat.papo(&arguments).spawn().unwrap();
    let there = || std::fs::read_dir(&folder).unwrap().count();
    let deadline = Instant::now() + PATIENCE;
    while there() == 0 {
        assert!(Instant::now() < deadline, "the export has not started");
        std::thread::yield_now();
    }
    kill_process(Pid::from_raw(papo.id().cast_signed()).unwrap(), Signal::INT).unwrap();
    let ended = papo.wait().unwrap();
    assert_eq!(ended.signal(), Some(Signal::INT.as_raw()), "the exit status must contain the signal: {ended:?}");
    assert_eq!(there(), 0, "no file is left");
}
