//! What becomes of a message after it was said: another text, nothing of it, reactions.

use serde::{Deserialize, Serialize};

use crate::model::{ConversationId, Emoji, MessageText, Seq, Timestamp, Username};

/// Gives a message of one's own another text; what it said before can be read with [`ListRevisions`]. The text it has already
/// changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditMessage {
    /// Where.
    pub conversation: ConversationId,
    /// Which message.
    pub seq: Seq,
    /// As typed.
    pub text: String,
}

/// Takes a message of one's own back: its text, what it said before, and the reactions are forgotten. Again, it changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeleteMessage {
    /// Where.
    pub conversation: ConversationId,
    /// Which message.
    pub seq: Seq,
}

/// Reacts to a message. Again with the same emoji, it changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddReaction {
    /// Where.
    pub conversation: ConversationId,
    /// To which message.
    pub seq: Seq,
    /// One emoji.
    pub emoji: String,
}

/// Takes a reaction of one's own back. Where there is none it changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoveReaction {
    /// Where.
    pub conversation: ConversationId,
    /// Of which message.
    pub seq: Seq,
    /// Which one.
    pub emoji: String,
}

/// Asks for a page of what a message said and says, the oldest text first and the one it has now last. Answered with
/// [`RevisionPage`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListRevisions {
    /// Where.
    pub conversation: ConversationId,
    /// Of which message.
    pub seq: Seq,
    /// Continue after so many texts: the `next` of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<u32>,
    /// Most rows wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// A page of the texts of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevisionPage {
    /// Where.
    pub conversation: ConversationId,
    /// Of which message.
    pub seq: Seq,
    /// The oldest first.
    pub revisions: Vec<Revision>,
    /// Where the next page begins; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u32>,
}

/// A text that a message had or has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revision {
    /// Since when.
    pub at: Timestamp,
    /// What it said.
    pub text: MessageText,
}

/// Asks for a page of the reactions to a message, in the order in which they came. Answered with [`ReactionPage`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListReactions {
    /// Where.
    pub conversation: ConversationId,
    /// To which message.
    pub seq: Seq,
    /// Continue after this one: the `next` of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Seq>,
    /// Most rows wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// A page of the reactions to a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReactionPage {
    /// Where.
    pub conversation: ConversationId,
    /// To which message.
    pub seq: Seq,
    /// In the order in which they came.
    pub reactions: Vec<ReactionBy>,
    /// Where the next page begins; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Seq>,
}

/// Who reacted with what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReactionBy {
    /// With what.
    pub emoji: Emoji,
    /// Who.
    pub username: Username,
}
