//! Groups: members, permissions and invites.

pub mod invitation_list;
pub mod invitations;
pub mod invites;
pub mod members;
pub mod permissions;
