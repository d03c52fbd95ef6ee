//! Group members and invites.

pub(super) mod group_commands;
pub(super) mod invitations;
pub(super) mod invites;
pub(super) mod member_pages;
pub(super) mod members;
