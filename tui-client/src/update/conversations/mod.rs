//! Conversations and their messages.

pub(super) mod fetching;
pub(super) mod highlighted;
pub(super) mod notify;
pub(super) mod quotes;
pub(super) mod reactions;
pub(super) mod reading;
pub(super) mod receipts;
pub(super) mod scroll;
pub(super) mod selection;
pub(super) mod summary;
