//! Decoding frames from lines.

use serde::Deserialize;

use super::frame::{Event, Reply, ReplyFrame, Request, RequestFrame, RequestId, ServerFrame};
use super::messages::{Entries, EntryPosted};
use super::refusal::Refusal;
use crate::model::{ConversationId, Entry};

/// A line that is not a valid request, with the refusal to send back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// The request's id, if it was readable.
    pub id: Option<RequestId>,
    /// The reason to send back.
    pub refusal: Refusal,
}

/// The id alone, decoded separately so that a refusal can carry the id of a request whose other fields are invalid.
#[derive(Deserialize)]
struct Envelope {
    id: Option<RequestId>,
}

/// [`EntryPosted`], decoded without first searching for the `type` field, which would be most of the work.
#[derive(Deserialize)]
struct PostedLine {
    id: Option<RequestId>,
    conversation: ConversationId,
    entry: Entry,
}

/// A reply with [`Entries`], decoded like [`PostedLine`].
#[derive(Deserialize)]
struct EntriesLine {
    id: RequestId,
    conversation: ConversationId,
    entries: Vec<Entry>,
    more: bool,
}

/// Whether a line starts the way papo's own server writes a page of entries.
fn is_page_of_entries(line: &[u8]) -> bool {
    line.strip_prefix(br#"{"id":"#).is_some_and(|rest| {
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        rest[digits..].starts_with(br#","type":"entries","#)
    })
}

impl RequestFrame {
    /// Decodes one line, without its newline.
    ///
    /// # Errors
    /// [`Malformed`] with the refusal to send: not UTF-8, not a JSON object, unknown type, or wrong fields.
    pub fn decode(line: &[u8]) -> Result<Self, Malformed> {
        let refuse = |id, refusal| Malformed { id, refusal };
        let text = std::str::from_utf8(line).map_err(|_| refuse(None, Refusal::NotUtf8))?;
        // serde would accept an array for a struct; in this protocol a frame is an object.
        if !text.trim_start().starts_with('{') {
            return Err(refuse(None, Refusal::NotJson { detail: "a frame is a JSON object".to_owned() }));
        }
        let envelope: Envelope = serde_json::from_str(text).map_err(|error| refuse(None, parse_refusal(&error)))?;
        let request: Request = serde_json::from_str(text).map_err(|error| refuse(envelope.id, parse_refusal(&error)))?;
        match (envelope.id, request) {
            (id, Request::Unknown) => Err(refuse(id, Refusal::UnknownType)),
            (Some(id), request) => Ok(Self { id, request }),
            // The one request without a reply needs no id.
            (None, Request::Pong) => Ok(Self { id: 0, request: Request::Pong }),
            (None, _) => Err(refuse(None, Refusal::WrongFields { detail: "missing field `id`".to_owned() })),
        }
    }
}

impl ServerFrame {
    /// Decodes one line, without its newline.
    ///
    /// # Errors
    /// The parser's error, for the log: the peer is not a papo server.
    pub fn decode(line: &[u8]) -> Result<Self, serde_json::Error> {
        // Fast path for the most frequent line, in papo's own field order. If an id follows later in the line, it is
        // a reply after all.
        if line.starts_with(br#"{"type":"entry_posted","#)
            && let PostedLine { id: None, conversation, entry } = serde_json::from_slice(line)?
        {
            return Ok(Self::Event(Event::EntryPosted(EntryPosted { conversation, entry })));
        }
        if is_page_of_entries(line) {
            let EntriesLine { id, conversation, entries, more } = serde_json::from_slice(line)?;
            return Ok(Self::Reply(ReplyFrame { id, reply: Reply::Entries(Entries { conversation, entries, more }) }));
        }
        let envelope: Envelope = serde_json::from_slice(line)?;
        Ok(match envelope.id {
            Some(id) => Self::Reply(ReplyFrame { id, reply: serde_json::from_slice(line)? }),
            None => Self::Event(serde_json::from_slice(line)?),
        })
    }
}

/// Maximum length of a refusal's detail, in characters: parser errors quote their input.
const MAX_DETAIL_CHARS: usize = 200;

fn parse_refusal(error: &serde_json::Error) -> Refusal {
    let message = crate::model::text::clean_line(&error.to_string());
    let detail = crate::model::text::truncate_chars(&message, MAX_DETAIL_CHARS).to_owned();
    if error.is_data() { Refusal::WrongFields { detail } } else { Refusal::NotJson { detail } }
}

#[cfg(test)]
mod tests {
    use super::{Event, Malformed, Refusal, Reply, Request, RequestFrame, ServerFrame};

