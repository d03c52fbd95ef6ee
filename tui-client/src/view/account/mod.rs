//! The sign-in screen and the devices screen.

pub(super) mod devices;
pub(super) mod sign_in;
