//! Conversations as people see them: a member each of their own, anybody each group there is.

use serde::{Deserialize, Serialize};

use super::account::Person;
use super::conversation::{ConversationId, GroupName, Seq};
use super::entry::Entry;
use super::group::{Role, Topic};
use super::notify::Notify;

/// What makes a conversation direct or a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ConversationKind {
    /// Two people.
    Direct {
        /// The other one.
        peer: Person,
    },
    /// A named conversation that members grow.
    Group {
        /// Unique.
        name: GroupName,
        /// What it is about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        topic: Option<Topic>,
        /// How many members there are, this one included.
        members: u32,
        /// What this one may do in it; absent: what every member may.
        #[serde(default, skip_serializing_if = "Role::is_member")]
        role: Role,
    },
    /// A newer server's kind that this version has no word for: it is in nobody's list, and breaks no page.
    #[serde(other, skip_serializing)]
    Unknown,
}

/// A conversation as one of its members sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationSummary {
    /// Which one.
    pub conversation: ConversationId,
    /// Direct or group, with what belongs to each.
    #[serde(flatten)]
    pub kind: ConversationKind,
    /// The first entry this member may see: 1 in a direct conversation, in a group the one that made them a member.
    pub first_seq: Seq,
    /// The newest entry; 0 while there is none.
    pub last_seq: Seq,
    /// This member's read cursor: entries up to here count as read, on every device.
    pub read_seq: Seq,
    /// Messages by others after the read cursor and up to `last_seq`; those that were taken back do not count.
    pub unread: u32,
    /// How many of these are for this member in particular: they name them or answer them, and are not dismissed.
    #[serde(default, skip_serializing_if = "super::is_zero")]
    pub mentions: u32,
    /// What of it calls for this member's attention; absent: everything.
    #[serde(default, skip_serializing_if = "Notify::is_default")]
    pub notify: Notify,
    /// The entry with `last_seq`, for a preview.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latest: Option<Entry>,
}

/// A member of a conversation as the others see them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberListing {
    /// Who.
    #[serde(flatten)]
    pub person: Person,
    /// What they may do in it; absent: what every member may.
    #[serde(default, skip_serializing_if = "Role::is_member")]
    pub role: Role,
}

/// A group as anybody signed in may see it in the list of groups.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupListing {
    /// Which conversation it is.
    pub conversation: ConversationId,
    /// Its name.
    pub name: GroupName,
    /// How many members it has.
    pub members: u32,
    /// Whether whoever asked is one of them.
    pub member: bool,
}
