//! Checks `PROTOCOL.md` against the code.

use std::collections::BTreeSet;

use papo_shared::model::{limits as values, search};
use papo_shared::protocol::limits as wire;
use papo_shared::protocol::{Event, Limits, PROTOCOL_VERSION, Refusal, Reply, ReplyFrame, Request, RequestFrame, ServerFrame};
use serde_json::Value;

use crate::{golden, names};

const DOCUMENT: &str = include_str!("../../PROTOCOL.md");

/// The text of the section with this heading, up to the next heading of the same level.
fn section(heading: &str) -> &'static str {
    let start = DOCUMENT.find(heading).unwrap_or_else(|| panic!("no heading {heading:?}"));
    let rest = &DOCUMENT[start + heading.len()..];
    &rest[..rest.find("\n## ").unwrap_or(rest.len())]
}

/// The code spans in the first column of the section's tables, without the header rows.
fn rows(heading: &str) -> BTreeSet<&'static str> {
    let lines: Vec<&str> = section(heading).lines().collect();
    let rows = lines.windows(2).filter(|pair| !pair[1].starts_with("| ---")).map(|pair| pair[0]);
    rows.filter_map(|row| row.strip_prefix("| `")?.split('`').next()).collect()
}

#[track_caller]
fn check_same(documented: &BTreeSet<&str>, in_code: &[&'static str], also: &[&'static str]) {
    let in_code: BTreeSet<&str> = in_code.iter().chain(also).copied().collect();
    let missing: Vec<_> = in_code.difference(documented).collect();
    let left_over: Vec<_> = documented.difference(&in_code).collect();
    assert!(missing.is_empty() && left_over.is_empty(), "not in the document: {missing:?}; only in the document: {left_over:?}");
}

/// The example lines, each with its sender: `C` or `S`. The document folds a long line: the rest of it is indented.
fn examples() -> impl Iterator<Item = (char, String)> {
    let fences = DOCUMENT.split("```json\n").skip(1).map(|rest| rest.split("```").next().unwrap_or_default());
    fences.flat_map(|fence| {
        let unfolded = fence.replace("\n   ", "");
        unfolded.lines().map(with_sender).collect::<Vec<_>>()
    })
}

fn with_sender(line: &str) -> (char, String) {
    match line.split_once(": ") {
        Some(("C", frame)) => ('C', frame.to_owned()),
        Some(("S", frame)) => ('S', frame.to_owned()),
        _ => panic!("an example line without a sender: {line}"),
    }
}

#[test]
fn every_example_decodes_and_encodes_to_the_same_frame() {
    let mut checked = 0;
    for (sender, line) in examples() {
        let example: Value = serde_json::from_str(&line).unwrap();
        let encoded = if sender == 'C' {
            let frame = RequestFrame::decode(line.as_bytes()).unwrap_or_else(|malformed| panic!("{malformed:?} for {line}"));
            assert_ne!(frame.request, Request::Unknown, "{line}");
            serde_json::to_value(&frame)
        } else {
            let frame = ServerFrame::decode(line.as_bytes()).unwrap_or_else(|error| panic!("{error} for {line}"));
            match frame {
                ServerFrame::Reply(frame) => {
                    assert!(!matches!(frame.reply, Reply::Unknown | Reply::Refused(Refusal::Other)), "{line}");
                    serde_json::to_value::<ReplyFrame>(frame)
                }
                ServerFrame::Event(event) => {
                    assert!(!matches!(event, Event::Unknown | Event::Refused(Refusal::Other)), "{line}");
                    serde_json::to_value(event)
                }
            }
        };
        assert_eq!(encoded.unwrap(), example, "{line}");
        checked += 1;
    }
    assert!(checked > 80, "only {checked} lines of examples were found");
}

#[test]
fn every_frame_is_documented() {
    let requests = section("## 5. Requests and their replies");
    let named: BTreeSet<&str> = requests.split("**`").skip(1).filter_map(|rest| rest.split('`').next()).collect();
    let replies: Vec<&str> = names::REPLIES.iter().copied().filter(|name| *name != "refused").collect();
    check_same(&named, names::REQUESTS, &replies);
    for request in names::REQUESTS {
        assert!(requests.contains(&format!("\n**`{request}`**")), "{request} does not begin a paragraph");
    }
    check_same(&rows("## 6. Events"), names::EVENTS, &[]);
    check_same(&rows("## 9. Goodbye"), names::GOODBYE_REASONS, &[]);
}

