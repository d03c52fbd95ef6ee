//! Conversations as the server represents them.

use std::sync::Arc;

use papo_shared::model::{ConversationId, Entry, GroupName, Notify, Role, Seq, Timestamp, Topic, Visibility};

use super::account::{Account, AccountId, AccountRef};

/// The accounts that receive an entry: the members at the time it was numbered. Shared, because a batch often refers
/// to the same conversation many times.
pub type Audience = Arc<[AccountId]>;

/// A conversation as one of its members sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversation {
    pub id: ConversationId,
    /// Direct or group, with the data of each.
    pub shape: ConversationShape,
    /// The first entry this member may see.
    pub first_seq: Seq,
    /// The newest entry; 0 if there is none.
    pub last_seq: Seq,
    /// This member's read cursor.
    pub read_seq: Seq,
    /// Messages by others after the cursor, without deleted ones, as far as they are counted
    /// ([`UnreadScan`](super::UnreadScan)).
    pub unread: u32,
    /// Those among them that mention this member or reply to them, without dismissed ones. At most
    /// [`MAX_UNREAD`](papo_shared::model::limits::MAX_UNREAD).
    pub mentions: u32,
    /// This member's notification setting.
    pub notify: Notify,
    /// The newest entry, if there is one.
    pub latest: Option<Entry>,
}

/// Some of an account's conversations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConversationRows {
    /// In the order of their ids.
    pub rows: Vec<Conversation>,
    /// Whether there may be more although fewer were found than requested, because counting their unread messages took
    /// much work.
    pub ended_early: bool,
}

/// The kind of a conversation, with the data specific to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConversationShape {
    /// A conversation between two accounts.
    Direct {
        /// The other participant; never changes.
        peer: Account,
    },
    /// A named conversation of any number of members.
    Group {
        /// Group name, unique ignoring case.
        name: GroupName,
        /// The topic, if one is set.
        topic: Option<Topic>,
        /// Number of members, including this one.
        members: u32,
        /// Permissions of this member.
        role: Role,
        /// Who finds and joins it.
        visibility: Visibility,
        /// For how many days its messages are kept; `None`: as long as the server keeps messages.
        retention_days: Option<u32>,
    },
}

/// A group, as the operator sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupSummary {
    pub conversation: ConversationId,
    pub name: GroupName,
    /// `None` if it has no members.
    pub owner: Option<AccountRef>,
    pub members: u32,
    /// The number of its newest entry.
    pub entries: Seq,
    /// When it was created, server clock.
    pub created_at: Timestamp,
    /// For how many days its messages are kept; `None`: as long as the server keeps messages.
    pub retention_days: Option<u32>,
}

/// A range of a conversation's log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryRange {
    /// Ascending, starting after this entry.
    After(Seq),
    /// Descending, starting before this entry.
    Before(Seq),
}
