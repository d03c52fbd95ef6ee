//! The connection and the requests that wait for a reply.

pub mod link;
pub mod lost;
pub mod pending;
pub mod send_pacing;
