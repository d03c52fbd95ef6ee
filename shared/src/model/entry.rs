//! One item in a conversation's log.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use super::account::Username;
use super::conversation::{GroupName, Seq};
use super::group::{Role, Topic};
use super::message::Message;
use super::reaction::Emoji;
use super::timestamp::Timestamp;

/// One item in a conversation's log. Numbered once; what becomes of a message is told by later entries, and stands in it wherever
/// it is read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Its number in the conversation.
    pub seq: Seq,
    /// When the server stored it.
    pub at: Timestamp,
    /// Who did it.
    pub author: Username,
    /// What was done.
    #[serde(flatten)]
    pub kind: EntryKind,
}

/// What an entry says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum EntryKind {
    /// The author said something.
    Message(Message),
    /// The author gave a message of theirs another text. Which one is not told here: members who came after the message may
    /// not see it, and everybody else asks for it.
    MessageEdited {
        /// Which message.
        target: Seq,
    },
    /// The author took a message of theirs back.
    MessageDeleted {
        /// Which message.
        target: Seq,
    },
    /// The author reacted to a message.
    ReactionAdded {
        /// Which message.
        target: Seq,
        /// With this.
        emoji: Emoji,
    },
    /// The author took a reaction back.
    ReactionRemoved {
        /// Which message.
        target: Seq,
        /// This one.
        emoji: Emoji,
    },
    /// The author created the group and is its first member.
    GroupCreated {
        /// Under this name.
        name: GroupName,
    },
    /// The author made somebody a member.
    MemberAdded {
        /// Whom.
        member: Username,
    },
    /// The author became a member by an invite.
    MemberJoined,
    /// The author left.
    MemberLeft {
        /// Who owns the group from now on, where it was theirs and somebody is left.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        new_owner: Option<Username>,
    },
    /// The author took somebody out of the group.
    MemberRemoved {
        /// Whom.
        member: Username,
    },
    /// The author gave a member another role. Who makes somebody the owner is an admin from then on.
    RoleChanged {
        /// Whom.
        member: Username,
        /// Which one they have now.
        role: Role,
    },
    /// The author said what the group is about.
    TopicChanged {
        /// The new topic; absent where it has none any more.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        topic: Option<Topic>,
    },
    /// The author gave the group another name.
    GroupRenamed {
        /// The new one.
        name: GroupName,
    },
    /// A newer server's kind that this version has no word for. It has a number like any other, so it is kept as a
    /// line of its own.
    #[serde(other)]
    Unknown,
}

/// By hand, since an entry is what is read most: the derived reader of flattened and tagged fields keeps them all in a list first,
/// which took five times as long for a message whose `kind` stands before what it says, as papo writes it.
impl<'de> Deserialize<'de> for Entry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EntryVisitor)
    }
}

struct EntryVisitor;

/// The name of a field.
#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum Field {
    Seq,
    At,
    Author,
    Kind,
    Other(String),
}

/// What `kind` says.
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
        // What belongs to the kind, where it cannot be read at once.
        let mut rest = Map::new();
        while let Some(field) = map.next_key()? {
            match field {
                Field::Seq => once(&mut seq, map.next_value()?, "seq")?,
                Field::At => once(&mut at, map.next_value()?, "at")?,
                Field::Author => once(&mut author, map.next_value()?, "author")?,
                Field::Kind => match (map.next_value()?, rest.is_empty(), seq, at, author.take()) {
                    (KindName::Message, true, Some(seq), Some(at), Some(author)) => {
                        let kind = EntryKind::Message(Message::deserialize(MapAccessDeserializer::new(map))?);
                        return Ok(Entry { seq, at, author, kind });
                    }
                    (name, _, _, _, read) => {
                        author = read;
                        let name = if let KindName::Other(name) = name { name } else { "message".to_owned() };
                        keep(&mut rest, "kind".to_owned(), Value::String(name))?;
                    }
                },
                Field::Other(name) => keep(&mut rest, name, map.next_value()?)?,
            }
        }
        let missing = A::Error::missing_field;
        let (seq, at) = (seq.ok_or_else(|| missing("seq"))?, at.ok_or_else(|| missing("at"))?);
        let author = author.ok_or_else(|| missing("author"))?;
        let kind = EntryKind::deserialize(Value::Object(rest)).map_err(A::Error::custom)?;
        Ok(Entry { seq, at, author, kind })
    }
}

fn once<T, E: Error>(place: &mut Option<T>, value: T, name: &'static str) -> Result<(), E> {
    if place.replace(value).is_some() { Err(E::duplicate_field(name)) } else { Ok(()) }
}

fn keep<E: Error>(rest: &mut Map<String, Value>, name: String, value: Value) -> Result<(), E> {
    match rest.insert(name, value) {
        None => Ok(()),
        Some(_) => Err(E::custom("a field stands twice in an entry")),
    }
}

#[cfg(test)]
mod tests {
    use super::{Entry, EntryKind};

    /// A line with its fields in these orders comes to this.
    #[track_caller]
    fn check(lines: &[&str], expected: impl Fn(&EntryKind) -> bool) {
        for line in lines {
            let entry: Entry = serde_json::from_str(line).unwrap();
            assert_eq!((entry.seq.0, entry.at.0, entry.author.as_str()), (4, 9, "bia"), "{line}");
            assert!(expected(&entry.kind), "{line}: {:?}", entry.kind);
        }
    }

    #[test]
    fn fields_may_stand_in_any_order() {
        let id = "0190a5e8-7c1b-7000-8000-000000000001";
        let line = |order: [&str; 3]| {
            let parts = order.map(|part| match part {
                "head" => r#""seq":4,"at":9,"author":"bia""#.to_owned(),
                "kind" => r#""kind":"message""#.to_owned(),
                _ => format!(r#""client_id":"{id}","text":"oi","later":{{"a":[1]}}"#),
            });
            format!("{{{}}}", parts.join(","))
        };
        let orders = [["head", "kind", "said"], ["kind", "head", "said"], ["head", "said", "kind"], ["said", "kind", "head"]];
        let lines = orders.map(line);
        check(&lines.each_ref().map(String::as_str), |kind| matches!(kind, EntryKind::Message(m) if m.text.as_str() == "oi"));
    }

    #[test]
    fn other_kinds_and_those_of_a_newer_server_are_read_as_well() {
        let removed = [
            r#"{"seq":4,"at":9,"author":"bia","kind":"member_removed","member":"caio"}"#,
            r#"{"member":"caio","kind":"member_removed","author":"bia","at":9,"seq":4}"#,
        ];
        check(&removed, |kind| matches!(kind, EntryKind::MemberRemoved { member } if member.as_str() == "caio"));
        let poll = r#"{"seq":4,"at":9,"author":"bia","kind":"poll","name":5,"member":["a"],"text":null}"#;
        check(&[poll], |kind| *kind == EntryKind::Unknown);
    }

    #[test]
    fn what_is_missing_or_stands_twice_makes_no_entry() {
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
}
