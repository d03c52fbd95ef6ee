//! The sign-in screen, the devices screen, and the overlay with recovery codes.

pub(super) mod devices;
pub(super) mod recovery_codes;
pub(super) mod sign_in;
