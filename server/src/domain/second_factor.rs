//! The second factor of an account, and the use of codes.
//!
//! The secret itself is stored, since codes are computed from it. Of recovery codes only hashes are stored.

use std::fmt;

use papo_shared::model::Timestamp;
use papo_shared::protocol::Refusal;
use sha2::{Digest, Sha256};

use super::code_text::{self, CODE_BYTES};
use super::totp::{DIGITS, TimeStep, TotpSecret};

/// Number of recovery codes of an account.
pub const RECOVERY_CODES: usize = 10;

/// Maximum number of wrong codes of the app within [`WRONG_CODES_WINDOW_MS`]. Three of a million codes are accepted at any
/// time, so a thief of the password finds one within a day with a probability below a thousandth.
pub const MAX_WRONG_CODES: u32 = 10;

/// The period in which wrong codes are counted, in milliseconds: one hour from the first of them.
pub const WRONG_CODES_WINDOW_MS: i64 = 60 * 60 * 1000;

/// The second factor of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecondFactor {
    pub secret: TotpSecret,
    /// Whether it is required at sign-in; before, it waits for its first code.
    pub confirmed: bool,
    /// The newest step whose code was used. Codes of this step and of earlier ones are refused.
    pub used_step: TimeStep,
    /// Wrong codes of the app since `wrong_since`.
    pub wrong_codes: u32,
    /// When the first of them was counted.
    pub wrong_since: Timestamp,
    /// Unused recovery codes.
    pub recovery_codes: Vec<RecoveryCodeHash>,
}

/// A code as typed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum SecondFactorCode {
    /// Six digits, from the app.
    Totp(u32),
    Recovery(RecoveryCodeHash),
    /// Text that is no code, and so is always wrong.
    Malformed,
}

/// A code that replaces a code of the app once.
pub struct RecoveryCode([u8; CODE_BYTES]);

/// SHA-256 of a recovery code. A fast hash is sufficient for 80 random bits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RecoveryCodeHash(pub [u8; 32]);

/// The result of checking a code: the second factor to store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum CheckedCode {
    /// The code was right, and is used up.
    Right(SecondFactor),
    /// The code was wrong, and counts as a failed attempt.
    Wrong(SecondFactor),
}

impl SecondFactor {
    /// A second factor that waits for its first code.
    #[must_use]
    pub fn new(secret: TotpSecret) -> Self {
        Self {
            secret,
            confirmed: false,
            used_step: TimeStep(i64::MIN),
            wrong_codes: 0,
            wrong_since: Timestamp(0),
            recovery_codes: Vec::new(),
        }
    }

    /// Checks a code, and uses it up if it is right.
    ///
    /// # Errors
    /// `TooFast` after too many wrong codes of the app. Recovery codes are not counted, because they cannot be guessed: the
    /// owner can use them even while someone who knows the password guesses.
    pub(super) fn check(&self, code: SecondFactorCode, now: Timestamp) -> Result<CheckedCode, Refusal> {
        match code {
            SecondFactorCode::Totp(code) => self.check_totp(code, now),
            SecondFactorCode::Recovery(hash) => {
                let mut after = self.clone();
                after.recovery_codes.retain(|unused| *unused != hash);
                let is_right = after.recovery_codes.len() < self.recovery_codes.len();
                Ok(if is_right { CheckedCode::Right(after) } else { CheckedCode::Wrong(after) })
            }
            SecondFactorCode::Malformed => Ok(CheckedCode::Wrong(self.clone())),
        }
    }

    fn check_totp(&self, code: u32, now: Timestamp) -> Result<CheckedCode, Refusal> {
        // Times after `now` were recorded while the clock was wrong.
        let since_first_wrong =
            now.0.checked_sub(self.wrong_since.0).filter(|passed| (0..WRONG_CODES_WINDOW_MS).contains(passed));
        let (wrong_codes, wrong_since) = match since_first_wrong {
            Some(_) => (self.wrong_codes, self.wrong_since),
            None => (0, now),
        };
        if let Some(passed) = since_first_wrong
            && wrong_codes >= MAX_WRONG_CODES
        {
            return Err(Refusal::TooFast { retry_after_ms: (WRONG_CODES_WINDOW_MS - passed).unsigned_abs() });
        }
        let mut tolerated = TimeStep::at(now).tolerated();
        let is_used = |step: i64| step <= self.used_step.0 && self.used_step.0 <= *TimeStep::at(now).tolerated().end();
        let step = tolerated.find(|step| !is_used(*step) && self.secret.code(TimeStep(*step)) == code);
        Ok(match step {
            Some(step) => {
                CheckedCode::Right(Self { used_step: TimeStep(step), wrong_codes: 0, wrong_since: Timestamp(0), ..self.clone() })
            }
            None => CheckedCode::Wrong(Self { wrong_codes: wrong_codes + 1, wrong_since, ..self.clone() }),
        })
    }
}

impl SecondFactorCode {
    /// Parses a code as typed: six digits are a code of the app, anything else can only be a recovery code.
    #[must_use]
    pub fn parse(typed: &str) -> Self {
        let compact: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
        if compact.len() == DIGITS && compact.bytes().all(|byte| byte.is_ascii_digit()) {
            return compact.parse().map_or(Self::Malformed, Self::Totp);
        }
        code_text::parse(typed).map_or(Self::Malformed, |code| Self::Recovery(RecoveryCode(code).hash()))
    }
}

impl RecoveryCode {
    /// Creates a code from random bytes.
    #[must_use]
    pub fn new(random: [u8; CODE_BYTES]) -> Self {
        Self(random)
    }

    /// The written form, `ABCD-EFGH-IJKL-MNOP`, in base32.
    #[must_use]
    pub fn text(&self) -> String {
        code_text::write(&self.0)
    }

