//! An entry on its way out, with what belongs to it.

use papo_shared::model::{ConversationId, Entry, EntryKind, Message};

/// An entry on its way out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Happened<'a> {
    /// Where.
    pub(super) conversation: ConversationId,
    /// How one writes to it: `@name` or `#name`.
    pub(super) address: &'a str,
    /// What.
    pub(super) entry: &'a Entry,
    /// The message that it changed, as it is now, where that was looked up.
    pub(super) target: Option<&'a Entry>,
}

/// What was said, where something was.
pub(super) fn message(entry: &Entry) -> Option<&Message> {
    match &entry.kind {
        EntryKind::Message(message) => Some(message),
        _ => None,
    }
}
