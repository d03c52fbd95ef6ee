//! Roles and topics of groups.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::limits::MAX_TOPIC_CHARS;
use super::text::{clean_line, clean_line_within, is_blank};

/// A member's permissions in a group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Posts messages and adds members.
    #[default]
    Member,
    /// Also renames the group, sets its topic, manages invites and removes plain members.
    Admin,
    /// Also removes admins and assigns roles. A group has exactly one owner.
    Owner,
    /// A role sent by a newer server, unknown to this version; treated as a plain member.
    #[serde(other)]
    Other,
}

/// Topic of a group: a clean line of 1 to [`MAX_TOPIC_CHARS`] characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Topic(String);

/// The topic has more than [`MAX_TOPIC_CHARS`] characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the topic is longer than {MAX_TOPIC_CHARS} characters")]
pub struct TopicTooLong;

impl Role {
    /// Whether this role includes the permissions of `needed`.
    #[must_use]
    pub fn reaches(self, needed: Self) -> bool {
        self.rank() >= needed.rank()
    }

    /// Whether this is a plain member's role, which is omitted on the wire.
    #[must_use]
    pub fn is_member(&self) -> bool {
        *self == Self::Member
    }

    fn rank(self) -> u8 {
        match self {
            Self::Member | Self::Other => 0,
            Self::Admin => 1,
            Self::Owner => 2,
        }
    }
}

impl Topic {
    /// Cleans and validates. Text without visible characters gives `None`, which removes the topic.
    ///
    /// # Errors
    /// [`TopicTooLong`] if it has more than [`MAX_TOPIC_CHARS`] characters after cleaning.
    pub fn parse(typed: &str) -> Result<Option<Self>, TopicTooLong> {
        let line = clean_line(typed);
        if is_blank(&line) {
            Ok(None)
        } else if line.chars().count() > MAX_TOPIC_CHARS {
            Err(TopicTooLong)
        } else {
            Ok(Some(Self(line)))
        }
    }

    /// The topic, on one line.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for Topic {
    fn from(text: String) -> Self {
        Self(clean_line_within(text, MAX_TOPIC_CHARS))
    }
}

impl From<Topic> for String {
    fn from(topic: Topic) -> Self {
        topic.0
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_TOPIC_CHARS, Role, Topic, TopicTooLong};

    #[test]
    fn the_length_limit_is_exact() {
        assert!(Topic::parse(&"é".repeat(MAX_TOPIC_CHARS)).unwrap().is_some());
        assert_eq!(Topic::parse(&"é".repeat(MAX_TOPIC_CHARS + 1)), Err(TopicTooLong));
    }

    #[test]
    fn blank_text_is_no_topic() {
        assert_eq!(Topic::parse(" \u{200b}\u{1b}"), Ok(None));
    }

    #[test]
    fn roles_are_ordered_and_an_unknown_role_has_the_permissions_of_a_member() {
        let archduke = serde_json::from_str::<Role>(r#""archduke""#).unwrap();
        assert_eq!(archduke, Role::Other);
        assert!(Role::Owner.reaches(Role::Admin) && !Role::Admin.reaches(Role::Owner) && !archduke.reaches(Role::Admin));
    }
}
