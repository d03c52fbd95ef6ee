//! Conversations and their messages.

pub mod attention;
pub mod changes;
pub mod conversation;
pub mod happening;
pub mod highlighted;
pub mod log;
pub mod notify;
pub mod quotes;
pub mod receipts;
