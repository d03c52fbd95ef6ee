//! How far one has read, what waits for one's eyes, and how far the others are.

use serde::{Deserialize, Serialize};

use crate::model::{ConversationId, Entry, Seq, Username};

/// Moves one's read cursor forward; it does not move back. Answered with [`ReadCursor`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarkRead {
    /// In which conversation.
    pub conversation: ConversationId,
    /// Everything up to here was read.
    pub seq: Seq,
}

/// Moves one's read cursor back, to right before an entry; it does not move forward. Answered with [`ReadCursor`]. To the others
/// it stays read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarkUnread {
    /// In which conversation.
    pub conversation: ConversationId,
    /// The first entry that counts as unread.
    pub seq: Seq,
}

/// Where one's read cursor stands: the answer to whatever moves it or changes what is counted after it, and an event to the
/// person's other sessions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadCursor {
    /// In which conversation.
    pub conversation: ConversationId,
    /// Everything up to here counts as read.
    pub read_seq: Seq,
    /// Messages by others after the cursor, up to `last_seq`; those that were taken back do not count.
    pub unread: u32,
    /// How many of these are for this person in particular: they name them or answer them, and are not dismissed.
    #[serde(default, skip_serializing_if = "crate::model::is_zero")]
    pub mentions: u32,
    /// The newest entry when these were counted: a message after it counts on top.
    pub last_seq: Seq,
}

/// Asks for what waits for one's eyes, in all conversations, the newest first. Answered with [`Inbox`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListInbox {
    /// Most items wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// What waits for one's eyes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inbox {
    /// The newest first.
    pub items: Vec<InboxItem>,
    /// Whether there are older ones.
    pub more: bool,
}

/// An unread message that is for somebody in particular.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboxItem {
    /// Where.
    pub conversation: ConversationId,
    /// Why it is for them.
    pub reason: InboxReason,
    /// The message.
    pub entry: Entry,
}

/// Why a message is for somebody in particular. Where there are several reasons it is the first of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InboxReason {
    /// It names them.
    Mention,
    /// It answers a message of theirs.
    Reply,
    /// It was said to them alone.
    Direct,
    /// A newer server's reason that this version has no word for.
    #[serde(other)]
    Other,
}

/// Takes a message out of one's inbox without reading on. Answered with [`ReadCursor`], which stays where it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dismiss {
    /// In which conversation.
    pub conversation: ConversationId,
    /// Which message.
    pub seq: Seq,
}

/// Says that entries have arrived on a device of one's own, so that the others can see it. Not for each entry of a flood: the
/// last one is enough.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarkDelivered {
    /// In which conversation.
    pub conversation: ConversationId,
    /// Everything up to here arrived.
    pub seq: Seq,
}

/// Asks for a page of how far the other members are, ordered by username. Answered with [`ReceiptPage`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListReceipts {
    /// In which conversation.
    pub conversation: ConversationId,
    /// Continue after this username: the `next` of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Username>,
    /// Most rows wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// A page of how far the other members are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptPage {
    /// In which conversation.
    pub conversation: ConversationId,
    /// Ordered by username.
    pub receipts: Vec<Receipt>,
    /// Where the next page begins; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Username>,
}

/// How far a member is. Neither number ever goes back: whoever marks something as unread has seen it all the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Who.
    pub username: Username,
    /// The first entry they may see: of those before it they have received none, whatever the other numbers say.
    pub first_seq: Seq,
    /// Everything up to here arrived on a device of theirs.
    pub delivered_seq: Seq,
    /// Everything up to here was read.
    pub read_seq: Seq,
}

/// Event: these members received or read more of a conversation. Told in conversations of at most
/// [`MAX_RECEIPT_MEMBERS`](crate::model::limits::MAX_RECEIPT_MEMBERS) members. Oneself can be among them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptsChanged {
    /// In which conversation.
    pub conversation: ConversationId,
    /// As they are now.
    pub receipts: Vec<Receipt>,
}
