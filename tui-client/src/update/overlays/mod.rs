//! Dialogs shared by several features: pickers, prompts and text sheets.

pub(super) mod picker;
pub(super) mod prompt;
pub(super) mod prompt_submit;
pub(super) mod sheet;
