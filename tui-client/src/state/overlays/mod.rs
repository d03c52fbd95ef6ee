//! Dialogs that are used in many places: pickers, prompts and text sheets.

pub mod picker;
pub mod prompt;
pub mod sheet;
