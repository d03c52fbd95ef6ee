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
fn a_message_is_sent_and_nothing_is_printed() {
    let chat = Chat::start();
    let mut ana = chat.register_here("ana");
    chat.register("bia");
    chat.register("caio");
    let group = ana.create_group("Redes", &mut []);
    let bia = ana.open("bia");

    assert_eq!(chat.run(&["send", "bia", "oi bia"]).done(), "");
    assert_eq!(chat.run(&["send", "@Bia", "--", "--json"]).done(), "");
    assert_eq!(chat.run_with(&["send", "bia"], b"uma linha\n  outra\n").done(), "");
    assert_eq!(ana.texts(bia), ["oi bia", "--json", "uma linha\n  outra"]);
    assert_eq!(chat.run_with(&["send", "bia", "-"], b"da entrada\n").done(), "");
    assert_eq!(ana.texts(bia).last().unwrap(), "da entrada");

    assert_eq!(chat.run(&["send", "#redes", "oi gente"]).done(), "");
    assert_eq!(ana.texts(group), ["oi gente"]);
    // The conversation with this user does not exist yet.
    chat.run(&["send", "caio", "oi caio"]).done();
    let caio = ana.open("caio");
    assert_eq!(ana.texts(caio), ["oi caio"]);
}

#[test]
fn json_output_contains_the_position_of_the_message() {
    let chat = Chat::start();
    let mut ana = chat.register_here("ana");
    let group = ana.create_group("redes", &mut []);
    let out = chat.run(&["send", "#Redes", "oi", "--json"]).done();
    let line: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&line["conversation"], &line["to"], &line["seq"]), (&group.0.into(), &"#redes".into(), &2.into()), "{out}");
    assert!(line["at"].is_i64() && line["client_id"].is_string(), "{out}");
    assert_eq!(out.lines().count(), 1);
}

/// After a temporary failure, such as a full disk, the same message is sent again, and nothing is printed.
#[test]
fn a_message_that_could_not_be_stored_is_repeated_with_the_same_id() {
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
fn a_message_over_the_limit_is_refused_before_anything_is_sent() {
    let chat = Chat::start();
    let mut ana = chat.register_here("ana");
    chat.register("bia");
    let longest = "x".repeat(MAX_MESSAGE_BYTES);
    // The newline at the end of a text file is not part of the message.
    chat.run_with(&["send", "bia"], format!("{longest}\n").as_bytes()).done();
    let too_long = "The message is too long (at most 16 KiB)";
    chat.run_with(&["send", "bia"], format!("{longest}x").as_bytes()).failed(1, too_long);
    chat.run_with(&["send", "bia"], &vec![b'x'; 1 << 20]).failed(1, too_long);
    chat.run_with(&["send", "bia"], b"\n \n").failed(1, "The message has no visible text");
    chat.run_with(&["send", "bia"], b"a\xffb").failed(1, "not text in UTF-8");
    let bia = ana.open("bia");
    assert_eq!(ana.texts(bia), [longest]);
}

/// Reading standard input once blocked the handling of signals, so that Ctrl-C had no effect half of the time.
#[test]
fn a_signal_ends_a_command_that_waits_for_input() {
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
fn a_message_stored_before_the_connection_was_lost_is_not_stored_again() {
    let chat = Chat::start();
    let mut ana = chat.register_here("ana");
    chat.register("bia");
    let cut = between(chat.port, "message_stored", At::CutOnce);
    chat.keep(&format!("here:{cut}"), &ana.token);
    let out = chat.run_elsewhere(&["send", "bia", "uma vez", "--json", "--port", &cut.to_string()], b"").done();
    let line: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(line["seq"], 1, "the repeated message has the same client id");
    let bia = ana.open("bia");
    assert_eq!(ana.texts(bia), ["uma vez"]);
}
