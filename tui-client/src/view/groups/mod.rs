//! Group members and invites.

pub(super) mod invitations;
pub(super) mod invites;
pub(super) mod members;
