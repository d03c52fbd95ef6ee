//! Conversations as the server holds them.

use std::sync::Arc;

use papo_shared::model::{ConversationId, Entry, GroupName, Notify, Role, Seq, Topic};

use super::account::{Account, AccountId};

/// Who hears of an entry: the accounts that were members when it was numbered. Shared, since a batch names the same
/// conversation many times.
pub type Audience = Arc<[AccountId]>;

/// A conversation as one of its members has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversation {
    /// Which one.
    pub id: ConversationId,
    /// Direct or group.
    pub shape: ConversationShape,
    /// The first entry this member may see.
    pub first_seq: Seq,
    /// The newest entry.
    pub last_seq: Seq,
    /// This member's read cursor.
    pub read_seq: Seq,
    /// Messages by others after the cursor that were not taken back.
    pub unread: u32,
    /// How many of these are for this member in particular, and not dismissed.
    pub mentions: u32,
    /// What of it calls for this member's attention, and until when.
    pub notify: Notify,
    /// The newest entry, where there is one.
    pub latest: Option<Entry>,
}

/// What makes a conversation direct or a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConversationShape {
    /// Between two people.
    Direct {
        /// The other one.
        peer: Account,
    },
    /// Named, of many.
    Group {
        /// Its name.
        name: GroupName,
        /// What it is about.
        topic: Option<Topic>,
        /// How many are in it.
        members: u32,
        /// What this member may do in it.
        role: Role,
    },
}

/// Which part of a log is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// Upwards from the one after this.
    After(Seq),
    /// Downwards from the one before this.
    Before(Seq),
}
