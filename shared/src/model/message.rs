//! What somebody said, as it now is.

use serde::{Deserialize, Serialize};

use super::account::Username;
use super::client_id::ClientId;
use super::conversation::Seq;
use super::limits::MAX_MESSAGE_BYTES;
use super::reaction::Reaction;
use super::text::{clean_lines, clean_lines_within, is_blank};
use super::timestamp::Timestamp;

/// A message as it is now: with what later entries changed of it.
///
/// A change is an entry of the log like any other. Who has the message in hand when one comes applies it where its number is
/// above [`Message::changed`]; who reads the message from a page has the change already. So both come to the same, in
/// whatever order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// The id the author's client gave it: how that client knows its own message again.
    pub client_id: ClientId,
    /// What is said. Nothing, once it is deleted.
    pub text: MessageText,
    /// Which message it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<ReplyTo>,
    /// Who is named in it, with an `@` before the name, and was a member when it was stored.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<Username>,
    /// The newest entry that changed it: everything up to there is in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed: Option<Seq>,
    /// When the text was last replaced by its author.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<Timestamp>,
    /// Whether its author took it back. Of what it said nothing is kept.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
    /// How people reacted, the first emoji first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<Reaction>,
}

/// The message that another one answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyTo {
    /// Its number.
    pub seq: Seq,
    /// Who said it.
    pub author: Username,
}

/// The text of a message: clean, not blank, at most [`MAX_MESSAGE_BYTES`], without empty lines at its ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct MessageText(String);

/// Why a text is no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextProblem {
    /// Nothing in it would be seen.
    #[error("the message is empty")]
    Empty,
    /// More than [`MAX_MESSAGE_BYTES`].
    #[error("the message is longer than {MAX_MESSAGE_BYTES} bytes")]
    TooLong,
}

impl Message {
    /// One that was just said, and answers nothing.
    #[must_use]
    pub fn new(client_id: ClientId, text: MessageText) -> Self {
        Self {
            client_id,
            text,
            reply_to: None,
            mentions: Vec::new(),
            changed: None,
            edited_at: None,
            deleted: false,
            reactions: Vec::new(),
        }
    }

    /// Whether somebody has a reason to look: it names them, or answers what they said.
    #[must_use]
    pub fn is_for(&self, username: &Username) -> bool {
        self.mentions.contains(username) || self.reply_to.as_ref().is_some_and(|reply_to| reply_to.author == *username)
    }
}

impl MessageText {
    /// What is left of the text of a deleted message.
    #[must_use]
    pub fn nothing() -> Self {
        Self(String::new())
    }

    /// Cleans and checks.
    ///
    /// # Errors
    /// What is wrong with the text, as a [`TextProblem`].
    pub fn parse(typed: &str) -> Result<Self, TextProblem> {
        let cleaned = clean_lines(typed);
        let text = cleaned.trim_start_matches('\n').trim_end();
        if is_blank(text) {
            Err(TextProblem::Empty)
        } else if text.len() > MAX_MESSAGE_BYTES {
            Err(TextProblem::TooLong)
        } else {
            Ok(Self(text.to_owned()))
        }
    }

    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for MessageText {
    fn from(said: String) -> Self {
        Self(clean_lines_within(said, MAX_MESSAGE_BYTES))
    }
}

impl From<MessageText> for String {
    fn from(text: MessageText) -> Self {
        text.0
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_MESSAGE_BYTES, MessageText, TextProblem};

    #[test]
    fn the_length_limit_has_two_sides() {
        assert!(MessageText::parse(&"x".repeat(MAX_MESSAGE_BYTES)).is_ok());
        assert_eq!(MessageText::parse(&"x".repeat(MAX_MESSAGE_BYTES + 1)), Err(TextProblem::TooLong));
    }

    #[test]
    fn what_nobody_would_see_is_no_message() {
        assert_eq!(MessageText::parse(" \n\u{200b}\u{1b}"), Err(TextProblem::Empty));
    }

    #[test]
    fn indentation_stays_and_empty_lines_at_the_ends_go() {
        assert_eq!(MessageText::parse("\n\n  if x:\n    y\n\n").unwrap().as_str(), "  if x:\n    y");
    }
}
