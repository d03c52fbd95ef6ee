//! Overlays that are not specific to one screen: help, pickers, prompts, server details, and message details.

pub(super) mod help;
pub(super) mod picker;
pub(super) mod prompt;
pub(super) mod server;
pub(super) mod sheet;
