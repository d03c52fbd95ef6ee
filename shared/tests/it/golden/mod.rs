//! Golden lines: the exact text of each frame on the wire. Changing a line breaks existing clients.

mod promised;
mod samples;

use std::collections::BTreeSet;

use bytes::BytesMut;
use papo_shared::model::search::QueryProblem;
use papo_shared::model::{EntryKind, NameProblem, PasswordProblem, Seq};
use papo_shared::protocol::{
    Event, Goodbye, GoodbyeReason, Limits, Refusal, Registration, Reply, ReplyFrame, Request, RequestFrame, ServerFrame,
    encode_line,
};

use crate::names;
use promised::events::events;
use promised::refusals::refusals;
use promised::replies::replies;
use promised::requests::requests;

/// Every golden line, for collecting the names of all fields.
pub(crate) fn lines() -> Vec<&'static str> {
    let requests = requests().into_iter().map(|(line, _)| line);
    let replies = replies().into_iter().map(|(line, _)| line);
    requests.chain(replies).chain(events().into_iter().map(|(line, _)| line)).collect()
}

#[track_caller]
fn check_encodes(frame: &impl serde::Serialize, line: &str) {
    let mut encoded = BytesMut::new();
    encode_line(frame, &mut encoded);
    assert_eq!(std::str::from_utf8(&encoded).unwrap(), format!("{line}\n"));
}

#[track_caller]
fn check_complete(seen: impl Iterator<Item = &'static str>, all: &[&'static str]) {
    let seen: BTreeSet<&str> = seen.collect();
    let missing: Vec<&&str> = all.iter().filter(|name| !seen.contains(**name)).collect();
    assert!(missing.is_empty(), "without a golden line: {missing:?}");
}

