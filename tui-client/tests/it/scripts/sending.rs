//! `papo send`.

use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::process::Stdio;
use std::time::Instant;

use papo_shared::model::limits::MAX_MESSAGE_BYTES;
use rustix::io::ioctl_fionread;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::proxy::{At, between};
use super::{Chat, PATIENCE, failing};

#[test]
fn what_is_sent_is_there_and_nothing_is_printed() {
    let chat = Chat::start();
    let mut ana = chat.register_here("ana");
    chat.register("bia");
    chat.register("caio");
    let group = ana.create_group("Redes", &[]);
    let bia = ana.open("bia");

    assert_eq!(chat.run(&["send", "bia", "oi bia"]).done(), "");
    assert_eq!(chat.run(&["send", "@Bia", "--", "--json"]).done(), "");
    assert_eq!(chat.run_with(&["send", "bia"], b"uma linha\n  outra\n").done(), "");
    assert_eq!(ana.texts(bia), ["oi bia", "--json", "uma linha\n  outra"]);
    assert_eq!(chat.run_with(&["send", "bia", "-"], b"da entrada\n").done(), "");
    assert_eq!(ana.texts(bia).last().unwrap(), "da entrada");

    assert_eq!(chat.run(&["send", "#redes", "oi gente"]).done(), "");
    assert_eq!(ana.texts(group), ["oi gente"]);
    // With somebody one never wrote to, it begins with this.
    chat.run(&["send", "caio", "oi caio"]).done();
    let caio = ana.open("caio");
    assert_eq!(ana.texts(caio), ["oi caio"]);
}

#[test]
fn with_json_it_says_where_the_message_stands() {
    let chat = Chat::start();
    let mut ana = chat.register_here("ana");
    let group = ana.create_group("redes", &[]);
    let out = chat.run(&["send", "#Redes", "oi", "--json"]).done();
    let line: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&line["conversation"], &line["to"], &line["seq"]), (&group.0.into(), &"#redes".into(), &2.into()), "{out}");
    assert!(line["at"].is_i64() && line["client_id"].is_string(), "{out}");
    assert_eq!(out.lines().count(), 1);
}

/// A full disk, for example: the same message is sent again, and nothing is said about it once it is stored.
#[test]
fn a_message_that_the_server_fails_to_store_is_sent_again_under_the_same_id() {
    let chat = Chat::start();
    let (port, sent) = failing::server(2);
    chat.keep(&format!("here:{port}"), "a token");
    let ran = chat.run_elsewhere(&["send", "bia", "oi", "--port", &port.to_string()], b"");
    assert_eq!(ran.done(), "");
    let sent: Vec<_> = sent.iter().collect();
    assert_eq!(sent.len(), 3, "{sent:?}");
    assert!(sent.iter().all(|send| *send == sent[0]), "{sent:?}");
}

#[test]
fn the_longest_message_goes_and_a_longer_one_is_refused_before_anything_is_sent() {
    let chat = Chat::start();
    let mut ana = chat.register_here("ana");
    chat.register("bia");
    let longest = "x".repeat(MAX_MESSAGE_BYTES);
    // The newline that ends a text file does not count.
    chat.run_with(&["send", "bia"], format!("{longest}\n").as_bytes()).done();
    let too_long = "The message is too long (at most 16 KiB)";
    chat.run_with(&["send", "bia"], format!("{longest}x").as_bytes()).failed(1, too_long);
    chat.run_with(&["send", "bia"], &vec![b'x'; 1 << 20]).failed(1, too_long);
    chat.run_with(&["send", "bia"], b"\n \n").failed(1, "The message has no visible text");
    chat.run_with(&["send", "bia"], b"a\xffb").failed(1, "not text in UTF-8");
    let bia = ana.open("bia");
    assert_eq!(ana.texts(bia), [longest]);
}

/// The input was once waited for where signals are, so that none of them ended it, and Ctrl-C did nothing, half of the time.
#[test]
fn an_input_that_never_ends_can_be_ended_by_a_signal() {
    let chat = Chat::start();
    chat.register_here("ana");
    for _ in 0..8 {
        let mut papo = chat.papo(&["send", "bia"]).stdin(Stdio::piped()).spawn().unwrap();
        let mut input = papo.stdin.take().unwrap();
        input.write_all(b"x").unwrap();
        let deadline = Instant::now() + PATIENCE;
        while ioctl_fionread(&input).unwrap() > 0 {
            assert!(Instant::now() < deadline, "the input is read");
            std::thread::yield_now();
        }
        kill_process(Pid::from_raw(papo.id().cast_signed()).unwrap(), Signal::INT).unwrap();
        let ended = loop {
            if let Some(ended) = papo.try_wait().unwrap() {
                break ended;
            }
            if Instant::now() > deadline {
                papo.kill().unwrap();
            }
            std::thread::yield_now();
        };
        assert_eq!(ended.signal(), Some(Signal::INT.as_raw()));
    }
}

#[test]
fn what_was_stored_when_the_line_was_cut_is_not_stored_again() {
    let chat = Chat::start();
    let mut ana = chat.register_here("ana");
    chat.register("bia");
    let cut = between(chat.port, "message_stored", At::CutOnce);
    chat.keep(&format!("here:{cut}"), &ana.token);
    let out = chat.run_elsewhere(&["send", "bia", "uma vez", "--json", "--port", &cut.to_string()], b"").done();
    let line: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(line["seq"], 1, "the same as the first time");
    let bia = ana.open("bia");
    assert_eq!(ana.texts(bia), ["uma vez"]);
}
