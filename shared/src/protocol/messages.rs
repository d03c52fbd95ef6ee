//! Posting messages and reading a conversation's log.

use serde::{Deserialize, Serialize};

use crate::model::{ClientId, ConversationId, Entry, ReplyTo, Seq, Timestamp, Username};

/// Posts a message. The reply is [`MessageStored`], sent once the message is on disk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendMessage {
    /// The conversation to post in.
    pub conversation: ConversationId,
    /// Chosen by the client for this message, and unchanged when it is sent again.
    pub client_id: ClientId,
    /// The text, as typed.
    pub text: String,
    /// The message this one replies to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<Seq>,
}

/// Acknowledges [`SendMessage`]: the message is on disk and numbered.
///
/// It arrives in the order of the conversation's entries, in place of the [`EntryPosted`] that every other session receives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageStored {
    /// The conversation posted in.
    pub conversation: ConversationId,
    /// Client id of the stored message.
    pub client_id: ClientId,
    /// Number assigned to the message.
    pub seq: Seq,
    /// When it was stored.
    pub at: Timestamp,
    /// The message it replies to, with that message's author.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<ReplyTo>,
    /// Users it mentions, as in [`Message::mentions`](crate::model::Message::mentions).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<Username>,
}

/// Event: one of the session's conversations has a new entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryPosted {
    /// The conversation that the event is about.
    pub conversation: ConversationId,
    /// Normally numbered one above the last known entry; a gap must be fetched with [`History`].
    pub entry: Entry,
}

/// Requests entries of a conversation: those after a number in ascending order, or the newest ones before a number.
/// This one request serves history, resuming, closing gaps and catching up. The reply is [`Entries`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    /// One of the requester's conversations.
    pub conversation: ConversationId,
    /// Return entries with greater numbers, lowest first. Excludes `before`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Seq>,
    /// Return the highest entries with smaller numbers. If `after` is absent too, return the newest entries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Seq>,
    /// Maximum number of entries; the server applies its own default and maximum.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// A gapless range of a conversation's log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entries {
    /// The conversation that the page belongs to.
    pub conversation: ConversationId,
    /// Entries in ascending order. Fewer than requested if more would not fit in one line.
    pub entries: Vec<Entry>,
    /// Whether there are further entries in the requested direction.
    pub more: bool,
}
