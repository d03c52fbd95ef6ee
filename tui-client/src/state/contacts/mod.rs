//! Other people on the server, and those that the account has blocked.

pub mod blocked;
pub mod people;
