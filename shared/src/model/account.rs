//! Who somebody is.

use std::fmt;

use precis_profiles::UsernameCaseMapped;
use precis_profiles::precis_core::profile::PrecisFastInvocation;
use serde::{Deserialize, Serialize};

use super::limits::{MAX_DISPLAY_NAME_CHARS, MAX_USERNAME_CHARS};
use super::status::StatusText;
use super::text::{clean_line, clean_line_within, is_blank};
use super::timestamp::Timestamp;

/// How somebody signs in and is addressed: unique, and never changed.
///
/// Letters and digits of any script, and `.`, `_`, `-` between them; lower case (the UsernameCaseMapped profile of
/// RFC 8265, narrowed so that a name is never mistaken for punctuation or a command); 1 to
/// [`MAX_USERNAME_CHARS`] characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Username(String);

/// How somebody wants to be called: any clean line of 1 to [`MAX_DISPLAY_NAME_CHARS`] characters, not unique.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct DisplayName(String);

/// Why a name is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum NameProblem {
    /// Nothing that would be seen.
    #[error("the name is empty")]
    Empty,
    /// More characters than the limit of this kind of name.
    #[error("the name is too long")]
    TooLong,
    /// A character that this kind of name cannot have.
    #[error("the name has a character it cannot have")]
    Characters,
    /// A newer server's reason that this version has no word for.
    #[serde(other)]
    #[error("the name is refused")]
    Other,
}

/// An account as others see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Unique.
    pub username: Username,
    /// Not unique.
    pub display_name: DisplayName,
    /// What they say they are up to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<StatusText>,
    /// Whether a session of theirs is open now.
    pub online: bool,
    /// Of who is online: whether they are away, on every device that is open.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub away: bool,
    /// Of who is offline: when their last session ended, or began if the server broke down during it. Absent where it is
    /// not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_seen: Option<Timestamp>,
}

impl Username {
    /// Maps to lower case and checks.
    ///
    /// # Errors
    /// What is wrong with the name, as a [`NameProblem`].
    pub fn parse(typed: &str) -> Result<Self, NameProblem> {
        let typed = typed.trim();
        if is_blank(typed) {
            return Err(NameProblem::Empty);
        }
        // Before the profile, whose work grows with the text.
        if typed.chars().count() > MAX_USERNAME_CHARS {
            return Err(NameProblem::TooLong);
        }
        let mapped = UsernameCaseMapped::enforce(typed).map_err(|_| NameProblem::Characters)?;
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

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl DisplayName {
    /// Cleans and checks.
    ///
    /// # Errors
    /// What is wrong with the name, as a [`NameProblem`].
    pub fn parse(typed: &str) -> Result<Self, NameProblem> {
        parse_line(typed, MAX_DISPLAY_NAME_CHARS).map(Self)
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A clean line of 1 to `max_chars` characters.
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
    fn from(said: String) -> Self {
        Self(clean_line_within(said, MAX_USERNAME_CHARS))
    }
}

impl From<Username> for String {
    fn from(name: Username) -> Self {
        name.0
    }
}

impl From<String> for DisplayName {
    fn from(said: String) -> Self {
        Self(clean_line_within(said, MAX_DISPLAY_NAME_CHARS))
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
    fn a_name_is_lower_case_in_any_script() {
        check_username("Ana", Ok("ana"));
        check_username(" João ", Ok("joão"));
        check_username("Joa\u{303}o", Ok("joão"));
        check_username("Ольга", Ok("ольга"));
        check_username("李小龙", Ok("李小龙"));
        check_username("a.b_c-9", Ok("a.b_c-9"));
    }

    #[test]
    fn what_would_not_read_as_a_name_is_refused() {
        check_username("", Err(NameProblem::Empty));
        check_username(" \u{200b} ", Err(NameProblem::Empty));
        for odd in ["a b", "/quit", "@ana", "#rust", "a\u{1b}b", "a\u{202e}b", ".", "-a", "a_", "👍", "a\u{301}\u{200d}"] {
            check_username(odd, Err(NameProblem::Characters));
        }
    }

    #[test]
    fn the_length_limit_has_two_sides() {
        let longest = "a".repeat(MAX_USERNAME_CHARS);
        check_username(&longest, Ok(&longest));
        check_username(&format!("{longest}a"), Err(NameProblem::TooLong));
        assert!(DisplayName::parse(&"é".repeat(MAX_DISPLAY_NAME_CHARS)).is_ok());
        assert_eq!(DisplayName::parse(&"é".repeat(MAX_DISPLAY_NAME_CHARS + 1)), Err(NameProblem::TooLong));
    }

    #[test]
    fn a_hostile_server_cannot_put_controls_in_a_name() {
        let name: Username = serde_json::from_str(r#""a\u001b[2Jb\u202e""#).unwrap();
        assert_eq!(name.as_str(), "a [2Jb");
    }
}
