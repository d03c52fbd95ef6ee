//! What a group has beside its name and its members.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::limits::MAX_TOPIC_CHARS;
use super::text::{clean_line, clean_line_within, is_blank};

/// What somebody may do in a group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Talks, and adds others.
    #[default]
    Member,
    /// Also names the group, says what it is about, invites, and removes members.
    Admin,
    /// Also removes admins, and says who has which role. A group has one owner.
    Owner,
    /// A newer server's role that this version has no word for: it may no more than a member.
    #[serde(other)]
    Other,
}

/// What a group is about: a clean line of 1 to [`MAX_TOPIC_CHARS`] characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Topic(String);

/// The topic has more than [`MAX_TOPIC_CHARS`] characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the topic is longer than {MAX_TOPIC_CHARS} characters")]
pub struct TopicTooLong;

impl Role {
    /// Whether this role may do what needs that one.
    #[must_use]
    pub fn reaches(self, needed: Self) -> bool {
        self.rank() >= needed.rank()
    }

    /// Whether it is a plain member's: what holds where no role is told.
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
    /// Cleans and checks. Nothing to be seen is no topic.
    ///
    /// # Errors
    /// It is too long.
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

    /// The topic as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for Topic {
    fn from(said: String) -> Self {
        Self(clean_line_within(said, MAX_TOPIC_CHARS))
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
    fn the_length_limit_has_two_sides() {
        assert!(Topic::parse(&"é".repeat(MAX_TOPIC_CHARS)).unwrap().is_some());
        assert_eq!(Topic::parse(&"é".repeat(MAX_TOPIC_CHARS + 1)), Err(TopicTooLong));
    }

    #[test]
    fn what_nobody_would_see_is_no_topic() {
        assert_eq!(Topic::parse(" \u{200b}\u{1b}"), Ok(None));
    }

    #[test]
    fn roles_grow_and_one_that_is_not_known_may_no_more_than_a_member() {
        let archduke = serde_json::from_str::<Role>(r#""archduke""#).unwrap();
        assert_eq!(archduke, Role::Other);
        assert!(Role::Owner.reaches(Role::Admin) && !Role::Admin.reaches(Role::Owner) && !archduke.reaches(Role::Admin));
    }
}
