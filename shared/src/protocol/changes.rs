//! Changes to existing messages: edits, deletion and reactions, with their histories.

use serde::{Deserialize, Serialize};

use crate::model::{ConversationId, Emoji, MessageText, Seq, Timestamp, Username};

/// Replaces the text of one of the requester's own messages. Earlier texts remain available through
/// [`ListRevisions`]. Sending the current text again changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditMessage {
    /// Conversation of the message.
    pub conversation: ConversationId,
    /// Number of the message.
    pub seq: Seq,
    /// The new text, as typed.
    pub text: String,
}

/// Deletes a message: its text, earlier texts and reactions are erased. The message is the requester's own or, in a
/// group, one of a member whom the requester's role may remove. Deleting it again changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeleteMessage {
    /// Conversation of the message.
    pub conversation: ConversationId,
    /// Number of the message.
    pub seq: Seq,
}

/// Adds a reaction to a message. Adding the same emoji again changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddReaction {
    /// Conversation of the message.
    pub conversation: ConversationId,
    /// Number of the message.
    pub seq: Seq,
    /// Exactly one emoji, as typed.
    pub emoji: String,
}

/// Withdraws one of the requester's own reactions. Changes nothing if there is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoveReaction {
    /// Conversation of the message.
    pub conversation: ConversationId,
    /// Number of the message.
    pub seq: Seq,
    /// The emoji to withdraw.
    pub emoji: String,
}

/// Requests a page of the texts of a message, from the oldest to the current one. The reply is [`RevisionPage`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListRevisions {
    /// Conversation of the message.
    pub conversation: ConversationId,
    /// Number of the message.
    pub seq: Seq,
    /// Number of texts to skip: `next` of the previous page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<u32>,
    /// Maximum number of rows; the server applies its own default and maximum.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// A page of the texts of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevisionPage {
    /// Conversation of the message.
    pub conversation: ConversationId,
    /// Number of the message.
    pub seq: Seq,
    /// Texts, oldest first; the last page ends with the current text.
    pub revisions: Vec<Revision>,
    /// Pass as `after` for the next page; absent on the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u32>,
}

/// One text of a message, earlier or current.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revision {
    /// When the message was posted or edited with this text.
    pub at: Timestamp,
    /// Full text, not a difference.
    pub text: MessageText,
}

/// Requests a page of the reactions to a message, oldest first. The reply is [`ReactionPage`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListReactions {
    /// Conversation of the message.
    pub conversation: ConversationId,
    /// Number of the message.
    pub seq: Seq,
    /// Continue after this reaction entry: `next` of the previous page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Seq>,
    /// Maximum number of rows; the server applies its own default and maximum.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// A page of the reactions to a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReactionPage {
    /// Conversation of the message.
    pub conversation: ConversationId,
    /// Number of the message.
    pub seq: Seq,
    /// Reactions of all users, oldest first.
    pub reactions: Vec<ReactionBy>,
    /// Pass as `after` for the next page; absent on the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Seq>,
}

/// A reaction with the user who added it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReactionBy {
    /// Fully qualified form of the emoji.
    pub emoji: Emoji,
    /// The user who reacted.
    pub username: Username,
}
