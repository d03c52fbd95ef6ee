//! Parts of a conversation: messages, quotes, reactions, receipts, and notification levels.

pub(super) mod messages;
pub(super) mod notify;
pub(super) mod quotes;
pub(super) mod reactions;
pub(super) mod receipts;
