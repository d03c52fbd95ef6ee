//! The screens between which the user moves.

pub(super) mod chat;
pub(super) mod inbox;
pub(super) mod menu;
