//! The screens, and moving between screens and conversations.

pub mod awaited;
pub mod chat;
pub mod inbox;
pub mod menu;
pub mod way_back;
