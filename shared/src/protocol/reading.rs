//! Read cursors, the inbox, and delivery and read receipts.

use serde::{Deserialize, Serialize};

use crate::model::{ConversationId, Entry, Seq, Username};

/// Moves the read cursor forward; never backward. The reply is [`ReadCursor`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarkRead {
    /// One of the requester's conversations.
    pub conversation: ConversationId,
    /// The last entry read.
    pub seq: Seq,
}

/// Moves the read cursor back to just before an entry; never forward. The reply is [`ReadCursor`]. Read receipts
/// shown to others are unaffected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarkUnread {
    /// One of the requester's conversations.
    pub conversation: ConversationId,
    /// The first entry to count as unread.
    pub seq: Seq,
}

/// The position of the read cursor: the reply to every request that moves it or changes the counts after it, and an
/// event to the account's other sessions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadCursor {
    /// The conversation that the cursor belongs to.
    pub conversation: ConversationId,
    /// Entries up to this number count as read.
    pub read_seq: Seq,
    /// Messages by others after the cursor and up to `last_seq`, without deleted ones. At most
    /// [`MAX_UNREAD`](crate::model::limits::MAX_UNREAD), which stands for that many or more.
    pub unread: u32,
    /// Those among them that mention this user or reply to them, without dismissed ones. Limited in the same way.
    #[serde(default, skip_serializing_if = "crate::model::is_zero")]
    pub mentions: u32,
    /// The newest entry when the counts were taken; later messages must be added to them.
    pub last_seq: Seq,
}

/// Requests the inbox across all conversations, newest first. The reply is [`Inbox`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListInbox {
    /// Maximum number of items; the server applies its own default and maximum.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// Unread messages that concern the requester in particular.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inbox {
    /// Items across all conversations, newest first.
    pub items: Vec<InboxItem>,
    /// Whether there are older items.
    pub more: bool,
}

/// An unread message that concerns the requester in particular.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboxItem {
    /// The conversation of the message.
    pub conversation: ConversationId,
    /// Why the message concerns them.
    pub reason: InboxReason,
    /// The message with all changes applied.
    pub entry: Entry,
}

/// Why a message concerns a user in particular. If several reasons apply, the first of these is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InboxReason {
    /// The text mentions them with `@`.
    Mention,
    /// It replies to one of their messages.
    Reply,
    /// It was sent in a direct conversation.
    Direct,
    /// A reason sent by a newer server, unknown to this version.
    #[serde(other)]
    Other,
}

/// Removes a message from the inbox without moving the read cursor. The reply is [`ReadCursor`] with the cursor unchanged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dismiss {
    /// One of the requester's conversations.
    pub conversation: ConversationId,
    /// The message to dismiss.
    pub seq: Seq,
}

/// Reports that entries have arrived on one of the requester's devices, for the other members' receipts. During a
/// burst, reporting the last entry is enough.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarkDelivered {
    /// One of the requester's conversations.
    pub conversation: ConversationId,
    /// The last entry that arrived.
    pub seq: Seq,
}

/// Requests a page of the other members' receipts, ordered by username. The reply is [`ReceiptPage`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListReceipts {
    /// One of the requester's conversations.
    pub conversation: ConversationId,
    /// Continue after this username: `next` of the previous page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Username>,
    /// Maximum number of rows; the server applies its own default and maximum.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// A page of the other members' receipts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptPage {
    /// The conversation that the page belongs to.
    pub conversation: ConversationId,
    /// Receipts, ordered by username.
    pub receipts: Vec<Receipt>,
    /// Pass as `after` for the next page; absent on the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Username>,
}

/// How much of a conversation a member has received and read. Neither number ever decreases, even if the member
/// marks entries as unread.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Username of the member.
    pub username: Username,
    /// The first entry the member may see. They have received none before it, regardless of the other numbers.
    pub first_seq: Seq,
    /// The last entry that arrived on one of the member's devices.
    pub delivered_seq: Seq,
    /// The last entry the member has read.
    pub read_seq: Seq,
}

/// Event: members received or read more of a conversation. Sent in conversations of at most
/// [`MAX_RECEIPT_MEMBERS`](crate::model::limits::MAX_RECEIPT_MEMBERS) members. May include the receiving user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptsChanged {
    /// The conversation that the event is about.
    pub conversation: ConversationId,
    /// The new receipts of the members concerned.
    pub receipts: Vec<Receipt>,
}