/// The value of a string field (such as `type`) of a line, to compare with the names in `names`.
fn string_field<'a>(line: &'a str, field: &str) -> &'a str {
    let start = line.find(&format!(r#""{field}":""#)).unwrap() + field.len() + 4;
    &line[start..start + line[start..].find('"').unwrap()]
}

#[test]
fn requests_match_their_golden_lines() {
    let golden = requests();
    for (line, request) in &golden {
        let frame = RequestFrame { id: 7, request: request.clone() };
        check_encodes(&frame, line);
        assert_eq!(RequestFrame::decode(line.as_bytes()).unwrap(), frame, "{line}");
        assert_eq!(string_field(line, "type"), names::request(request));
    }
    check_complete(golden.iter().map(|(_, request)| names::request(request)), names::REQUESTS);
    let roles = golden.iter().filter_map(|(line, request)| match request {
        Request::SetRole(ask) => Some((string_field(line, "role"), names::role(&ask.role))),
        _ => None,
    });
    check_complete(roles.inspect(|(string_field, name)| assert_eq!(string_field, name)).map(|(_, name)| name), names::ROLES);
    let visibilities = golden.iter().filter_map(|(line, request)| match request {
        Request::SetVisibility(ask) => Some((string_field(line, "visibility"), names::visibility(&ask.visibility))),
        _ => None,
    });
    check_complete(
        visibilities.inspect(|(string_field, name)| assert_eq!(string_field, name)).map(|(_, name)| name),
        names::VISIBILITIES,
    );
    let levels = golden.iter().filter_map(|(line, request)| match request {
        Request::SetNotify(ask) => Some((string_field(line, "level"), names::notify_level(&ask.level))),
        _ => None,
    });
    check_complete(
        levels.inspect(|(string_field, name)| assert_eq!(string_field, name)).map(|(_, name)| name),
        names::NOTIFY_LEVELS,
    );
}

#[test]
fn replies_match_their_golden_lines() {
    let golden = replies();
    for (line, reply) in &golden {
        let frame = ReplyFrame { id: 7, reply: reply.clone() };
        check_encodes(&frame, line);
        assert_eq!(ServerFrame::decode(line.as_bytes()).unwrap(), ServerFrame::Reply(frame), "{line}");
        assert_eq!(string_field(line, "type"), names::reply(reply));
    }
    check_complete(golden.iter().map(|(_, reply)| names::reply(reply)), names::REPLIES);
    let kinds = golden.iter().filter_map(|(_, reply)| match reply {
        Reply::Conversation(summary) => Some(names::conversation_kind(&summary.kind)),
        _ => None,
    });
    check_complete(kinds, names::CONVERSATION_KINDS);
    let reasons = golden.iter().filter_map(|(_, reply)| match reply {
        Reply::Inbox(inbox) => Some(inbox.items.iter().map(|item| names::inbox_reason(&item.reason))),
        _ => None,
    });
    check_complete(reasons.flatten(), names::INBOX_REASONS);
}

#[test]
fn events_match_their_golden_lines() {
    let golden = events();
    for (line, event) in &golden {
        check_encodes(event, line);
        assert_eq!(ServerFrame::decode(line.as_bytes()).unwrap(), ServerFrame::Event(event.clone()), "{line}");
        assert_eq!(string_field(line, "type"), names::event(event));
    }
    check_complete(golden.iter().map(|(_, event)| names::event(event)), names::EVENTS);
    let kinds = golden.iter().filter_map(|(line, event)| match event {
        Event::EntryPosted(posted) => Some((string_field(line, "kind"), names::entry_kind(&posted.entry.kind))),
        _ => None,
    });
    check_complete(
        kinds.inspect(|(string_field, name)| assert_eq!(string_field, name)).map(|(_, name)| name),
        names::ENTRY_KINDS,
    );
    let reasons = golden.iter().filter_map(|(line, event)| match event {
        Event::Goodbye(goodbye) => Some((string_field(line, "reason"), names::goodbye_reason(&goodbye.reason))),
        _ => None,
    });
    check_complete(
        reasons.inspect(|(string_field, name)| assert_eq!(string_field, name)).map(|(_, name)| name),
        names::GOODBYE_REASONS,
    );
}

#[test]
fn refusals_match_their_golden_lines() {
    let golden = refusals();
    let (mut names_refused, mut passwords_refused, mut queries_refused) = (Vec::new(), Vec::new(), Vec::new());
    for (fields, refusal) in &golden {
        let line = format!(r#"{{"id":7,"type":"refused",{fields}}}"#);
        let frame = ReplyFrame { id: 7, reply: Reply::Refused(refusal.clone()) };
        check_encodes(&frame, &line);
        assert_eq!(ServerFrame::decode(line.as_bytes()).unwrap(), ServerFrame::Reply(frame), "{line}");
        let line = format!(r#"{{"type":"refused",{fields}}}"#);
        check_encodes(&Event::Refused(refusal.clone()), &line);
        assert_eq!(ServerFrame::decode(line.as_bytes()).unwrap(), ServerFrame::Event(Event::Refused(refusal.clone())), "{line}");
        assert_eq!(string_field(&line, "code"), names::refusal(refusal));
        match refusal {
            Refusal::UsernameInvalid { problem } => names_refused.push(names::name_problem(problem)),
            Refusal::PasswordInvalid { problem } => passwords_refused.push(names::password_problem(problem)),
            Refusal::QueryInvalid { problem } => queries_refused.push(names::query_problem(problem)),
            _ => {}
        }
    }
    check_complete(golden.iter().map(|(_, refusal)| names::refusal(refusal)), names::REFUSALS);
    check_complete(names_refused.into_iter(), names::NAME_PROBLEMS);
    check_complete(passwords_refused.into_iter(), names::PASSWORD_PROBLEMS);
    check_complete(queries_refused.into_iter(), names::QUERY_PROBLEMS);
}

#[test]
fn registration_policies_match_their_golden_lines_and_default_to_open() {
    let golden = [Registration::Open, Registration::Invite, Registration::Closed];
    for registration in golden {
        let word = names::registration(&registration);
        assert_eq!(serde_json::to_value(registration).unwrap(), word);
        let line = format!(
            r#"{{"id":7,"type":"welcome","protocol":1,"server":"x","server_id":"00010203-0405-0607-0809-0a0b0c0d0e0f","registration":"{word}","limits":LIMITS}}"#
        );
        assert_eq!(decoded_registration(&line), registration);
    }
    check_complete(golden.iter().map(names::registration), names::REGISTRATIONS);
    let newer = r#"{"id":7,"type":"welcome","protocol":1,"server":"x","server_id":"00010203-0405-0607-0809-0a0b0c0d0e0f","registration":"by_lot","limits":LIMITS}"#;
    assert_eq!(decoded_registration(newer), Registration::Other);
    let older = r#"{"id":7,"type":"welcome","protocol":1,"server":"x","server_id":"00010203-0405-0607-0809-0a0b0c0d0e0f","limits":LIMITS}"#;
    assert_eq!(decoded_registration(older), Registration::Open);
}

fn decoded_registration(line: &str) -> Registration {
    let line = line.replace("LIMITS", &serde_json::to_string(&Limits::default()).unwrap());
    match ServerFrame::decode(line.as_bytes()).unwrap() {
        ServerFrame::Reply(ReplyFrame { reply: Reply::Welcome(welcome), .. }) => welcome.registration,
        other => panic!("expected a welcome, got {other:?}"),
    }
}

#[test]
fn unknown_values_from_a_newer_peer_are_decoded_as_such() {
    let event = |line: &str| match ServerFrame::decode(line.as_bytes()).unwrap() {
        ServerFrame::Event(event) => event,
        ServerFrame::Reply(reply) => panic!("expected an event, got {reply:?}"),
    };
    assert_eq!(event(r#"{"type":"moon_rose"}"#), Event::Unknown);
    assert_eq!(event(r#"{"type":"refused","code":"moonless"}"#), Event::Refused(Refusal::Other));
    let goodbye = Goodbye { reason: GoodbyeReason::Other, come_back_ms: None };
    assert_eq!(event(r#"{"type":"goodbye","reason":"eclipse"}"#), Event::Goodbye(goodbye));
    let problem = Refusal::UsernameInvalid { problem: NameProblem::Other };
    assert_eq!(event(r#"{"type":"refused","code":"username_invalid","problem":"pale"}"#), Event::Refused(problem));
    let problem = Refusal::PasswordInvalid { problem: PasswordProblem::Other };
    assert_eq!(event(r#"{"type":"refused","code":"password_invalid","problem":"pale"}"#), Event::Refused(problem));
    let problem = Refusal::QueryInvalid { problem: QueryProblem::Other };
    assert_eq!(event(r#"{"type":"refused","code":"query_invalid","problem":"pale"}"#), Event::Refused(problem));
    let line = r#"{"type":"entry_posted","conversation":2,"entry":{"seq":4,"at":9,"author":"ana","kind":"moon_rose","phase":3}}"#;
    let Event::EntryPosted(posted) = event(line) else { panic!("expected an entry") };
    assert_eq!((posted.entry.seq, posted.entry.kind), (Seq(4), EntryKind::Unknown));
}

#[test]
fn a_field_of_the_request_may_occur_once_and_an_unknown_one_often() {
    let decode = |line: &str| RequestFrame::decode(line.as_bytes());
    for line in [
        r#"{"id":1,"type":"open_direct","username":"ana","username":"bia"}"#,
        r#"{"id":1,"id":2,"type":"ping"}"#,
        r#"{"id":1,"type":"ping","type":"ping"}"#,
    ] {
        let malformed = decode(line).unwrap_err();
        assert!(matches!(malformed.refusal, Refusal::WrongFields { .. }), "{line}: {malformed:?}");
    }
    for line in
        [r#"{"id":1,"type":"open_direct","username":"ana","moon":1,"moon":2}"#, r#"{"moon":1,"id":1,"moon":2,"type":"ping"}"#]
    {
        assert!(decode(line).is_ok(), "{line}");
    }
}
