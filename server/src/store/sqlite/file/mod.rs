//! The database file: opening it under a lock, access rights, its version and migrations, backup, copies, and verification.

pub(super) mod backup;
pub(super) mod copies;
mod header;
pub(super) mod identity;
pub(super) mod migrations;
pub(super) mod open;
pub(super) mod open_error;
pub(super) mod open_file;
#[cfg(feature = "cluster")]
pub(super) mod source;
pub(super) mod verify;
