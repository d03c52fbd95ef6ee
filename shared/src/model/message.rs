//! What somebody said.

use serde::{Deserialize, Serialize};

use super::limits::MAX_MESSAGE_BYTES;
use super::text::{clean_lines, clean_lines_within, is_blank};

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

impl MessageText {
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
        Self(clean_lines_within(&said, MAX_MESSAGE_BYTES))
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
