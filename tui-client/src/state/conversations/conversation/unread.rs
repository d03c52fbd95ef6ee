//! Which entries count as unread messages and mentions.

use papo_shared::model::{Entry, EntryKind, Seq, Username};

/// Whether an entry counts as unread if it is after the read cursor: a message by someone else that was not deleted.
#[must_use]
pub fn is_unread_message(entry: &Entry, me: &Username) -> bool {
    matches!(&entry.kind, EntryKind::Message(message) if !message.deleted) && entry.author != *me
}

/// Whether an entry counts as a mention if it is unread: it mentions the user or replies to the user.
pub(super) fn concerns(entry: &Entry, me: &Username) -> bool {
    is_unread_message(entry, me) && matches!(&entry.kind, EntryKind::Message(message) if message.concerns(me))
}

/// Whether an entry may change the counts of unread messages and mentions: an edit or deletion of a message after the read
/// cursor.
pub(super) fn changes_count(entry: &Entry, read_seq: Seq) -> bool {
    match entry.kind {
        EntryKind::MessageEdited { target } | EntryKind::MessageDeleted { target } => target > read_seq,
        _ => false,
    }
}
