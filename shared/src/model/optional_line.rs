//! Lines of text that users may leave empty: group topics, status texts, and reasons of reports.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::invisible::is_blank;
use super::limits::{MAX_REPORT_REASON_CHARS, MAX_STATUS_CHARS, MAX_TOPIC_CHARS};
use super::text::{clean_line, clean_line_within};

/// A clean line of 1 to `MAX_CHARS` characters. An empty one is represented by `None`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct OptionalLine<const MAX_CHARS: usize>(String);

/// Topic of a group.
pub type Topic = OptionalLine<MAX_TOPIC_CHARS>;

/// Status text of a user.
pub type StatusText = OptionalLine<MAX_STATUS_CHARS>;

/// Why a user reports a message.
pub type ReportReason = OptionalLine<MAX_REPORT_REASON_CHARS>;

/// The line has too many characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the text is longer than {max_chars} characters")]
pub struct LineTooLong {
    /// The maximum length in characters.
    pub max_chars: usize,
}

impl<const MAX_CHARS: usize> OptionalLine<MAX_CHARS> {
    /// Cleans and validates. Text without visible characters gives `None`.
    ///
    /// # Errors
    /// [`LineTooLong`] if it has more than `MAX_CHARS` characters after cleaning.
    pub fn parse(typed: &str) -> Result<Option<Self>, LineTooLong> {
        let line = clean_line(typed);
        if is_blank(&line) {
            Ok(None)
        } else if line.chars().count() > MAX_CHARS {
            Err(LineTooLong { max_chars: MAX_CHARS })
        } else {
            Ok(Some(Self(line)))
        }
    }

    /// The text, on one line.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MAX_CHARS: usize> From<String> for OptionalLine<MAX_CHARS> {
    fn from(text: String) -> Self {
        Self(clean_line_within(text, MAX_CHARS))
    }
}

impl<const MAX_CHARS: usize> From<OptionalLine<MAX_CHARS>> for String {
    fn from(line: OptionalLine<MAX_CHARS>) -> Self {
        line.0
    }
}

impl<const MAX_CHARS: usize> fmt::Display for OptionalLine<MAX_CHARS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{LineTooLong, MAX_REPORT_REASON_CHARS, MAX_STATUS_CHARS, MAX_TOPIC_CHARS, ReportReason, StatusText, Topic};

    #[test]
    fn the_length_limit_is_exact() {
        let (status, topic) = ("é".repeat(MAX_STATUS_CHARS), "é".repeat(MAX_TOPIC_CHARS));
        assert!(StatusText::parse(&status).unwrap().is_some() && Topic::parse(&topic).unwrap().is_some());
        assert_eq!(StatusText::parse(&(status + "é")), Err(LineTooLong { max_chars: MAX_STATUS_CHARS }));
        assert_eq!(Topic::parse(&(topic + "é")), Err(LineTooLong { max_chars: MAX_TOPIC_CHARS }));
        let reason = "é".repeat(MAX_REPORT_REASON_CHARS);
        assert!(ReportReason::parse(&reason).unwrap().is_some());
        assert_eq!(ReportReason::parse(&(reason + "é")), Err(LineTooLong { max_chars: MAX_REPORT_REASON_CHARS }));
    }

    #[test]
    fn blank_text_is_no_line() {
        assert_eq!((StatusText::parse(" \u{200b}\u{1b}"), Topic::parse(" \u{200b}\u{1b}")), (Ok(None), Ok(None)));
    }

    #[test]
    fn a_hostile_server_cannot_put_control_characters_in_a_line() {
        let status: StatusText = serde_json::from_str(r#""no\u001b[2J almoço\u202e""#).unwrap();
        assert_eq!(status.as_str(), "no [2J almoço");
    }
}
