//! Dialogs shown over the screens: pickers, prompts and text sheets.

pub mod overlay;
pub mod picker;
pub mod picker_items;
pub mod prompt;
pub mod sheet;
