//! Rules for new passwords: length and estimated strength. No composition rules.

use serde::{Deserialize, Serialize};
use zxcvbn::{Score, feedback};

use super::account::Username;
use super::limits::{MAX_PASSWORD_BYTES, MIN_PASSWORD_CHARS};

/// Reason for refusing a new password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum PasswordProblem {
    /// Fewer than [`MIN_PASSWORD_CHARS`] characters.
    #[error("the password is too short")]
    TooShort,
    /// More than [`MAX_PASSWORD_BYTES`] bytes.
    #[error("the password is too long")]
    TooLong,
    /// Equals the username, ignoring case.
    #[error("the password is the username")]
    IsUsername,
    /// Estimated to be guessed within about 10⁶ attempts (zxcvbn score below 2).
    #[error("the password is too easy to guess")]
    TooWeak,
    /// A reason sent by a newer server, unknown to this version.
    #[serde(other)]
    #[error("the password is refused")]
    Other,
}

/// Estimated strength, from 0 (among the first guesses) to 4, with advice for a stronger password. Uses zxcvbn, which
/// knows common passwords, words, dates and keyboard patterns.
#[must_use]
pub fn password_strength(password: &str, username: &str) -> (u8, Option<feedback::Feedback>) {
    let estimate = zxcvbn::zxcvbn(password, &[username, "papo"]);
    (estimate.score().into(), estimate.feedback().cloned())
}

/// Checks a new password.
///
/// # Errors
/// The first [`PasswordProblem`] found.
pub fn check_password(password: &str, username: &Username) -> Result<(), PasswordProblem> {
    if password.len() > MAX_PASSWORD_BYTES {
        return Err(PasswordProblem::TooLong);
    }
    if password.chars().count() < MIN_PASSWORD_CHARS {
        return Err(PasswordProblem::TooShort);
    }
    if password.to_lowercase() == username.as_str() {
        return Err(PasswordProblem::IsUsername);
    }
    if password_strength(password, username.as_str()).0 < u8::from(Score::Two) {
        return Err(PasswordProblem::TooWeak);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{MAX_PASSWORD_BYTES, PasswordProblem, Username, check_password};

    #[track_caller]
    fn check(password: &str, expected: Result<(), PasswordProblem>) {
        assert_eq!(check_password(password, &Username::parse("carolina").unwrap()), expected, "checking {password:?}");
    }

    #[test]
    fn each_rule_accepts_and_refuses() {
        check("k9#vTq2", Err(PasswordProblem::TooShort));
        check("k9#vTq2x", Ok(()));
        check("Carolina", Err(PasswordProblem::IsUsername));
        check("password", Err(PasswordProblem::TooWeak));
        check("12345678", Err(PasswordProblem::TooWeak));
        check("um cavalo come bananas", Ok(()));
        let long = "um cavalo come bananas ".repeat(20);
        check(&long[..MAX_PASSWORD_BYTES], Ok(()));
        check(&long[..=MAX_PASSWORD_BYTES], Err(PasswordProblem::TooLong));
    }
}