    #[track_caller]
    fn check_refused(line: &[u8], id: Option<u64>, expected: &str) {
        let Malformed { id: got_id, refusal } = RequestFrame::decode(line).unwrap_err();
        let json = serde_json::to_string(&refusal).unwrap();
        assert!(json.contains(&format!(r#""code":"{expected}""#)), "{json}");
        assert_eq!(got_id, id);
    }

    #[test]
    fn each_malformed_line_has_its_own_refusal() {
        check_refused(b"\xff\xfe", None, "not_utf8");
        check_refused(b"GET / HTTP/1.1", None, "not_json");
        check_refused(b"{\"id\":1", None, "not_json");
        check_refused(b"[1]", None, "not_json");
        check_refused(b"{\"id\":1,\"type\":\"fly\"}", Some(1), "unknown_type");
        check_refused(b"{\"id\":1}", Some(1), "wrong_fields");
        check_refused(b"{\"type\":\"ping\"}", None, "wrong_fields");
        check_refused(b"{\"id\":\"x\",\"type\":\"ping\"}", None, "wrong_fields");
        check_refused(b"{\"id\":1,\"id\":2,\"type\":\"ping\"}", None, "wrong_fields");
        check_refused(b"{\"id\":1,\"type\":\"ping\",\"type\":\"ping\"}", Some(1), "wrong_fields");
        let twice = br#"{"id":1,"type":"open_direct","username":"a","username":"b"}"#;
        check_refused(twice, Some(1), "wrong_fields");
        let wrong_type = br#"{"id":1,"type":"mark_read","conversation":"x","seq":1}"#;
        check_refused(wrong_type, Some(1), "wrong_fields");
    }

    #[test]
    fn deep_nesting_is_refused_without_a_stack_overflow() {
        let deep = format!("{{\"id\":1,\"type\":\"ping\",\"x\":{}", "[".repeat(50_000));
        check_refused(deep.as_bytes(), None, "not_json");
    }

    #[test]
    fn unknown_fields_are_ignored() {
        let frame = RequestFrame::decode(br#"{"id":1,"type":"ping","later":{"a":[1]}}"#).unwrap();
        assert_eq!(frame, RequestFrame { id: 1, request: Request::Ping });
    }

    #[test]
    fn the_fast_paths_decode_to_the_same_frames() {
        let entry = r#""entry":{"seq":4,"at":9,"author":"bia","kind":"member_joined"}"#;
        let quick = format!(r#"{{"type":"entry_posted","conversation":1,{entry}}}"#);
        let long = format!(r#"{{"conversation":1,{entry},"type":"entry_posted","later":1}}"#);
        let event = ServerFrame::decode(quick.as_bytes()).unwrap();
        assert!(matches!(event, ServerFrame::Event(Event::EntryPosted(_))));
        assert_eq!(ServerFrame::decode(long.as_bytes()).unwrap(), event);
        let reply = format!(r#"{{"type":"entry_posted","conversation":1,{entry},"id":3}}"#);
        let reply = ServerFrame::decode(reply.as_bytes()).unwrap();
        assert!(matches!(reply, ServerFrame::Reply(frame) if frame.id == 3 && frame.reply == Reply::Unknown));

        let entry = entry.trim_start_matches(r#""entry":"#);
        let quick = format!(r#"{{"id":12,"type":"entries","conversation":1,"entries":[{entry},{entry}],"more":true,"later":1}}"#);
        let long = format!(r#"{{"type":"entries","more":true,"conversation":1,"entries":[{entry},{entry}],"id":12}}"#);
        let page = ServerFrame::decode(quick.as_bytes()).unwrap();
        assert!(
            matches!(&page, ServerFrame::Reply(frame) if matches!(&frame.reply, Reply::Entries(page) if page.entries.len() == 2))
        );
        assert_eq!(ServerFrame::decode(long.as_bytes()).unwrap(), page);
    }

    #[test]
    fn unknown_types_from_a_newer_server_are_not_errors() {
        assert_eq!(ServerFrame::decode(br#"{"type":"moon_rose","phase":3}"#).unwrap(), ServerFrame::Event(Event::Unknown));
        let page = br#"{"id":3,"type":"conversation","conversation":1,"kind":"choir","voices":4,"first_seq":1,"last_seq":0,"read_seq":0,"unread":0}"#;
        let ServerFrame::Reply(frame) = ServerFrame::decode(page).unwrap() else { panic!("a frame with an id is a reply") };
        assert!(matches!(frame.reply, Reply::Conversation(summary) if summary.kind == crate::model::ConversationKind::Unknown));
        let refused = ServerFrame::decode(br#"{"id":4,"type":"refused","code":"moonless"}"#).unwrap();
        let ServerFrame::Reply(frame) = refused else { panic!("a frame with an id is a reply") };
        assert_eq!(frame.reply, Reply::Refused(Refusal::Other));
    }
}