    /// The hash that the store keeps.
    #[must_use]
    pub fn hash(&self) -> RecoveryCodeHash {
        RecoveryCodeHash(Sha256::digest(self.0).into())
    }
}

impl fmt::Debug for SecondFactorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecondFactorCode")
    }
}

impl fmt::Debug for RecoveryCodeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCodeHash")
    }
}

#[cfg(test)]
mod tests {
    use super::{
        CheckedCode, MAX_WRONG_CODES, RecoveryCode, Refusal, SecondFactor, SecondFactorCode, TimeStep, Timestamp, TotpSecret,
        WRONG_CODES_WINDOW_MS,
    };

    const NOW: Timestamp = Timestamp(1_800_000_000_000);

    fn second_factor() -> SecondFactor {
        let recovery_codes = [1, 2].map(|number| RecoveryCode::new([number; 10]).hash()).to_vec();
        SecondFactor { confirmed: true, recovery_codes, ..SecondFactor::new(TotpSecret([7; 20])) }
    }

    /// The code of a step that is `steps` after the current one.
    fn code(steps: i64) -> SecondFactorCode {
        SecondFactorCode::Totp(second_factor().secret.code(TimeStep(TimeStep::at(NOW).0 + steps)))
    }

    /// A code that is not accepted at [`NOW`].
    fn wrong_code() -> SecondFactorCode {
        let accepted = [-1, 0, 1].map(code);
        (0..).map(SecondFactorCode::Totp).find(|wrong| !accepted.contains(wrong)).unwrap()
    }

    #[track_caller]
    fn right(factor: &SecondFactor, code: SecondFactorCode, now: Timestamp) -> SecondFactor {
        match factor.check(code, now) {
            Ok(CheckedCode::Right(after)) => after,
            other => panic!("{other:?}"),
        }
    }

    #[track_caller]
    fn wrong(factor: &SecondFactor, code: SecondFactorCode, now: Timestamp) -> SecondFactor {
        match factor.check(code, now) {
            Ok(CheckedCode::Wrong(after)) => after,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn codes_of_the_neighbouring_steps_are_accepted() {
        let factor = second_factor();
        for steps in [-1, 0, 1] {
            right(&factor, code(steps), NOW);
        }
        for steps in [-2, 2] {
            wrong(&factor, code(steps), NOW);
        }
    }

    #[test]
    fn a_used_step_and_earlier_ones_are_refused() {
        let used = right(&second_factor(), code(0), NOW);
        wrong(&used, code(0), NOW);
        wrong(&used, code(-1), NOW);
        right(&used, code(1), NOW);
    }

    /// Otherwise a server whose clock was ahead would refuse all codes until that time.
    #[test]
    fn a_step_used_under_a_clock_that_was_ahead_does_not_lock_the_account() {
        let ahead = Timestamp(NOW.0 + 1_000_000_000);
        let factor = second_factor();
        let later = SecondFactorCode::Totp(factor.secret.code(TimeStep::at(ahead)));
        let mut used = right(&factor, later, ahead);
        right(&used, code(0), NOW);
        used.wrong_codes = MAX_WRONG_CODES;
        used.wrong_since = ahead;
        right(&used, code(0), NOW);
    }

    #[test]
    fn wrong_codes_are_limited_per_hour_and_recovery_codes_are_not() {
        let mut factor = second_factor();
        for _ in 0..MAX_WRONG_CODES {
            factor = wrong(&factor, wrong_code(), NOW);
        }
        let half = Timestamp(NOW.0 + WRONG_CODES_WINDOW_MS / 2);
        let retry_after_ms = WRONG_CODES_WINDOW_MS.unsigned_abs() / 2;
        assert_eq!(factor.check(code(0), half), Err(Refusal::TooFast { retry_after_ms }), "also for a right code");
        right(&factor, SecondFactorCode::Recovery(RecoveryCode::new([1; 10]).hash()), half);
        let later = Timestamp(NOW.0 + WRONG_CODES_WINDOW_MS);
        assert_eq!(wrong(&factor, SecondFactorCode::Totp(1), later).wrong_codes, 1, "counted anew");
    }

    #[test]
    fn a_right_code_ends_the_count_of_wrong_ones() {
        let mut factor = second_factor();
        for _ in 1..MAX_WRONG_CODES {
            factor = wrong(&factor, wrong_code(), NOW);
        }
        factor = right(&factor, code(0), NOW);
        assert_eq!(wrong(&factor, wrong_code(), NOW).wrong_codes, 1);
    }

    #[test]
    fn a_recovery_code_can_be_used_once() {
        let recovery = SecondFactorCode::parse(&RecoveryCode::new([2; 10]).text().to_lowercase());
        let used = right(&second_factor(), recovery, NOW);
        assert_eq!(used.recovery_codes.len(), 1);
        wrong(&used, recovery, NOW);
    }

    #[test]
    fn codes_are_parsed_as_typed() {
        assert_eq!(SecondFactorCode::parse(" 012 345 "), SecondFactorCode::Totp(12_345));
        for typed in ["", "12345", "1234567", "12345x", "ABCD-EFGH-IJKL-MNO"] {
            assert_eq!(SecondFactorCode::parse(typed), SecondFactorCode::Malformed, "{typed:?}");
        }
        wrong(&second_factor(), SecondFactorCode::Malformed, NOW);
    }

    #[test]
    fn codes_are_not_logged() {
        let (code, hash) = (SecondFactorCode::Totp(123_456), RecoveryCode::new([1; 10]).hash());
        assert_eq!(format!("{code:?} {hash:?}"), "SecondFactorCode RecoveryCodeHash");
    }
}
