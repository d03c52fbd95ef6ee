//! Invites to register.

use std::fmt;

use papo_shared::model::Timestamp;
use sha2::{Digest, Sha256};

use super::code_text::{self, CODE_BYTES};

/// Code of an invite. Known only to those invited; the server stores its [`InviteHash`].
pub struct InviteCode([u8; CODE_BYTES]);

/// SHA-256 of a code. A fast hash is sufficient: 80 random bits behind a rate limit cannot be guessed.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct InviteHash(pub [u8; 32]);

/// Invite id assigned by the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InviteId(pub i64);

/// An invite, without its code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invite {
    pub id: InviteId,
    /// How many more accounts can be created with it; at least one.
    pub uses_left: u32,
    /// When it expires; `None`: never.
    pub expires_at: Option<Timestamp>,
    /// Creation time, by the server clock.
    pub created_at: Timestamp,
    /// The operator who created it.
    pub created_by: String,
}

impl Invite {
    /// Whether an account can be created with it at `now`.
    #[must_use]
    pub fn is_valid(&self, now: Timestamp) -> bool {
        is_unexpired(self.expires_at, now)
    }
}

/// Whether an invite, to the server or to a group, can still be used. Used-up invites are deleted.
#[must_use]
pub(super) fn is_unexpired(expires_at: Option<Timestamp>, now: Timestamp) -> bool {
    expires_at.is_none_or(|expires_at| now < expires_at)
}

impl InviteCode {
    /// Creates a code from random bytes.
    #[must_use]
    pub fn new(random: [u8; CODE_BYTES]) -> Self {
        Self(random)
    }

    /// Parses a code as typed. `None` if it is not a code.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        code_text::parse(typed).map(Self)
    }

    /// The written form, `ABCD-EFGH-IJKL-MNOP`, in base32.
    #[must_use]
    pub fn text(&self) -> String {
        code_text::write(&self.0)
    }

    /// The hash that the store keeps.
    #[must_use]
    pub fn hash(&self) -> InviteHash {
        InviteHash(Sha256::digest(self.0).into())
    }
}

impl fmt::Debug for InviteHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InviteHash")
    }
}

#[cfg(test)]
mod tests {
    use super::{Invite, InviteCode, InviteId, Timestamp};

    #[test]
    fn a_code_is_parsed_in_any_spelling() {
        let code = InviteCode::new([0x73, 0x9c, 0x42, 0xb5, 0x08, 0xd6, 0x31, 0xe7, 0x0b, 0xff]);
        let text = code.text();
        assert_eq!(text.len(), 19, "{text}");
        let typings =
            [text.to_lowercase(), text.replace('-', ""), format!(" {} ", text.replace('-', " ")), text.replace('O', "0")];
        for typed in typings {
            assert!(InviteCode::parse(&typed).is_some_and(|other| other.hash() == code.hash()), "{typed}");
        }
    }

    #[test]
    fn a_hash_is_not_logged() {
        assert_eq!(format!("{:?}", InviteCode::new([1; 10]).hash()), "InviteHash");
    }

    #[test]
    fn invalid_codes_are_rejected() {
        for typed in ["", "ABCD", "ABCD-EFGH-IJKL-MNO", "ABCD-EFGH-IJKL-MNOPQ", "ABCD-EFGH-IJKL-MNO!", "çççç-çççç-çççç-çççç"]
        {
            assert!(InviteCode::parse(typed).is_none(), "{typed}");
        }
    }

    #[test]
    fn an_invite_expires() {
        let until = |expires_at| Invite {
            id: InviteId(1),
            uses_left: 1,
            expires_at,
            created_at: Timestamp(0),
            created_by: String::new(),
        };
        assert!(until(Some(Timestamp(5))).is_valid(Timestamp(4)));
        assert!(!until(Some(Timestamp(5))).is_valid(Timestamp(5)));
        assert!(until(None).is_valid(Timestamp(i64::MAX)));
    }
}
