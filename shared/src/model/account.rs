//! Usernames, display names, and accounts as other users see them.

use std::borrow::Cow;
use std::fmt;

use precis_profiles::UsernameCaseMapped;
use precis_profiles::precis_core::profile::PrecisFastInvocation;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use super::invisible::is_blank;
use super::limits::{MAX_DISPLAY_NAME_CHARS, MAX_USERNAME_CHARS};
use super::optional_line::StatusText;
use super::text::{clean_line, clean_line_within};
use super::timestamp::Timestamp;

const DOTTED_CAPITAL_I: char = '\u{130}';
const DOT_ABOVE: char = '\u{307}';

/// The name a user signs in with and is addressed by: unique and immutable.
///
/// Letters and digits of any script, with `.`, `_` and `-` between them, in lower case: the UsernameCaseMapped profile of RFC
/// 8265, narrowed so that a name cannot be mistaken for punctuation or a command. 1 to [`MAX_USERNAME_CHARS`] characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Username(String);

/// The name shown on screen, chosen by the user: any clean line of 1 to [`MAX_DISPLAY_NAME_CHARS`] characters, not unique.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct DisplayName(String);

/// Reason for refusing a username, display name or group name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum NameProblem {
    /// Nothing but white space and zero-width characters.
    #[error("the name is empty")]
    Empty,
    /// More characters than the limit for this kind of name.
    #[error("the name is too long")]
    TooLong,
    /// A character that this kind of name may not contain, or (usernames) a separator at either end.
    #[error("the name has a character that is not allowed")]
    Characters,
    /// A username with letters of scripts that are not written together, such as Latin and Cyrillic.
    #[error("the name mixes scripts")]
    MixedScripts,
    /// A name that would mislead other users, such as that of the server or its operator.
    #[error("the name is reserved")]
    Reserved,
    /// A reason sent by a newer server, unknown to this version.
    #[serde(other)]
    #[error("the name is refused")]
    Other,
}

/// An account as other users see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Unique, immutable sign-in name.
    pub username: Username,
    /// Name shown on screen; not unique.
    pub display_name: DisplayName,
    /// Status text set by the user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<StatusText>,
    /// Whether any session of the account is open.
    pub online: bool,
    /// Whether an online user is away on every connected device. Always false while offline.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub away: bool,
    /// When the last session of an offline user ended; if the server crashed during that session, when it
    /// began. Absent if unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_seen: Option<Timestamp>,
    /// Whether the account was deleted. Nobody can sign in to it or write to it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
}

impl Username {
    /// Maps to lower case and validates; surrounding white space is ignored.
    ///
    /// # Errors
    /// A [`NameProblem`] if the name is invalid.
    pub fn parse(typed: &str) -> Result<Self, NameProblem> {
        let typed = typed.trim();
        if is_blank(typed) {
            return Err(NameProblem::Empty);
        }
        // Checked before applying the profile, whose cost grows with the length of the text.
        if typed.chars().count() > MAX_USERNAME_CHARS {
            return Err(NameProblem::TooLong);
        }
        let typed = map_dotted_capital_i(typed);
        let mapped = UsernameCaseMapped::enforce(typed.as_ref()).map_err(|_| NameProblem::Characters)?;
        if mapped.chars().count() > MAX_USERNAME_CHARS {
            return Err(NameProblem::TooLong);
        }
        let is_joint = |c: char| matches!(c, '.' | '_' | '-');
        let allowed = mapped.chars().all(|c| is_joint(c) || !c.is_ascii() || c.is_ascii_alphanumeric());
        if !allowed || mapped.starts_with(is_joint) || mapped.ends_with(is_joint) {
            return Err(NameProblem::Characters);
        }
        Ok(Self(mapped.into_owned()))
    }

    /// Whether it is one of the names that a server gives to deleted accounts: `deleted`, a separator and a number.
    #[must_use]
    pub fn is_of_deleted_account(&self) -> bool {
        let number = self.0.strip_prefix("deleted").and_then(|rest| rest.strip_prefix(['-', '.', '_']));
        number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
    }

    /// The username, in lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl DisplayName {
    /// Cleans the text to one line and validates its length.
    ///
    /// # Errors
    /// A [`NameProblem`] if the cleaned name is invalid.
    pub fn parse(typed: &str) -> Result<Self, NameProblem> {
        parse_line(typed, MAX_DISPLAY_NAME_CHARS).map(Self)
    }

