//! Queries for readers. Those with several statements run in one snapshot.

pub(super) mod accounts;
pub(super) mod changes;
pub(super) mod conversations;
pub(super) mod devices;
pub(super) mod entries;
pub(super) mod groups;
pub(super) mod inbox;
pub(super) mod news;
pub(super) mod operator;
pub(super) mod read_cursors;
pub(super) mod reports;
pub(super) mod second_factor;
pub(super) mod visible_range;
