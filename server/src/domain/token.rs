//! Device tokens, which keep a device signed in.

use std::fmt;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// 256 random bits that sign a device in. Known only to the device; the server stores its [`TokenHash`].
pub struct DeviceToken([u8; 32]);

/// SHA-256 of a token's text. A fast hash is sufficient, since a token has 256 random bits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenHash(pub [u8; 32]);

impl DeviceToken {
    /// Creates a token from random bytes.
    #[must_use]
    pub fn new(random: [u8; 32]) -> Self {
        Self(random)
    }

    /// The wire format: URL-safe base64 without padding.
    #[must_use]
    pub fn text(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(self.0)
    }
}

impl TokenHash {
    /// Computes the hash of a token in its wire format.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self(Sha256::digest(text.as_bytes()).into())
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash")
    }
}

#[cfg(test)]
mod tests {
    use super::{DeviceToken, TokenHash};

    #[test]
    fn a_token_is_written_in_url_safe_base64() {
        let text = DeviceToken::new([0xfb; 32]).text();
        assert_eq!(text, "-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_s");
    }

    #[test]
    fn a_hash_is_not_logged() {
        assert_eq!(format!("{:?}", TokenHash::of("token")), "TokenHash");
    }
}
