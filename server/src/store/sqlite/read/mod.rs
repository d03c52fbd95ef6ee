//! Queries: one file per kind of object, each with the visibility rules of its members, and [`facts`] for decisions.

pub(super) mod accounts;
pub(super) mod audit;
pub(super) mod bans;
pub(super) mod blocks;
pub(super) mod changes;
pub(super) mod conversations;
pub(super) mod devices;
pub(super) mod entries;
pub(super) mod facts;
pub(super) mod group_invites;
pub(super) mod inbox;
pub(super) mod invitations;
pub(super) mod invites;
pub(super) mod notices;
pub(super) mod read_cursors;
pub(super) mod reports;
pub(super) mod second_factor;
pub(super) mod totals;
pub(super) mod visible_range;
