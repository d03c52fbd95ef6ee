//! Messages, including the changes made to them since they were posted.

use serde::{Deserialize, Serialize};

use super::account::Username;
use super::client_id::ClientId;
use super::conversation::Seq;
use super::invisible::is_blank;
use super::limits::MAX_MESSAGE_BYTES;
use super::reaction::Reaction;
use super::text::{clean_lines, clean_lines_within};
use super::timestamp::Timestamp;

/// A message with all later changes applied.
///
/// Each change is an entry of the log. A client that already holds the message applies a change if its number is above
/// [`Message::changed`]; a message fetched from a page already includes it. Both arrive at the same result in any order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Id chosen by the author's client, which recognises its own message by it.
    pub client_id: ClientId,
    /// The text; empty if deleted.
    pub text: MessageText,
    /// The message this one replies to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<ReplyTo>,
    /// Members (at the time it was stored) whom the text mentions with `@`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<Username>,
    /// The newest entry that changed the message; all changes up to it are applied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed: Option<Seq>,
    /// Time of the author's last edit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<Timestamp>,
    /// Whether it was deleted. The text and its revisions are erased.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
    /// Whether it was deleted because it was kept as long as messages are kept.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub expired: bool,
    /// Whether the operator of the server deleted it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_operator: bool,
    /// The admin or owner who deleted it; absent if its author or the operator of the server did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_by: Option<Username>,
    /// Reactions, in the order in which each emoji was first used.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<Reaction>,
}

/// The message that another one replies to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyTo {
    /// Its number in the same conversation.
    pub seq: Seq,
    /// Username of its author.
    pub author: Username,
}

/// Text of a message: clean, not blank, at most [`MAX_MESSAGE_BYTES`] bytes, without leading or trailing empty lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct MessageText(String);

/// Reason for refusing a text as a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextProblem {
    /// Nothing but white space and zero-width characters.
    #[error("the message is empty")]
    Empty,
    /// More than [`MAX_MESSAGE_BYTES`] bytes after cleaning.
    #[error("the message is longer than {MAX_MESSAGE_BYTES} bytes")]
    TooLong,
}

impl Message {
    /// A new message that replies to nothing.
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
            expired: false,
            by_operator: false,
            deleted_by: None,
            reactions: Vec::new(),
        }
    }

    /// Whether the message concerns this user in particular: it mentions them or replies to one of their messages.
    #[must_use]
    pub fn concerns(&self, username: &Username) -> bool {
        self.mentions.contains(username) || self.reply_to.as_ref().is_some_and(|reply_to| reply_to.author == *username)
    }
}

impl MessageText {
    /// The text of a deleted message: empty.
    #[must_use]
    pub fn deleted() -> Self {
        Self(String::new())
    }

    /// Cleans the text, removes surrounding empty lines, and validates the length.
    ///
    /// # Errors
    /// A [`TextProblem`] if the cleaned text is blank or too long.
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

    /// The text, with `\n` line ends.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for MessageText {
    fn from(text: String) -> Self {
        Self(clean_lines_within(text, MAX_MESSAGE_BYTES))
    }
}

impl From<MessageText> for String {
    fn from(text: MessageText) -> Self {
        text.0
    }
}

#[cfg(test)]
mod tests {
    use super::{ClientId, MAX_MESSAGE_BYTES, Message, MessageText, ReplyTo, Seq, TextProblem, Username};

    #[test]
    fn a_message_concerns_those_it_mentions_and_the_author_it_replies_to() {
        let user = |name: &str| Username::parse(name).unwrap();
        let text = MessageText::parse("oi").unwrap();
        let reply_to = |name| Some(ReplyTo { seq: Seq(1), author: user(name) });
        let to_all = Message::new(ClientId::from_bytes([0; 16]), text);
        let to_eva = Message { mentions: vec![user("eva"), user("rui")], ..to_all.clone() };
        let to_ana = Message { reply_to: reply_to("ana"), ..to_all.clone() };
        let to_both = Message { reply_to: reply_to("ana"), ..to_eva.clone() };
        let concerned =
            [to_all, to_eva, to_ana, to_both].map(|message| (message.concerns(&user("ana")), message.concerns(&user("eva"))));
        assert_eq!(concerned, [(false, false), (false, true), (true, false), (true, true)]);
    }

    #[test]
    fn the_length_limit_is_exact() {
        assert!(MessageText::parse(&"x".repeat(MAX_MESSAGE_BYTES)).is_ok());
        assert_eq!(MessageText::parse(&"x".repeat(MAX_MESSAGE_BYTES + 1)), Err(TextProblem::TooLong));
    }

    #[test]
    fn blank_text_is_not_a_message() {
        assert_eq!(MessageText::parse(" \n\u{200b}\u{1b}"), Err(TextProblem::Empty));
    }

    #[test]
    fn indentation_is_kept_and_surrounding_empty_lines_are_removed() {
        assert_eq!(MessageText::parse("\n\n  if x:\n    y\n\n").unwrap().as_str(), "  if x:\n    y");
    }
}
