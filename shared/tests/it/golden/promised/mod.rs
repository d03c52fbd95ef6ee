//! The golden lines with the values they encode.

pub(super) mod events;
pub(super) mod refusals;
pub(super) mod replies;
pub(super) mod requests;
