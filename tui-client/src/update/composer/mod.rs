//! Writing and sending messages.

pub(super) mod commands;
pub(super) mod completion;
pub(super) mod compose;
pub(super) mod editor;
pub(super) mod paste;
pub(super) mod recipients;
pub(super) mod reply_or_edit;
pub(super) mod submit;
