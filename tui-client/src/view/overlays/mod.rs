//! Dialogs that are used in many places: pickers, prompts and text sheets.

pub(super) mod help;
pub(super) mod picker;
pub(super) mod prompt;
pub(super) mod server;
pub(super) mod sheet;
