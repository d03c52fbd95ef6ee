//! Which entries count as unread.

use papo_shared::model::{Entry, EntryKind, Seq, Username};

/// Whether an entry after the read cursor counts as unread: a message by somebody else that was not taken back.
#[must_use]
pub fn is_unread_message(entry: &Entry, me: &Username) -> bool {
    matches!(&entry.kind, EntryKind::Message(message) if !message.deleted) && entry.author != *me
}

/// Whether it is one that names us or answers us.
pub(super) fn concerns(entry: &Entry, me: &Username) -> bool {
    is_unread_message(entry, me) && matches!(&entry.kind, EntryKind::Message(message) if message.concerns(me))
}

/// Whether an entry changes what counts as unread, and is for somebody in particular, after the read cursor.
pub(super) fn changes_count(entry: &Entry, read_seq: Seq) -> bool {
    match entry.kind {
        EntryKind::MessageEdited { target } | EntryKind::MessageDeleted { target } => target > read_seq,
        _ => false,
    }
}
