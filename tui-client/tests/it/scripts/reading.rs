//! `papo read`.

use serde_json::Value;

use super::Chat;

/// The lines without their leading times, whose format is checked.
pub(super) fn without_times(out: &str) -> Vec<String> {
    let is_time = |time: &str| jiff::civil::DateTime::strptime("%Y-%m-%d %H:%M", time).is_ok();
    out.lines()
        .map(|line| match line.split_at_checked(16) {
            Some((time, rest)) if is_time(time) => rest.strip_prefix(' ').expect("a space after the time").to_owned(),
            _ => line.to_owned(),
        })
        .collect()
}

#[test]
fn printed_messages_stay_unread_until_they_are_marked() {
    let chat = Chat::start();
    let mut ana = chat.register_here("ana");
    let mut bia = chat.register("bia");
    let group = bia.create_group("redes", &mut [&mut ana]);
    bia.say(group, "oi gente");
    ana.say(group, "oi bia");
    bia.say(group, "duas\nlinhas\n2026-11-20 14:05 ana: não fui eu");
    let unread = ["bia: oi gente", "bia: duas", "    linhas", "    2026-11-20 14:05 ana: não fui eu"];

    assert_eq!(without_times(&chat.run(&["read", "#redes"]).done()), unread);
    assert_eq!(ana.conversation(group).unread, 2, "printing messages does not mark them as read");
    assert_eq!(without_times(&chat.run(&["read", "#redes", "--mark-read"]).done()), unread);
    assert_eq!(ana.conversation(group).unread, 0);
    assert_eq!(chat.run(&["read", "#redes"]).done(), "");

    let last = without_times(&chat.run(&["read", "#redes", "--last", "2"]).done());
    assert_eq!(last, ["ana: oi bia", "bia: duas", "    linhas", "    2026-11-20 14:05 ana: não fui eu"]);
    assert_eq!(without_times(&chat.run(&["read", "#redes", "--last", "99"]).done()).len(), 5);
}

#[test]
fn marking_as_read_is_refused_if_older_unread_messages_were_not_printed() {
    let chat = Chat::start();
    let mut ana = chat.register_here("ana");
    let mut bia = chat.register("bia");
    let conversation = bia.open("ana");
    for n in 1..=3 {
        bia.say(conversation, &format!("mensagem {n}"));
    }
    let ran = chat.run(&["read", "bia", "--last", "2", "--mark-read"]);
    assert_eq!((ran.code, without_times(&ran.out)), (Some(1), vec!["bia: mensagem 2".into(), "bia: mensagem 3".into()]));
    assert!(ran.err.contains("1 older unread message"), "{ran:?}");
    assert_eq!(ana.conversation(conversation).unread, 3);
    assert_eq!(chat.run(&["read", "bia", "--last", "3", "--mark-read"]).done().lines().count(), 3);
    assert_eq!(ana.conversation(conversation).unread, 0);
}

#[test]
fn several_pages_of_unread_messages_are_printed() {
    let chat = Chat::start();
    let ana = chat.register_here("ana");
    let mut bia = chat.register("bia");
    let conversation = bia.open("ana");
    let texts: Vec<_> = (0..450).map(|n| format!("mensagem {n}")).collect();
    for text in &texts {
        bia.say(conversation, text);
    }
    let said: Vec<_> = texts.iter().map(|text| format!("bia: {text}")).collect();
    assert_eq!(without_times(&chat.run(&["read", "bia"]).done()), said);
    assert_eq!(without_times(&chat.run(&["read", "bia", "--last", "300"]).done()), said[150..]);
    drop(ana);
}

#[test]
fn json_output_has_one_message_per_line() {
    let chat = Chat::start();
    chat.register_here("ana");
    let mut bia = chat.register("bia");
    let conversation = bia.open("ana");
    bia.say(conversation, "\"aspas\"\ne linhas");
    let out = chat.run(&["read", "bia", "--json"]).done();
    let line: Value = serde_json::from_str(out.strip_suffix('\n').unwrap()).unwrap();
    assert_eq!(line["conversation"], conversation.0);
    assert_eq!(line["to"], "@bia");
    assert_eq!(line["seq"], 1);
    assert_eq!(line["author"], "bia");
    assert_eq!(line["kind"], "message");
    assert_eq!(line["text"], "\"aspas\"\ne linhas");
    assert!(line["at"].is_i64());
}
