//! Group members and invites.

pub mod invites;
pub mod members;