#[test]
fn every_code_and_kind_is_documented() {
    check_same(&rows("## 8. Refusals"), names::REFUSALS, &[]);
    let fields_of_entries = ["seq", "at", "author", "kind"];
    let fields_of_messages = [
        "client_id",
        "text",
        "reply_to",
        "mentions",
        "changed",
        "edited_at",
        "deleted",
        "expired",
        "by_operator",
        "deleted_by",
        "reactions",
    ];
    let fields: Vec<&str> = fields_of_entries.into_iter().chain(fields_of_messages).collect();
    check_same(&rows("## 7. Entries"), names::ENTRY_KINDS, &fields);
    let problems = section("## 8. Refusals");
    for problem in names::NAME_PROBLEMS.iter().chain(names::PASSWORD_PROBLEMS).chain(names::QUERY_PROBLEMS) {
        assert!(problems.contains(&format!("`{problem}`")), "the problem {problem} is not in the document");
    }
    for registration in names::REGISTRATIONS {
        assert!(section("## 5. Requests").contains(&format!("`{registration}` (")), "{registration} is not in the document");
    }
    for name in names::ROLES.iter().chain(names::NOTIFY_LEVELS).chain(names::VISIBILITIES) {
        assert!(section("## 4. Values").contains(&format!("| `\"{name}\"` |")), "{name} is not in the document");
    }
    for reason in names::INBOX_REASONS {
        assert!(section("## 5. Requests").contains(&format!("`{reason}` (")), "the reason {reason} is not in the document");
    }
    for kind in names::CONVERSATION_KINDS {
        assert!(section("## 4. Values").contains(&format!("`\"{kind}\"`")), "the kind {kind} is not in the document");
    }
}

#[test]
fn every_field_is_documented() {
    fn fields(value: &Value, into: &mut BTreeSet<String>) {
        match value {
            Value::Object(object) => object.iter().for_each(|(name, value)| {
                into.insert(name.clone());
                fields(value, into);
            }),
            Value::Array(values) => values.iter().for_each(|value| fields(value, into)),
            _ => {}
        }
    }
    let mut all = BTreeSet::new();
    for line in golden::lines() {
        fields(&serde_json::from_str(line).unwrap(), &mut all);
    }
    let missing: Vec<_> = all.iter().filter(|name| !DOCUMENT.contains(&format!("`{name}`"))).collect();
    assert!(missing.is_empty(), "undocumented fields: {missing:?}");
}

#[test]
fn every_limit_is_documented_with_its_value() {
    let limits = section("## 15. Limits");
    let Value::Object(announced) = serde_json::to_value(Limits::default()).unwrap() else { panic!("limits are an object") };
    for (name, number) in &announced {
        assert!(limits.contains(&format!("| {number} | `{name}` |")), "the document must give {number} for {name}");
    }
    let mut rows: Vec<(&str, u64)> = [
        ("line length in bytes before sign-in", wire::MAX_LINE_BYTES_BEFORE_SIGN_IN),
        ("conversations per user", values::MAX_CONVERSATIONS),
        ("pending invitations that a user has received", values::MAX_INVITATIONS),
        ("pending invitations that a user has sent", values::MAX_SENT_INVITATIONS),
        ("days until an invitation expires", values::INVITATION_DAYS as usize),
        ("group topic length in characters", values::MAX_TOPIC_CHARS),
        ("status text length in characters", values::MAX_STATUS_CHARS),
        ("usable invites per group", values::MAX_GROUP_INVITES),
        ("blocked users per user", values::MAX_BLOCKED),
        ("characters of a list's `query` that are used", wire::MAX_QUERY_CHARS),
        ("characters in the `query` of `search_messages`", search::MAX_SEARCH_CHARS),
        ("words, phrases and filters in that `query`", search::MAX_SEARCH_PARTS),
        ("minimum length in characters for its last word to match as a prefix", search::MIN_PREFIX_CHARS),
        ("device name length in characters; longer names are truncated", values::MAX_DEVICE_NAME_CHARS),
        ("distinct mentions per message; further ones have no effect", values::MAX_MENTIONS),
        ("words per message that begin with `@` and are examined for mentions", values::MAX_MARKED_WORDS),
        ("edits per message", values::MAX_EDITS),
        ("distinct reaction emoji per message", values::MAX_REACTIONS),
        ("reactions per message, by all users together", values::MAX_MESSAGE_REACTIONS),
        ("largest conversation, in members, with `receipts_changed` events", values::MAX_RECEIPT_MEMBERS),
    ]
    .map(|(row, number)| (row, number as u64))
    .to_vec();
    rows.push(("`unread` and `mentions`; larger counts are not told apart", values::MAX_UNREAD.into()));
    rows.push((
        "entries after the read cursor that are counted, and newest entries of a direct conversation that can be in the inbox",
        values::MAX_COUNTED_ENTRIES,
    ));
    rows.push(("rows per page if no `limit` is given", wire::DEFAULT_PAGE_ROWS.into()));
    for (row, number) in rows {
        assert!(limits.contains(&format!("| {row} | {number} | |")), "the document must give {number} for {row}");
    }
}

#[test]
fn the_document_states_the_current_protocol_version() {
    assert!(DOCUMENT.starts_with(&format!("# The papo protocol, version {PROTOCOL_VERSION}\n")));
}
