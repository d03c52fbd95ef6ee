//! What somebody searches for: the words as typed, understood; and which text has it.
//!
//! Both sides use it: the server to find, the client to mark what was found. Deliberately absent: who may see what, and
//! how it is found quickly (both the server's).

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

/// Most words, phrases and filters of a query together.
pub const MAX_SEARCH_PARTS: usize = 16;

/// From so many characters on, the word that is being typed stands for every word that begins with it. One letter begins
/// nearly every text there is.
pub const MIN_PREFIX_CHARS: usize = 2;

/// Farthest that a clock is from UTC anywhere, in seconds.
const MAX_UTC_OFFSET_S: i32 = 18 * 60 * 60;

/// What is searched for. All of it must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// What the text must have.
    pub terms: Vec<Term>,
    /// Whose messages, by folded username; any of these. Empty: everybody's.
    pub from: Vec<String>,
    /// In which conversations; any of these. Empty: all.
    pub places: Vec<Place>,
    /// Not earlier than this.
    pub since: Option<Timestamp>,
    /// Earlier than this.
    pub until: Option<Timestamp>,
    /// Only what has a link.
    pub has_link: bool,
}

/// Words that stand beside each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// Folded; at least one.
    pub words: Vec<String>,
    /// Whether the last one may go on.
    pub is_prefix: bool,
}

/// A conversation as it is named in a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Folded: the name of a group, or the username of who it is with.
    pub name: String,
    /// Whether only a group can be meant.
    pub is_group: bool,
}

/// Why nothing can be searched for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum QueryProblem {
    /// Nothing in it to search for.
    #[error("there is nothing to search for")]
    Empty,
    /// More than [`MAX_SEARCH_CHARS`].
    #[error("it is longer than {MAX_SEARCH_CHARS} characters")]
    TooLong,
    /// More than [`MAX_SEARCH_PARTS`].
    #[error("it has more than {MAX_SEARCH_PARTS} words and filters")]
    TooMany,
    /// After `before:` or `after:` stands no day.
    #[error("a day is written as 2026-11-01")]
    Date,
    /// After `has:` stands something else than `link`.
    #[error("only has:link can be searched for")]
    Has,
    /// A reason sent by a newer server, unknown to this version.
    #[serde(other)]
    #[error("it cannot be searched for")]
    Other,
}

/// A piece of a query between white space.
struct Piece {
    /// Before the colon, in lower case, where there is one that begins a filter.
    filter: Option<&'static str>,
    value: String,
    is_quoted: bool,
}

const FILTERS: [&str; 5] = ["from:", "in:", "before:", "after:", "has:"];

impl Query {
    /// Understands what was typed. Days begin where clocks are so many seconds ahead of UTC.
    ///
    /// # Errors
    /// What is wrong with it, as a [`QueryProblem`].
    pub fn parse(typed: &str, utc_offset_s: i32) -> Result<Self, QueryProblem> {
        if typed.chars().count() > MAX_SEARCH_CHARS {
            return Err(QueryProblem::TooLong);
        }
        let pieces = pieces(typed);
        if pieces.len() > MAX_SEARCH_PARTS {
            return Err(QueryProblem::TooMany);
        }
        let mut query = Self::default();
        for piece in pieces {
            query.add(piece, utc_offset_s)?;
        }
        if query == Self::default() { Err(QueryProblem::Empty) } else { Ok(query) }
    }

    fn add(&mut self, piece: Piece, utc_offset_s: i32) -> Result<(), QueryProblem> {
        let Piece { filter, value, is_quoted } = piece;
        // As texts are kept: marks that stand on one letter have one order.
        let value: String = value.as_str().nfc().collect();
        match filter {
            None => {
                let words: Vec<String> = words(&value).map(|word| word.folded).collect();
                if let Some(last) = words.last() {
                    // The word that is being typed is the last one.
                    self.terms.iter_mut().for_each(|term| term.is_prefix = false);
                    let is_prefix = !is_quoted && last.chars().count() >= MIN_PREFIX_CHARS;
                    self.terms.push(Term { words, is_prefix });
                }
            }
            // Whoever typed no more than the filter is not done.
            Some(_) if value.is_empty() => {}
            Some("from:") => self.from.extend(Some(fold_name(value.trim_start_matches('@'))).filter(|name| !name.is_empty())),
            Some("in:") => {
                let name = fold_name(&value);
                if !name.is_empty() {
                    self.places.push(Place { name, is_group: value.starts_with('#') });
                }
            }
            Some("before:") => self.until = Some(day(&value, utc_offset_s)?),
            Some("after:") => self.since = Some(day(&value, utc_offset_s)?),
            Some(_) if value.eq_ignore_ascii_case("link") => self.has_link = true,
            Some(_) => return Err(QueryProblem::Has),
        }
        Ok(())
    }

    /// Whether a text has all the terms.
    #[must_use]
    pub fn is_in(&self, text: &str) -> bool {
        let words: Vec<Word> = words(text).collect();
        self.terms.iter().all(|term| term.places(&words).next().is_some()) && (!self.has_link || has_link(text))
    }

    /// Where the terms are in a text, in bytes; ascending, none overlapping another. Of a word that only begins as was typed,
    /// the whole word.
    #[must_use]
    pub fn marks(&self, text: &str) -> Vec<Range<usize>> {
        let words: Vec<Word> = words(text).collect();
        let mut found: Vec<Range<usize>> = self.terms.iter().flat_map(|term| term.places(&words)).collect();
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
    /// Where the term is among the words of a text.
    fn places<'a>(&'a self, words: &'a [Word]) -> impl Iterator<Item = Range<usize>> + 'a {
        words.windows(self.words.len()).filter(|window| self.is(window)).map(|window| {
            let ends = window.first().zip(window.last());
            ends.map_or(0..0, |(first, last)| first.at.start..last.at.end)
        })
    }

    fn is(&self, window: &[Word]) -> bool {
        let last = self.words.len() - 1;
        self.words.iter().zip(window).enumerate().all(|(place, (wanted, word))| {
            if self.is_prefix && place == last { word.folded.starts_with(wanted) } else { word.folded == *wanted }
        })
    }
}

impl Place {
    /// Whether a conversation is meant: a group by its name, a direct one by the other's username.
    #[must_use]
    pub fn is_named(&self, name: &str, is_group: bool) -> bool {
        (is_group || !self.is_group) && fold_name(name) == self.name
    }
}

/// Cuts at white space, but not between quotes. What is quoted and not closed goes to the end, and may go on.
fn pieces(typed: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
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
        pieces.push(Piece { filter, value: value.trim().to_owned(), is_quoted });
        rest = rest.trim_start();
    }
    pieces
}

fn starts_with_ignoring_case(text: &str, prefix: &str) -> bool {
    text.as_bytes().get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
}

/// When a day begins; of a month or a year, its first.
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
