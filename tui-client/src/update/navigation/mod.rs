//! Screens and the navigation between screens and conversations.

pub(super) mod chat;
pub(super) mod inbox;
pub(super) mod jump;
pub(super) mod menu;
pub(super) mod switching;
