//! Saying something, and reading what was said.

use serde::{Deserialize, Serialize};

use crate::model::{ClientId, ConversationId, Entry, ReplyTo, Seq, Timestamp, Username};

/// Says something. Answered with [`MessageStored`] once it is on disk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendMessage {
    /// Where.
    pub conversation: ConversationId,
    /// Made by the client for this message, and the same each time it tries again.
    pub client_id: ClientId,
    /// As typed.
    pub text: String,
    /// The message that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<Seq>,
}

/// The acknowledgement of [`SendMessage`]: stored, numbered, never lost.
///
/// It comes at its place in the order of the conversation's entries and stands for the [`EntryPosted`] that every other
/// session gets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageStored {
    /// Where.
    pub conversation: ConversationId,
    /// The message this is about.
    pub client_id: ClientId,
    /// The number it has.
    pub seq: Seq,
    /// When it was stored.
    pub at: Timestamp,
    /// The message that it answers, with who said that one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<ReplyTo>,
    /// Whom it names, as in [`Message::mentions`](crate::model::Message::mentions).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<Username>,
}

/// Event: a conversation one is in has a new entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryPosted {
    /// Which conversation.
    pub conversation: ConversationId,
    /// The entry.
    pub entry: Entry,
}

/// Asks for entries of a conversation: those after a number in ascending order, or else the newest ones before a
/// number. The one mechanism behind history, resuming, filling a hole and catching up. Answered with [`Entries`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    /// Of which one.
    pub conversation: ConversationId,
    /// Entries with a greater number, the lowest first. Not together with `before`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Seq>,
    /// The highest entries with a smaller number. Absent, as `after` is: the newest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Seq>,
    /// Most entries wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// Part of a conversation's log, without a hole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entries {
    /// Of which conversation.
    pub conversation: ConversationId,
    /// In ascending order. Fewer than asked where they would not fit in one line.
    pub entries: Vec<Entry>,
    /// Whether there are further entries in the direction that was asked for.
    pub more: bool,
}
