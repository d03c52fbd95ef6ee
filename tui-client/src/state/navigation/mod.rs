//! The screens, their selections, and moving between screens and conversations.

pub mod chat;
pub mod current_focus;
pub mod expected_opening;
pub mod focus;
pub mod inbox;
pub mod jump_target;
pub mod menu;
pub mod menu_items;
pub mod open_conversation;
pub mod opening;
pub mod rows;
pub mod screen;
pub mod way_back;
