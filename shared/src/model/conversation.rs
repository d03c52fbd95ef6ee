//! Conversation ids, sequence numbers and group names.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::account::{NameProblem, parse_line};
use super::limits::MAX_GROUP_NAME_CHARS;
use super::text::clean_line_within;

/// Conversation id, assigned by the server: 1 to 2³¹ − 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ConversationId(pub u32);

/// Sequence number of an entry in its conversation: 1, 2, 3… without gaps, below 2³². 0 means *before the first entry*.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct Seq(pub u64);

/// Group name: a clean line of 1 to [`MAX_GROUP_NAME_CHARS`] characters, unique ignoring case. People write a leading
/// `#` to mean a group; it is not part of the name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct GroupName(String);

impl Seq {
    /// The following sequence number; saturates at `u64::MAX`.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl GroupName {
    /// Cleans and validates; leading `#` characters are ignored.
    ///
    /// # Errors
    /// A [`NameProblem`] if the cleaned name is invalid.
    pub fn parse(typed: &str) -> Result<Self, NameProblem> {
        parse_line(typed.trim_start().trim_start_matches('#'), MAX_GROUP_NAME_CHARS).map(Self)
    }

    /// The group name, without a leading `#`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form under which group names are unique: case-folded and NFKC-normalised.
    #[must_use]
    pub fn uniqueness_key(&self) -> String {
        Self::fold(&self.0)
    }

    /// Folds any text as [`Self::uniqueness_key`] folds a name, for searching in names.
    #[must_use]
    pub fn fold(text: &str) -> String {
        use unicode_normalization::UnicodeNormalization;
        // Upper case first, then lower: this also folds letters with two lower-case forms, such as the Greek sigma.
        text.to_uppercase().to_lowercase().nfkc().collect()
    }
}

impl From<String> for GroupName {
    fn from(text: String) -> Self {
        Self(clean_line_within(text, MAX_GROUP_NAME_CHARS))
    }
}

impl From<GroupName> for String {
    fn from(name: GroupName) -> Self {
        name.0
    }
}

impl fmt::Display for GroupName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{GroupName, MAX_GROUP_NAME_CHARS, NameProblem, Seq};

    #[test]
    fn sequence_numbers_saturate() {
        assert_eq!([Seq(0), Seq(7), Seq(u64::MAX)].map(Seq::next), [Seq(1), Seq(8), Seq(u64::MAX)]);
    }

    #[test]
    fn names_that_differ_in_case_are_the_same() {
        let key = |s: &str| GroupName::parse(s).unwrap().uniqueness_key();
        assert_eq!(key("#Redes"), key("redes"));
        assert_eq!(key("STRASSE"), key("straße"));
        assert_ne!(key("redes"), key("rede"));
    }

    #[test]
    fn the_length_limit_is_exact() {
        assert!(GroupName::parse(&"x".repeat(MAX_GROUP_NAME_CHARS)).is_ok());
        assert_eq!(GroupName::parse(&"x".repeat(MAX_GROUP_NAME_CHARS + 1)), Err(NameProblem::TooLong));
        assert_eq!(GroupName::parse(" # "), Err(NameProblem::Empty));
    }
}