    /// The display name: one clean line.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Maps `İ` to `i`. Its lower case in Unicode is an `i` with a second dot above, which cannot be seen.
fn map_dotted_capital_i(typed: &str) -> Cow<'_, str> {
    if typed.contains([DOTTED_CAPITAL_I, DOT_ABOVE]) {
        Cow::Owned(typed.nfc().map(|c| if c == DOTTED_CAPITAL_I { 'i' } else { c }).collect())
    } else {
        Cow::Borrowed(typed)
    }
}

/// Cleans `typed` to a single line and checks that it has 1 to `max_chars` characters.
pub(super) fn parse_line(typed: &str, max_chars: usize) -> Result<String, NameProblem> {
    let line = clean_line(typed);
    if is_blank(&line) {
        Err(NameProblem::Empty)
    } else if line.chars().count() > max_chars {
        Err(NameProblem::TooLong)
    } else {
        Ok(line)
    }
}

impl From<String> for Username {
    fn from(text: String) -> Self {
        Self(clean_line_within(text, MAX_USERNAME_CHARS))
    }
}

impl From<Username> for String {
    fn from(name: Username) -> Self {
        name.0
    }
}

impl From<String> for DisplayName {
    fn from(text: String) -> Self {
        Self(clean_line_within(text, MAX_DISPLAY_NAME_CHARS))
    }
}

impl From<DisplayName> for String {
    fn from(name: DisplayName) -> Self {
        name.0
    }
}

impl fmt::Display for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for DisplayName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{DisplayName, MAX_DISPLAY_NAME_CHARS, MAX_USERNAME_CHARS, NameProblem, Username};

    #[track_caller]
    fn check_username(typed: &str, expected: Result<&str, NameProblem>) {
        let got = Username::parse(typed);
        assert_eq!(got.as_ref().map(Username::as_str).map_err(|e| *e), expected, "parsing {typed:?}");
    }

    #[test]
    fn usernames_of_any_script_are_mapped_to_lower_case() {
        check_username("Ana", Ok("ana"));
        check_username(" João ", Ok("joão"));
        check_username("Joa\u{303}o", Ok("joão"));
        check_username("İbrahim", Ok("ibrahim"));
        check_username("I\u{307}brahim", Ok("ibrahim"));
        check_username("mari\u{307}a", Ok("mari\u{307}a"));
        check_username("Ольга", Ok("ольга"));
        check_username("李小龙", Ok("李小龙"));
        check_username("a.b_c-9", Ok("a.b_c-9"));
    }

    #[test]
    fn names_of_deleted_accounts_end_with_a_number() {
        let is_of_deleted = |name: &str| Username::from(name.to_owned()).is_of_deleted_account();
        assert!(["deleted-1", "deleted.23", "deleted_456"].into_iter().all(is_of_deleted));
        assert!(!["deleted", "deleted-", "deleted-x", "deleted-1x", "deleted1", "ana-1"].into_iter().any(is_of_deleted));
    }

    #[test]
    fn text_that_could_be_mistaken_for_something_else_is_refused() {
        check_username("", Err(NameProblem::Empty));
        check_username(" \u{200b} ", Err(NameProblem::Empty));
        for odd in ["a b", "/quit", "@ana", "#rust", "a\u{1b}b", "a\u{202e}b", ".", "-a", "a_", "👍", "a\u{301}\u{200d}"] {
            check_username(odd, Err(NameProblem::Characters));
        }
    }

    #[test]
    fn the_length_limit_is_exact() {
        let longest = "a".repeat(MAX_USERNAME_CHARS);
        check_username(&longest, Ok(&longest));
        check_username(&format!("{longest}a"), Err(NameProblem::TooLong));
        assert!(DisplayName::parse(&"é".repeat(MAX_DISPLAY_NAME_CHARS)).is_ok());
        assert_eq!(DisplayName::parse(&"é".repeat(MAX_DISPLAY_NAME_CHARS + 1)), Err(NameProblem::TooLong));
    }

    #[test]
    fn a_hostile_server_cannot_put_control_characters_in_a_name() {
        let name: Username = serde_json::from_str(r#""a\u001b[2Jb\u202e""#).unwrap();
        assert_eq!(name.as_str(), "a [2Jb");
    }
}
