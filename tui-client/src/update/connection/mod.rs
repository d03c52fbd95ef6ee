//! The connection and the frames received from the server.

pub(super) mod catch_up;
pub(super) mod events;
pub(super) mod link;
pub(super) mod replies;
