//! Server-side data about messages.

use std::fmt;

use papo_shared::model::{ConversationId, Emoji, MessageText, Seq, Username};
use sha2::{Digest, Sha256};

use super::account::AccountId;

/// All that is kept of the text of a deleted message: the first byte of its SHA-256.
///
/// A client that sends the deleted message again under its client id must be told that it was stored, and one that
/// sends a different text under that id must be refused. One byte tells nearly all other texts apart, but does not
/// reveal the deleted one: one in 256 of all possible texts shares it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextHashByte(pub u8);

/// Identifies an entry across all conversations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EntryId {
    /// The conversation whose log contains it.
    pub conversation: ConversationId,
    /// Its number in that log.
    pub seq: Seq,
}

/// The reference of a message, such as `17/2041`, which users copy from papo and `papo-server message delete` takes.
impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}/{}", self.conversation.0, self.seq.0))
    }
}

/// Who or what removed the text of a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Removal {
    /// Its author, also by deleting the account.
    #[default]
    Author,
    /// An admin or the owner of the group.
    Member(AccountId),
    /// The operator of the server.
    Operator,
    /// It was kept as long as messages are kept.
    Expiry,
}

/// A reaction with its position in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundReaction {
    /// The entry that added it.
    pub seq: Seq,
    pub emoji: Emoji,
    /// The user who reacted.
    pub username: Username,
}

impl TextHashByte {
    /// Computes the mark of a message's original text.
    #[must_use]
    pub fn of(text: &MessageText) -> Self {
        Self(Sha256::digest(text.as_str().as_bytes())[0])
    }
}

#[cfg(test)]
mod tests {
    use super::{MessageText, TextHashByte};

    #[test]
    fn marks_are_stable_and_differ_between_texts() {
        let mark = |text| TextHashByte::of(&MessageText::parse(text).unwrap());
        assert_eq!(mark("oi"), TextHashByte(0x87));
        assert_ne!(mark("oi"), mark("tchau"));
    }
}
