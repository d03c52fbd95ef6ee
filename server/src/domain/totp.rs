//! Time-based one-time passwords (RFC 6238) with the parameters that all authenticator apps support: HMAC-SHA-1, steps of
//! 30 seconds, six digits.

use std::fmt;
use std::fmt::Write as _;
use std::ops::RangeInclusive;

use data_encoding::BASE32_NOPAD;
use papo_shared::model::{Timestamp, Username};
use ring::hmac;

/// Size of a secret: the output of SHA-1, as RFC 4226 recommends.
pub const SECRET_BYTES: usize = 20;

/// Number of digits of a code.
pub(super) const DIGITS: usize = 6;

const STEP_MS: i64 = 30_000;

/// Steps before and after the current one whose codes are accepted, for clocks that differ and for slow typists.
const TOLERATED_STEPS: i64 = 1;

/// The secret shared with the authenticator app of an account.
#[derive(Clone, PartialEq, Eq)]
pub struct TotpSecret(pub [u8; SECRET_BYTES]);

/// A number of intervals of 30 seconds since the epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimeStep(pub i64);

impl TimeStep {
    /// The step of this time.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Self(now.0.div_euclid(STEP_MS))
    }

    /// The steps whose codes are accepted during this one.
    #[must_use]
    pub fn tolerated(self) -> RangeInclusive<i64> {
        self.0 - TOLERATED_STEPS..=self.0 + TOLERATED_STEPS
    }
}

impl TotpSecret {
    /// The code of a step.
    #[must_use]
    pub fn code(&self, TimeStep(step): TimeStep) -> u32 {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.0);
        let tag = hmac::sign(&key, &step.to_be_bytes());
        // The dynamic truncation of RFC 4226, section 5.3.
        let bytes = tag.as_ref();
        let offset = usize::from(bytes.last().copied().unwrap_or(0) & 0xf);
        let word = bytes.iter().skip(offset).take(4).fold(0_u32, |word, byte| word << 8 | u32::from(*byte));
        (word & 0x7fff_ffff) % 10_u32.pow(DIGITS as u32)
    }

    /// The secret in base32, to type into an app.
    #[must_use]
    pub fn text(&self) -> String {
        BASE32_NOPAD.encode(&self.0)
    }

    /// The URI that apps read from a QR code. Parameters are given although they are the defaults, because some apps require
    /// them.
    #[must_use]
    pub fn uri(&self, username: &Username) -> String {
        let label = percent_encode(username.as_str());
        format!("otpauth://totp/papo:{label}?secret={}&issuer=papo&algorithm=SHA1&digits={DIGITS}&period=30", self.text())
    }
}

impl fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TotpSecret")
    }
}

/// Escapes all bytes that RFC 3986 does not call unreserved.
fn percent_encode(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
        encoded
    })
}

#[cfg(test)]
mod tests {
    use super::{TimeStep, Timestamp, TotpSecret, Username};

    /// RFC 6238, appendix B, in the last six of its eight digits.
    #[test]
    fn codes_match_the_vectors_of_the_rfc() {
        let secret = TotpSecret(*b"12345678901234567890");
        for (seconds, code) in [
            (59, 287_082),
            (1_111_111_109, 81_804),
            (1_111_111_111, 50_471),
            (1_234_567_890, 5_924),
            (2_000_000_000, 279_037),
            (20_000_000_000, 353_130),
        ] {
            assert_eq!(secret.code(TimeStep::at(Timestamp(seconds * 1000))), code, "at {seconds} s");
        }
    }

    #[test]
    fn a_secret_is_written_for_apps_and_not_logged() {
        let secret = TotpSecret(*b"12345678901234567890");
        let text = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
        assert_eq!(secret.text(), text);
        assert_eq!(
            secret.uri(&Username::parse("joão.s").unwrap()),
            format!("otpauth://totp/papo:jo%C3%A3o.s?secret={text}&issuer=papo&algorithm=SHA1&digits=6&period=30")
        );
        assert_eq!(format!("{secret:?}"), "TotpSecret");
    }
}
