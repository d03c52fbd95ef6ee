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

/// Number of characters at each end of a password by which its strength is estimated. zxcvbn tries all combinations of
/// substituted letters (`4` or `@` for `a`, …), so its time grows quickly: the worst password found takes 60 ms at this
/// length, and 700 ms at 100 characters. Ordinary passwords take less than a millisecond.
const ESTIMATED_CHARS: usize = 32;

/// Estimated strength, from 0 (among the first guesses) to 4, with advice for a stronger password. Uses zxcvbn, which
/// knows common passwords, words, dates and keyboard patterns.
///
/// Of a longer password, the first and the last 32 characters are estimated and the stronger end counts,
/// because the whole is at least as hard to guess as each of its parts. May take a tenth of a second.
#[must_use]
pub fn password_strength(password: &str, username: &str) -> (u8, Option<feedback::Feedback>) {
    let estimate = |part: &str| {
        let estimate = zxcvbn::zxcvbn(part, &[username, "papo"]);
        (u8::from(estimate.score()), estimate.feedback().cloned())
    };
    let start_of_rest = password.char_indices().nth(ESTIMATED_CHARS);
    let Some((start_of_rest, _)) = start_of_rest else { return estimate(password) };
    let (start_of_last, _) = password.char_indices().nth_back(ESTIMATED_CHARS - 1).unwrap_or_default();
    let (first, last) = (estimate(&password[..start_of_rest]), estimate(&password[start_of_last..]));
    if last.0 > first.0 { last } else { first }
}

/// Checks a new password. May take as long as [`password_strength`].
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
    use super::{ESTIMATED_CHARS, MAX_PASSWORD_BYTES, PasswordProblem, Username, check_password, password_strength};

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

    #[test]
    fn the_stronger_end_of_a_long_password_counts() {
        let weak = &"password".repeat(4);
        assert_eq!(weak.len(), ESTIMATED_CHARS);
        for strong in ["k9#vTq2x", "um cavalo come bananas", "sete gatos à janela"] {
            check(&format!("{weak}{strong}"), Ok(()));
            check(&format!("{strong}{weak}"), Ok(()));
        }
        check(weak, Err(PasswordProblem::TooWeak));
        check(&weak.repeat(8), Err(PasswordProblem::TooWeak));
        check(&"ã".repeat(90), Err(PasswordProblem::TooWeak));
    }

    /// The time of the estimate grows with the characters it reads, so only its input is bounded here; see
    /// [`ESTIMATED_CHARS`] for the time.
    #[test]
    fn characters_between_the_ends_are_not_estimated() {
        let (end, middle) = ("a".repeat(ESTIMATED_CHARS), "k9#vTq2x 4@8({[<369 1!|70$5+%2");
        let (with, without) = (format!("{end}{middle}{end}"), end.repeat(2));
        assert_eq!(password_strength(&with, "carolina"), password_strength(&without, "carolina"));
        let inside = format!("k9#vTq2x{}", &end[8..]);
        assert!(password_strength(&format!("{inside}{end}"), "carolina").0 > password_strength(&without, "carolina").0);
    }
}
