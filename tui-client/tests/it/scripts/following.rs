//! `papo tail`.

use std::process::Stdio;

use papo_shared::model::ConversationId;
use rustix::process::Signal;

use super::person::Person;
use super::reading::without_times;
use super::{Chat, Following};

/// The line without its time.
#[track_caller]
fn line(tail: &Following) -> String {
    without_times(&tail.line()).remove(0)
}

/// Sends messages until one is printed. From then on, none may be missing.
fn until_followed(person: &mut Person, conversation: ConversationId, tail: &Following) {
    while tail.lines.try_recv().is_err() {
        person.say(conversation, "há alguém?");
    }
    // The messages sent in the meantime are printed first.
    person.say(conversation, "então");
    while !tail.line().contains("então") {}
}

#[test]
fn events_of_all_conversations_are_printed() {
    let chat = Chat::start();
    let mut ana = chat.register_here("ana");
    let mut bia = chat.register("bia");
    let direct = bia.open("ana");
    let tail = chat.follow(&["tail"]);
    until_followed(&mut bia, direct, &tail);

    bia.say(direct, "oi ana");
    assert_eq!(line(&tail), "@bia bia: oi ana");
    ana.say(direct, "oi bia");
    assert_eq!(line(&tail), "@bia ana: oi bia", "messages sent on other devices are printed as well");
    // A newly created group.
    let group = bia.create_group("redes", &mut [&mut ana]);
    assert_eq!(line(&tail), "#redes * bia added ana");
    bia.say(group, "oi gente");
    assert_eq!(line(&tail), "#redes bia: oi gente");
    assert_eq!(tail.end(Signal::INT), (Some(0), vec![]), "Ctrl-C ends it normally");
}

#[test]
fn one_conversation_is_followed_from_a_given_position() {
    let chat = Chat::start();
    let mut ana = chat.register_here("ana");
    let mut bia = chat.register("bia");
    let direct = bia.open("ana");
    let group = bia.create_group("redes", &mut [&mut ana]);
    for text in ["um", "dois", "três"] {
        bia.say(group, text);
    }
    let tail = chat.follow(&["tail", "#redes", "--after", "3", "--json"]);
    let (first, second) = (tail.json(), tail.json());
    assert_eq!((&first["seq"], &first["text"]), (&4.into(), &"dois".into()));
    assert_eq!((&second["seq"], &second["text"]), (&5.into(), &"três".into()));
    bia.say(direct, "isto não");
    bia.say(group, "quatro");
    assert_eq!(tail.json()["text"], "quatro");
    assert_eq!(tail.end(Signal::TERM), (Some(0), vec![]));
}

#[test]
fn no_message_is_missing_or_duplicated_after_a_server_restart() {
    let mut chat = Chat::start();
    let mut ana = chat.register_here("ana");
    let mut bia = chat.register("bia");
    let group = bia.create_group("redes", &mut [&mut ana]);
    let tail = chat.follow(&["tail", "--json"]);
    until_followed(&mut bia, group, &tail);
    let mut last = bia.say(group, "antes");
    assert_eq!(tail.json()["text"], "antes");
    for round in 0..3 {
        chat.stop();
        chat.serve();
        bia.come_back();
        // Most of these are sent before the command has reconnected.
        for n in 0..250 {
            bia.say(group, &format!("{round}.{n}"));
        }
        for n in 0..250 {
            let line = tail.json();
            last = last.next();
            assert_eq!((&line["seq"], &line["text"]), (&last.0.into(), &format!("{round}.{n}").into()));
        }
    }
    assert_eq!(tail.end(Signal::INT), (Some(0), vec![]));
}

#[test]
fn tail_ends_with_a_message_when_the_user_is_removed() {
    let chat = Chat::start();
    let mut ana = chat.register_here("ana");
    let mut bia = chat.register("bia");
    let group = bia.create_group("redes", &mut [&mut ana]);
    let tail = chat.follow(&["tail", "#redes", "--after", "0"]);
    assert_eq!(line(&tail), "* bia added ana");
    let leave = papo_shared::protocol::LeaveGroup { conversation: group };
    ana.ask(papo_shared::protocol::Request::LeaveGroup(leave));
    assert_eq!(line(&tail), "* ana left");
    assert_eq!(tail.ended(), Some(1));
}

#[test]
fn tail_ends_when_its_output_is_closed() {
    let chat = Chat::start();
    let _ana = chat.register_here("ana");
    let mut bia = chat.register("bia");
    let direct = bia.open("ana");
    bia.say(direct, "um");
    let port = chat.port.to_string();
    let mut papo = chat.papo(&["tail", "bia", "--after", "0", "--port", &port]);
    let mut tail = papo.stdout(Stdio::piped()).spawn().unwrap();
    let mut out = std::io::BufReader::new(tail.stdout.take().unwrap());
    let mut first = String::new();
    std::io::BufRead::read_line(&mut out, &mut first).unwrap();
    assert!(first.ends_with("bia: um\n"), "{first}");
    drop(out);
    let ended = tail.wait_with_output().unwrap();
    assert_eq!((ended.status.code(), ended.stderr.len()), (Some(0), 0), "{ended:?}");
}
