//! Groups: members, permissions and invites.

pub mod invitations;
pub mod invites;
pub mod members;
pub mod permissions;
