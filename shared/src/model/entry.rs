//! Entries: the items of a conversation's log.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use super::account::Username;
use super::conversation::{GroupName, Seq};
use super::group::{Role, Visibility};
use super::message::Message;
use super::optional_line::Topic;
use super::reaction::Emoji;
use super::timestamp::Timestamp;

/// One item of a conversation's log, numbered once. Later changes to a message (edits, deletion, reactions) are
/// entries of their own, and are also merged into the message when it is read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Position in the conversation.
    pub seq: Seq,
    /// When the server stored it.
    pub at: Timestamp,
    /// The user who caused it.
    pub author: Username,
    /// What happened, with the data of each kind.
    #[serde(flatten)]
    pub kind: EntryKind,
}

/// What an entry records. The subject of each variant is the entry's author.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum EntryKind {
    /// A message was posted.
    Message(Message),
    /// The author edited one of their messages. The new text is not included, because members who joined after the
    /// message may not see it; clients that may see it fetch the message again.
    MessageEdited {
        /// Number of the edited message.
        target: Seq,
    },
    /// The author deleted a message: one of theirs or, as an admin or owner, one of another member.
    MessageDeleted {
        /// Number of the deleted message.
        target: Seq,
    },
    /// The author added a reaction to a message.
    ReactionAdded {
        /// Number of the message in this conversation.
        target: Seq,
        /// Fully qualified form of the emoji.
        emoji: Emoji,
    },
    /// The author withdrew a reaction.
    ReactionRemoved {
        /// Number of the message in this conversation.
        target: Seq,
        /// Fully qualified form of the emoji.
        emoji: Emoji,
    },
    /// The author created the group and is its first member and owner.
    GroupCreated {
        /// Name at creation; later names are [`EntryKind::GroupRenamed`] entries.
        name: GroupName,
    },
    /// The author added a member, or the member accepted the author's invitation.
    MemberAdded {
        /// They see the log from this entry on.
        member: Username,
    },
    /// The author joined with an invite, or because the group is public.
    MemberJoined,
    /// The author left the group.
    MemberLeft {
        /// The next owner, if the author owned the group and members remain.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        new_owner: Option<Username>,
    },
    /// The author removed a member.
    MemberRemoved {
        /// Username of the removed member.
        member: Username,
    },
    /// The author changed a member's role. An owner who makes someone else the owner becomes an admin.
    RoleChanged {
        /// The member whose role changed.
        member: Username,
        /// The member's new role.
        role: Role,
    },
    /// The author changed the topic.
    TopicChanged {
        /// The new topic; absent if it was removed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        topic: Option<Topic>,
    },
    /// The author changed who finds and joins the group.
    VisibilityChanged {
        /// Visibility from this entry on.
        visibility: Visibility,
    },
    /// The author changed how long the group's messages are kept.
    RetentionChanged {
        /// Days from this entry on; absent: as long as the server keeps messages.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        days: Option<u32>,
    },
    /// The author renamed the group.
    GroupRenamed {
        /// Name from this entry on.
        name: GroupName,
    },
    /// An entry kind sent by a newer server, unknown to this version. It has a number like any other entry, so it is
    /// kept and shown as a line of its own.
    #[serde(other)]
    Unknown,
}

/// Implemented by hand because entries are the most frequently decoded type: the derived implementation for
/// flattened, tagged fields buffers all fields first, which took five times as long for a message in papo's own field
/// order (`kind` before the message's fields).
impl<'de> Deserialize<'de> for Entry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EntryVisitor)
    }
}

struct EntryVisitor;

/// A field of an entry's JSON object.
#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum Field {
    Seq,
    At,
    Author,
    Kind,
    Other(String),
}

/// The value of the `kind` field; only messages have a fast path.
#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum KindName {
    Message,
    Other(String),
}

