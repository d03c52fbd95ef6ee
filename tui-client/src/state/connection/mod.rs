//! The connection, the requests that wait for a reply, and limits on sending.

pub mod link;
pub mod lost;
pub mod pending;
pub mod send_pacing;
