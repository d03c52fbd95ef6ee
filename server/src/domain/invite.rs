//! What lets somebody register where not everybody may.

use std::fmt;

use data_encoding::{BASE32_NOPAD, BASE32_NOPAD_VISUAL};
use papo_shared::model::Timestamp;
use sha2::{Digest, Sha256};

/// Bytes of a code: 80 random bits, 16 characters to type.
const CODE_BYTES: usize = 10;

/// Characters between two dashes, for the eye.
const GROUP_CHARS: usize = 4;

/// The code of an invite. Only who is invited has it: the server keeps its [`InviteHash`].
pub struct InviteCode([u8; CODE_BYTES]);

/// The SHA-256 of a code. Eighty random bits behind a limit of attempts are not guessed, so that a quick hash is enough.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct InviteHash(pub [u8; 32]);

/// An invite, as the store numbers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InviteId(pub i64);

/// An invite without its code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invite {
    /// Its number.
    pub id: InviteId,
    /// How many accounts can still be made with it; at least one.
    pub uses_left: u32,
    /// From when on it is good for nothing; none: never.
    pub expires_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Who made it, in the operator's words.
    pub created_by: String,
}

impl Invite {
    /// Whether it is good for an account now.
    #[must_use]
    pub fn stands(&self, now: Timestamp) -> bool {
        self.uses_left > 0 && self.expires_at.is_none_or(|expires_at| now < expires_at)
    }
}

impl InviteCode {
    /// The code of these random bits.
    #[must_use]
    pub fn new(random: [u8; CODE_BYTES]) -> Self {
        Self(random)
    }

    /// Reads a code as a person types it: case, dashes and spaces do not count, and neither does taking a digit for a letter
    /// that looks like it. None for what is no code.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        let symbols: String = typed.to_ascii_uppercase().chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        BASE32_NOPAD_VISUAL.decode(symbols.as_bytes()).ok()?.try_into().ok().map(Self)
    }

    /// As it is given to a person: `ABCD-EFGH-IJKL-MNOP`, in the letters and digits of base32.
    #[must_use]
    pub fn text(&self) -> String {
        let symbols: Vec<char> = BASE32_NOPAD.encode(&self.0).chars().collect();
        symbols.chunks(GROUP_CHARS).map(String::from_iter).collect::<Vec<_>>().join("-")
    }

    /// What is kept of it.
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
    fn a_code_is_read_however_it_is_typed() {
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
    fn what_is_no_code_is_none() {
        for typed in ["", "ABCD", "ABCD-EFGH-IJKL-MNO", "ABCD-EFGH-IJKL-MNOPQ", "ABCD-EFGH-IJKL-MNO!", "çççç-çççç-çççç-çççç"]
        {
            assert!(InviteCode::parse(typed).is_none(), "{typed}");
        }
    }

    #[test]
    fn an_invite_ends_with_its_time() {
        let until = |expires_at| Invite {
            id: InviteId(1),
            uses_left: 1,
            expires_at,
            created_at: Timestamp(0),
            created_by: String::new(),
        };
        assert!(until(Some(Timestamp(5))).stands(Timestamp(4)));
        assert!(!until(Some(Timestamp(5))).stands(Timestamp(5)));
        assert!(until(None).stands(Timestamp(i64::MAX)));
    }
}
