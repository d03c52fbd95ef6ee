//! Conversations, their messages, receipts and notification levels.

pub mod attention;
pub mod changes;
pub mod conversation;
pub mod count;
pub mod entry_text;
pub mod highlighted;
pub mod log;
pub mod notify;
pub mod quotes;
pub mod receipts;