impl<'de> Visitor<'de> for EntryVisitor {
    type Value = Entry;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an entry")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entry, A::Error> {
        let (mut seq, mut at, mut author) = (None, None, None);
        // Fields that belong to the kind, when they cannot be decoded directly.
        let mut rest = Map::new();
        while let Some(field) = map.next_key()? {
            match field {
                Field::Seq => set_once(&mut seq, map.next_value()?, "seq")?,
                Field::At => set_once(&mut at, map.next_value()?, "at")?,
                Field::Author => set_once(&mut author, map.next_value()?, "author")?,
                Field::Kind => match (map.next_value()?, rest.is_empty(), seq, at, author.take()) {
                    (KindName::Message, true, Some(seq), Some(at), Some(author)) => {
                        let kind = EntryKind::Message(Message::deserialize(MapAccessDeserializer::new(map))?);
                        return Ok(Entry { seq, at, author, kind });
                    }
                    (name, _, _, _, read) => {
                        author = read;
                        let name = if let KindName::Other(name) = name { name } else { "message".to_owned() };
                        keep_field(&mut rest, "kind".to_owned(), Value::String(name))?;
                    }
                },
                Field::Other(name) => keep_field(&mut rest, name, map.next_value()?)?,
            }
        }
        let missing = A::Error::missing_field;
        let (seq, at) = (seq.ok_or_else(|| missing("seq"))?, at.ok_or_else(|| missing("at"))?);
        let author = author.ok_or_else(|| missing("author"))?;
        let kind = EntryKind::deserialize(Value::Object(rest)).map_err(A::Error::custom)?;
        Ok(Entry { seq, at, author, kind })
    }
}

fn set_once<T, E: Error>(slot: &mut Option<T>, value: T, name: &'static str) -> Result<(), E> {
    if slot.replace(value).is_some() { Err(E::duplicate_field(name)) } else { Ok(()) }
}

fn keep_field<E: Error>(rest: &mut Map<String, Value>, name: String, value: Value) -> Result<(), E> {
    match rest.insert(name, value) {
        None => Ok(()),
        Some(_) => Err(E::custom("an entry has a duplicate field")),
    }
}

#[cfg(test)]
mod tests {
    use super::{Entry, EntryKind};

    /// Asserts that each line decodes to an entry with the fixed header and the expected kind.
    #[track_caller]
    fn check(lines: &[&str], expected: impl Fn(&EntryKind) -> bool) {
        for line in lines {
            let entry: Entry = serde_json::from_str(line).unwrap();
            assert_eq!((entry.seq.0, entry.at.0, entry.author.as_str()), (4, 9, "bia"), "{line}");
            assert!(expected(&entry.kind), "{line}: {:?}", entry.kind);
        }
    }

    #[test]
    fn fields_may_be_in_any_order() {
        let id = "0190a5e8-7c1b-7000-8000-000000000001";
        let line = |order: [&str; 3]| {
            let parts = order.map(|part| match part {
                "head" => r#""seq":4,"at":9,"author":"bia""#.to_owned(),
                "kind" => r#""kind":"message""#.to_owned(),
                _ => format!(r#""client_id":"{id}","text":"oi","later":{{"a":[1]}}"#),
            });
            format!("{{{}}}", parts.join(","))
        };
        let orders = [["head", "kind", "body"], ["kind", "head", "body"], ["head", "body", "kind"], ["body", "kind", "head"]];
        let lines = orders.map(line);
        check(&lines.each_ref().map(String::as_str), |kind| matches!(kind, EntryKind::Message(m) if m.text.as_str() == "oi"));
    }

    #[test]
    fn other_and_unknown_kinds_are_decoded_in_any_field_order() {
        let removed = [
            r#"{"seq":4,"at":9,"author":"bia","kind":"member_removed","member":"caio"}"#,
            r#"{"member":"caio","kind":"member_removed","author":"bia","at":9,"seq":4}"#,
        ];
        check(&removed, |kind| matches!(kind, EntryKind::MemberRemoved { member } if member.as_str() == "caio"));
        let poll = r#"{"seq":4,"at":9,"author":"bia","kind":"poll","name":5,"member":["a"],"text":null}"#;
        check(&[poll], |kind| *kind == EntryKind::Unknown);
    }

    #[test]
    fn missing_and_duplicate_fields_are_errors() {
        for line in [
            r#"{"at":9,"author":"bia","kind":"member_joined"}"#,
            r#"{"seq":4,"at":9,"kind":"member_joined"}"#,
            r#"{"seq":4,"at":9,"author":"bia"}"#,
            r#"{"seq":4,"at":9,"author":"bia","kind":"message"}"#,
            r#"{"seq":4,"seq":5,"at":9,"author":"bia","kind":"member_joined"}"#,
            r#"{"seq":4,"at":9,"author":"bia","kind":"member_joined","kind":"member_left"}"#,
            r#"{"seq":4,"at":9,"author":"bia","kind":"member_joined","x":1,"x":2}"#,
        ] {
            assert!(serde_json::from_str::<Entry>(line).is_err(), "{line}");
        }
    }

    #[test]
    fn the_error_for_other_json_says_what_was_expected() {
        let error = serde_json::from_str::<Entry>("5").unwrap_err().to_string();
        assert!(error.contains("expected an entry"), "{error}");
    }
}
