//! Work that is too long for one write, done in bounded steps: what an account or a group leaves behind.
//!
//! The pending work is stored, so that it continues after a restart. Each [`Write::ContinueErasure`](super::Write) does one
//! step of the oldest work.

use papo_shared::model::{ConversationId, Seq};

use super::account::AccountRef;
use super::message::EntryId;

/// Maximum number of messages or entries that one step erases. A step takes a few milliseconds.
pub const STEP_ROWS: usize = 64;

/// A step ends with the message whose text exceeds this sum, in bytes, because long texts take longer to remove from the word
/// index.
pub const STEP_BYTES: usize = 64 * 1024;

/// Maximum number of entries that one step reads to find the messages of an account.
pub const STEP_SCAN: usize = 2000;

/// Maximum number of reports of messages in a deleted group that one step deletes.
pub const STEP_REPORTS: usize = 256;

/// Maximum number of memberships of a deleted group that one step deletes.
pub const STEP_MEMBERSHIPS: usize = 256;

/// Identifies pending work. Ids are assigned in ascending order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ErasureId(pub i64);

/// What to erase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Erasure {
    /// The memberships of a deleted account in groups, one per step.
    Memberships(super::AccountId),
    /// The texts of all messages of a deleted account.
    Messages(super::AccountId),
    /// The log of a deleted group, from its end, its past memberships, and the reports of its messages.
    Log(ConversationId),
}

/// The next step of the oldest pending work.
#[derive(Clone, Debug)]
pub struct ErasureStep {
    pub id: ErasureId,
    pub work: ErasureWork,
}

/// What one step does.
#[derive(Clone, Debug)]
pub enum ErasureWork {
    /// Nothing is left to do.
    Finished,
    /// Ends the membership of a deleted account in a group.
    LeaveGroup { account: AccountRef, group: ConversationId },
    /// Erases messages of one conversation.
    EraseMessages {
        messages: Vec<StoredText>,
        /// The entry after which the next step continues.
        until: EntryId,
    },
    /// Deletes up to [`STEP_REPORTS`] reports of messages in a deleted group.
    DeleteReports { group: ConversationId },
    /// Deletes some past memberships of a deleted group.
    DeleteMemberships { group: ConversationId },
    /// Deletes the entries of a deleted group from this one on.
    DeleteEntries {
        group: ConversationId,
        /// Those of them that are messages with a text.
        messages: Vec<StoredText>,
        first: Seq,
    },
}

impl ErasureWork {
    /// Erases the found messages of an account as far as they are in one conversation, since the messages of one step are announced
    /// together, to its members. `is_complete` if these are all of the account's messages up to the entry `end`.
    #[must_use]
    pub fn erase_messages(mut found: Vec<StoredText>, is_complete: bool, end: EntryId) -> Self {
        let count = found.len();
        let conversation = found.first().map(|stored| stored.message.conversation);
        found.retain(|stored| Some(stored.message.conversation) == conversation);
        let until = match found.last() {
            Some(last) if !is_complete || found.len() < count => last.message,
            _ => end,
        };
        Self::EraseMessages { messages: found, until }
    }
}

/// A message that is not deleted, with its texts.
#[derive(Clone, Debug)]
pub struct StoredText {
    pub message: EntryId,
    /// Its current text.
    pub text: String,
    /// Its first text, if it was edited.
    pub original: Option<String>,
}
