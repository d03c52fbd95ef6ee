//! The signed-in account: signing in, its devices, and what this machine keeps for it.

pub(super) mod away;
pub(super) mod devices;
pub(super) mod keeping;
pub(super) mod profile;
pub(super) mod second_factor;
pub(super) mod sign_in;
pub(super) mod status;
