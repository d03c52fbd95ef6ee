//! The menu, inbox and chat screens.

pub(super) mod chat;
pub(super) mod inbox;
pub(super) mod menu;
