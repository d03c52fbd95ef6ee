//! Search queries: parsing, and matching against the text of a message.
//!
//! The server uses it to find messages, the client to highlight the matches. Deliberately absent: permissions and the
//! index, both of which belong to the server.

mod folding;

use std::ops::Range;

use jiff::civil::Date;
use jiff::tz::Offset;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use super::timestamp::Timestamp;
pub use folding::{FOLDING, Word, fold_name, has_link, is_unspaced_word, words};

/// Longest query, in characters.
pub const MAX_SEARCH_CHARS: usize = 256;

/// Maximum number of words, phrases and filters in a query.
pub const MAX_SEARCH_PARTS: usize = 16;

/// Minimum length, in characters, for the last word of a query to match as a prefix. Nearly every text has a word that
/// starts with a given letter.
pub const MIN_PREFIX_CHARS: usize = 2;

/// Largest UTC offset accepted, in seconds, in either direction; larger ones are clamped. No time zone exceeds 14 hours.
const MAX_UTC_OFFSET_S: i32 = 18 * 60 * 60;

/// A parsed query. A message matches if all conditions hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// Words and phrases that must all occur in the text.
    pub terms: Vec<Term>,
    /// Authors, as folded usernames, of whom one must match. Empty: any author.
    pub from: Vec<String>,
    /// Conversations of which one must match. Empty: any conversation.
    pub conversations: Vec<ConversationFilter>,
    /// Earliest time of the message, inclusive.
    pub since: Option<Timestamp>,
    /// Latest time of the message, exclusive.
    pub until: Option<Timestamp>,
    /// Whether the text must contain a link.
    pub has_link: bool,
}

/// One or more words that must occur next to each other, in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// Folded words; never empty.
    pub words: Vec<String>,
    /// Whether the last word matches as a prefix.
    pub is_prefix: bool,
}

/// The value of an `in:` filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConversationFilter {
    /// Folded name of a group, or folded username of the other participant.
    pub name: String,
    /// Whether it matches groups only: it was written with a `#`.
    pub is_group: bool,
}

/// Reason for refusing a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum QueryProblem {
    /// The query has neither a word nor a complete filter.
    #[error("the query is empty")]
    Empty,
    /// More than [`MAX_SEARCH_CHARS`] characters.
    #[error("the query is longer than {MAX_SEARCH_CHARS} characters")]
    TooLong,
    /// More than [`MAX_SEARCH_PARTS`] words and filters.
    #[error("the query has more than {MAX_SEARCH_PARTS} words and filters")]
    TooMany,
    /// The value of `before:` or `after:` is not a date.
    #[error("a date must have the form 2026-11-01")]
    Date,
    /// The value of `has:` is not `link`.
    #[error("the only value of has: is link")]
    Has,
    /// A reason sent by a newer server, unknown to this version.
    #[serde(other)]
    #[error("the query is refused")]
    Other,
}

/// One word, phrase or filter of a query.
struct Part {
    /// The prefix from [`FILTERS`], if the part has one.
    filter: Option<&'static str>,
    value: String,
    is_quoted: bool,
}

const FILTERS: [&str; 5] = ["from:", "in:", "before:", "after:", "has:"];

impl Query {
    /// Parses a query as typed. Dates are in the time zone `utc_offset_s` seconds ahead of UTC.
    ///
    /// # Errors
    /// The first [`QueryProblem`] found.
    pub fn parse(typed: &str, utc_offset_s: i32) -> Result<Self, QueryProblem> {
        if typed.chars().count() > MAX_SEARCH_CHARS {
            return Err(QueryProblem::TooLong);
        }
        let parts = split_parts(typed);
        if parts.len() > MAX_SEARCH_PARTS {
            return Err(QueryProblem::TooMany);
        }
        let mut query = Self::default();
        for part in parts {
            query.add(part, utc_offset_s)?;
        }
        if query == Self::default() { Err(QueryProblem::Empty) } else { Ok(query) }
    }

    fn add(&mut self, part: Part, utc_offset_s: i32) -> Result<(), QueryProblem> {
        let Part { filter, value, is_quoted } = part;
        // Messages are stored as NFC, in which the marks on a letter have a fixed order.
        let value: String = value.as_str().nfc().collect();
        match filter {
            None => {
                let words: Vec<String> = words(&value).map(|word| word.folded).collect();
                if let Some(last) = words.last() {
                    // Only the last word may still be incomplete.
                    self.terms.iter_mut().for_each(|term| term.is_prefix = false);
                    let is_prefix = !is_quoted && last.chars().count() >= MIN_PREFIX_CHARS;
                    self.terms.push(Term { words, is_prefix });
                }
            }
            // The user is still typing the value of the filter.
            Some(_) if value.is_empty() => {}
            Some("from:") => self.from.extend(Some(fold_name(value.trim_start_matches('@'))).filter(|name| !name.is_empty())),
            Some("in:") => {
                let name = fold_name(&value);
                if !name.is_empty() {
                    self.conversations.push(ConversationFilter { name, is_group: value.starts_with('#') });
                }
            }
            Some("before:") => self.until = Some(day(&value, utc_offset_s)?),
            Some("after:") => self.since = Some(day(&value, utc_offset_s)?),
            Some(_) if value.eq_ignore_ascii_case("link") => self.has_link = true,
            Some(_) => return Err(QueryProblem::Has),
        }
        Ok(())
    }

