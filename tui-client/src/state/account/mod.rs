//! The signed-in account: signing in, its devices, and its data on this machine.

pub mod away;
pub mod credentials;
pub mod devices;
pub mod local_data_sync;
pub mod sign_in;
