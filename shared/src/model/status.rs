//! Status texts.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::limits::MAX_STATUS_CHARS;
use super::text::{clean_line, clean_line_within, is_blank};

/// Status text of a user: a clean line of 1 to [`MAX_STATUS_CHARS`] characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct StatusText(String);

/// The status has more than [`MAX_STATUS_CHARS`] characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the status is longer than {MAX_STATUS_CHARS} characters")]
pub struct StatusTooLong;

impl StatusText {
    /// Cleans and validates. Text without visible characters gives `None`, which removes the status.
    ///
    /// # Errors
    /// [`StatusTooLong`] if it has more than [`MAX_STATUS_CHARS`] characters after cleaning.
    pub fn parse(typed: &str) -> Result<Option<Self>, StatusTooLong> {
        let line = clean_line(typed);
        if is_blank(&line) {
            Ok(None)
        } else if line.chars().count() > MAX_STATUS_CHARS {
            Err(StatusTooLong)
        } else {
            Ok(Some(Self(line)))
        }
    }

    /// The status, on one line.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for StatusText {
    fn from(text: String) -> Self {
        Self(clean_line_within(text, MAX_STATUS_CHARS))
    }
}

impl From<StatusText> for String {
    fn from(status: StatusText) -> Self {
        status.0
    }
}

impl fmt::Display for StatusText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_STATUS_CHARS, StatusText, StatusTooLong};

    #[test]
    fn the_length_limit_is_exact() {
        assert!(StatusText::parse(&"é".repeat(MAX_STATUS_CHARS)).unwrap().is_some());
        assert_eq!(StatusText::parse(&"é".repeat(MAX_STATUS_CHARS + 1)), Err(StatusTooLong));
    }

    #[test]
    fn blank_text_is_no_status() {
        assert_eq!(StatusText::parse(" \u{200b}\u{1b}"), Ok(None));
    }

    #[test]
    fn a_hostile_server_cannot_put_control_characters_in_a_status() {
        let status: StatusText = serde_json::from_str(r#""no\u001b[2J almoço\u202e""#).unwrap();
        assert_eq!(status.as_str(), "no [2J almoço");
    }
}
