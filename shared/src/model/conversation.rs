//! What names a conversation and its entries.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::account::{NameProblem, parse_line};
use super::limits::MAX_GROUP_NAME_CHARS;
use super::text::clean_line_within;

/// Which conversation. Given by the server, from 1, below 2³¹.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ConversationId(pub u32);

/// The number of an entry in its conversation: 1, 2, 3… without a hole. 0 means *before the first*. Below 2³².
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct Seq(pub u64);

/// What a group is called: a clean line of 1 to [`MAX_GROUP_NAME_CHARS`] characters, unique without regard to case. A
/// leading `#` is how people write that they mean a group; it is no part of the name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct GroupName(String);

impl Seq {
    /// The one after this one.
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
    /// Cleans and checks.
    ///
    /// # Errors
    /// What is wrong with the name, as a [`NameProblem`].
    pub fn parse(typed: &str) -> Result<Self, NameProblem> {
        parse_line(typed.trim_start().trim_start_matches('#'), MAX_GROUP_NAME_CHARS).map(Self)
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What makes two names the same: case does not count.
    #[must_use]
    pub fn uniqueness_key(&self) -> String {
        Self::fold(&self.0)
    }

    /// Any text as [`Self::uniqueness_key`] makes a name, to search for it in names.
    #[must_use]
    pub fn fold(text: &str) -> String {
        use unicode_normalization::UnicodeNormalization;
        // Lower case of upper case also folds what has two lower cases, as the Greek sigma.
        text.to_uppercase().to_lowercase().nfkc().collect()
    }
}

impl From<String> for GroupName {
    fn from(said: String) -> Self {
        Self(clean_line_within(said, MAX_GROUP_NAME_CHARS))
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
    use super::{GroupName, MAX_GROUP_NAME_CHARS, NameProblem};

    #[test]
    fn names_that_differ_in_case_are_the_same() {
        let key = |s: &str| GroupName::parse(s).unwrap().uniqueness_key();
        assert_eq!(key("#Redes"), key("redes"));
        assert_eq!(key("STRASSE"), key("straße"));
        assert_ne!(key("redes"), key("rede"));
    }

    #[test]
    fn the_length_limit_has_two_sides() {
        assert!(GroupName::parse(&"x".repeat(MAX_GROUP_NAME_CHARS)).is_ok());
        assert_eq!(GroupName::parse(&"x".repeat(MAX_GROUP_NAME_CHARS + 1)), Err(NameProblem::TooLong));
        assert_eq!(GroupName::parse(" # "), Err(NameProblem::Empty));
    }
}
