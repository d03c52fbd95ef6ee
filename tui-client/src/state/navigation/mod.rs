//! The screens, and moving between screens and conversations.

pub mod awaited;
pub mod chat;
pub mod current_focus;
pub mod focus;
pub mod going_back;
pub mod inbox;
pub mod menu;
pub mod menu_items;
pub mod open_conversation;
pub mod rows;
pub mod screen;
pub mod standpoint;
pub mod way_back;
