//! Conversations and groups as they appear in lists.

use serde::{Deserialize, Serialize};

use super::account::Person;
use super::conversation::{ConversationId, GroupName, Seq};
use super::entry::Entry;
use super::group::{Role, Visibility};
use super::notify::Notify;
use super::optional_line::Topic;

/// The kind of a conversation, with the data specific to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ConversationKind {
    /// A conversation between two users.
    Direct {
        /// The other participant; never changes.
        peer: Person,
    },
    /// A named conversation with any number of members.
    Group {
        /// Group name, unique ignoring case.
        name: GroupName,
        /// The topic; absent if none is set.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        topic: Option<Topic>,
        /// Number of members, including the reader.
        members: u32,
        /// The reader's role; absent on the wire for a plain member.
        #[serde(default, skip_serializing_if = "Role::is_member")]
        role: Role,
        /// Who finds and joins the group; absent on the wire for a listed group.
        #[serde(default = "Visibility::listed", skip_serializing_if = "Visibility::is_listed")]
        visibility: Visibility,
        /// For how many days the group's messages are kept; absent: as long as the server keeps messages.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retention_days: Option<u32>,
    },
    /// A kind sent by a newer server, unknown to this version. Clients do not list such a conversation, and the page
    /// around it stays readable.
    #[serde(other, skip_serializing)]
    Unknown,
}

/// A conversation as one of its members sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationSummary {
    /// Id for requests about this conversation.
    pub conversation: ConversationId,
    /// Direct or group, with the data of each.
    #[serde(flatten)]
    pub kind: ConversationKind,
    /// The first entry this member may see: 1 in a direct conversation; in a group, the entry that made them a member.
    pub first_seq: Seq,
    /// The newest entry; 0 if there is none.
    pub last_seq: Seq,
    /// This member's read cursor: entries up to it count as read on every device.
    pub read_seq: Seq,
    /// Unread messages: those by others after the read cursor and up to `last_seq`, without deleted ones.
    pub unread: u32,
    /// Unread messages that mention this member or reply to them, without dismissed ones.
    #[serde(default, skip_serializing_if = "super::is_zero")]
    pub mentions: u32,
    /// This member's notification setting; absent on the wire for the default.
    #[serde(default, skip_serializing_if = "Notify::is_default")]
    pub notify: Notify,
    /// The entry numbered `last_seq`, for a preview.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latest: Option<Entry>,
}

/// A member of a conversation, as the other members see them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberListing {
    /// The member's account with its presence.
    #[serde(flatten)]
    pub person: Person,
    /// The member's role; absent on the wire for a plain member.
    #[serde(default, skip_serializing_if = "Role::is_member")]
    pub role: Role,
}

/// A group in the directory: every signed-in user finds listed and public groups, and members also find private ones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupListing {
    /// Conversation id of the group.
    pub conversation: ConversationId,
    /// Group name, unique ignoring case.
    pub name: GroupName,
    /// Number of current members.
    pub members: u32,
    /// Whether the requesting user is a member.
    pub member: bool,
    /// Who finds and joins the group; absent on the wire for a listed group.
    #[serde(default = "Visibility::listed", skip_serializing_if = "Visibility::is_listed")]
    pub visibility: Visibility,
}
