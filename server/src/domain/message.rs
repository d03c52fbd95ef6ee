//! What the server keeps about messages besides what they say.

use papo_shared::model::{ConversationId, Emoji, MessageText, Seq, Username};
use sha2::{Digest, Sha256};

/// All that is kept of the text of a deleted message: the first byte of its SHA-256.
///
/// Whoever sends the message again under its client id is to hear that it was stored, and whoever sends another one under this
/// id, that the id is used. One byte tells nearly all others apart from the first; what the first said it does not tell,
/// since of all that somebody might have said one in 256 has the same one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextMark(pub u8);

/// The position of an entry among all conversations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EntryId {
    /// The conversation whose log it is in.
    pub conversation: ConversationId,
    /// Its number there.
    pub seq: Seq,
}

/// A reaction, and where it stands among those of its message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundReaction {
    /// The entry that told of it.
    pub seq: Seq,
    /// With what.
    pub emoji: Emoji,
    /// Who.
    pub username: Username,
}

impl TextMark {
    /// Of the text that a message was sent with.
    #[must_use]
    pub fn of(text: &MessageText) -> Self {
        Self(Sha256::digest(text.as_str().as_bytes())[0])
    }
}

#[cfg(test)]
mod tests {
    use super::{MessageText, TextMark};

    #[test]
    fn a_mark_tells_texts_apart_and_is_always_the_same() {
        let mark = |text| TextMark::of(&MessageText::parse(text).unwrap());
        assert_eq!(mark("oi"), TextMark(0x87));
        assert_ne!(mark("oi"), mark("tchau"));
    }
}