    /// Whether a text satisfies all terms and the link condition.
    #[must_use]
    pub fn matches_text(&self, text: &str) -> bool {
        let words: Vec<Word> = words(text).collect();
        self.terms.iter().all(|term| term.matches(&words).next().is_some()) && (!self.has_link || has_link(text))
    }

    /// Byte ranges to highlight in a text, ascending and without overlaps. A prefix match covers the whole word.
    #[must_use]
    pub fn marks(&self, text: &str) -> Vec<Range<usize>> {
        let words: Vec<Word> = words(text).collect();
        let mut found: Vec<Range<usize>> = self.terms.iter().flat_map(|term| term.matches(&words)).collect();
        found.sort_by_key(|mark| (mark.start, mark.end));
        let mut marks: Vec<Range<usize>> = Vec::new();
        for mark in found {
            match marks.last_mut() {
                Some(last) if mark.start < last.end => last.end = last.end.max(mark.end),
                _ => marks.push(mark),
            }
        }
        marks
    }
}

impl Term {
    /// Byte ranges of the matches of this term.
    fn matches<'a>(&'a self, words: &'a [Word]) -> impl Iterator<Item = Range<usize>> + 'a {
        words.windows(self.words.len()).filter(|window| self.matches_window(window)).map(|window| {
            let ends = window.first().zip(window.last());
            ends.map_or(0..0, |(first, last)| first.at.start..last.at.end)
        })
    }

    fn matches_window(&self, window: &[Word]) -> bool {
        let last = self.words.len() - 1;
        self.words.iter().zip(window).enumerate().all(|(index, (wanted, word))| {
            if self.is_prefix && index == last { word.folded.starts_with(wanted) } else { word.folded == *wanted }
        })
    }
}

impl ConversationFilter {
    /// Whether it matches the group with this name, or the direct conversation with the user of this name.
    #[must_use]
    pub fn matches(&self, name: &str, is_group: bool) -> bool {
        (is_group || !self.is_group) && fold_name(name) == self.name
    }
}

/// Splits at white space outside quotes. A phrase without a closing quote extends to the end and counts as unquoted,
/// because it is still being typed.
fn split_parts(typed: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = typed.trim_start();
    while !rest.is_empty() {
        let filter = FILTERS.into_iter().find(|filter| starts_with_ignoring_case(rest, filter));
        rest = &rest[filter.map_or(0, str::len)..];
        let (value, is_quoted);
        if let Some(quoted) = rest.strip_prefix('"') {
            let (inside, after) = quoted.split_once('"').unwrap_or((quoted, ""));
            is_quoted = inside.len() < quoted.len();
            (value, rest) = (inside, after);
        } else {
            let end = rest.find(|c: char| c.is_whitespace() || c == '"').unwrap_or(rest.len());
            is_quoted = false;
            (value, rest) = rest.split_at(end);
        }
        parts.push(Part { filter, value: value.trim().to_owned(), is_quoted });
        rest = rest.trim_start();
    }
    parts
}

fn starts_with_ignoring_case(text: &str, prefix: &str) -> bool {
    text.as_bytes().get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
}

/// Start of a day, or of the first day of a month or year.
fn day(typed: &str, utc_offset_s: i32) -> Result<Timestamp, QueryProblem> {
    let parts: Vec<&str> = typed.split('-').collect();
    let (year, month, day) = match parts[..] {
        [year] => (year, "1", "1"),
        [year, month] => (year, month, "1"),
        [year, month, day] => (year, month, day),
        _ => return Err(QueryProblem::Date),
    };
    let is_short = |part: &str, digits| part.len() <= digits && part.bytes().all(|b| b.is_ascii_digit());
    if year.len() != 4 || !is_short(year, 4) || !is_short(month, 2) || !is_short(day, 2) {
        return Err(QueryProblem::Date);
    }
    let date = match (year.parse(), month.parse(), day.parse()) {
        (Ok(year), Ok(month), Ok(day)) => Date::new(year, month, day),
        _ => return Err(QueryProblem::Date),
    };
    let offset = Offset::from_seconds(utc_offset_s.clamp(-MAX_UTC_OFFSET_S, MAX_UTC_OFFSET_S));
    let begins = offset.and_then(|offset| offset.to_timestamp(date?.at(0, 0, 0, 0)));
    begins.map(|begins| Timestamp(begins.as_millisecond())).map_err(|_| QueryProblem::Date)
}

#[cfg(test)]
mod tests;
