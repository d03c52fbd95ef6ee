//! Signing in, and the devices of the account.

pub(super) mod devices;
pub(super) mod sign_in;
