//! Group members and invites.

pub mod invites;
pub mod members;
pub mod permissions;
