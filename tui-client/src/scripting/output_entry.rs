//! A log entry together with the context needed to print it.

use papo_shared::model::{ConversationId, Entry, EntryKind, Message};

/// A log entry to be printed.
#[derive(Clone, Copy, Debug)]
pub(super) struct OutputEntry<'a> {
    /// The conversation of the entry.
    pub(super) conversation: ConversationId,
    /// The address of the conversation: `@name` or `#name`.
    pub(super) address: &'a str,
    /// The entry of the log.
    pub(super) entry: &'a Entry,
    /// The current state of the message that the entry changed, if it was fetched.
    pub(super) target: Option<&'a Entry>,
}

/// The message of an entry, if it is one.
pub(super) fn message(entry: &Entry) -> Option<&Message> {
    match &entry.kind {
        EntryKind::Message(message) => Some(message),
        _ => None,
    }
}
