//! Members of a conversation and their roles.

use serde::{Deserialize, Serialize};

use crate::model::{ConversationId, MemberListing, Role, Username};

/// Adds a user to a group, or invites them if they share nothing with the requester; any member may. The new member sees
/// the log from the entry about it on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddMember {
    /// A group that the requester is a member of.
    pub conversation: ConversationId,
    /// The user to add or invite.
    pub username: String,
}

/// Removes a member from a group. Admins may remove plain members; the owner may remove anyone else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoveMember {
    /// A group that the requester is a member of.
    pub conversation: ConversationId,
    /// The member to remove.
    pub username: String,
}

/// Changes a member's role; requires the owner role. An owner who makes someone else the owner becomes an admin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetRole {
    /// A group that the requester is a member of.
    pub conversation: ConversationId,
    /// The member whose role changes.
    pub username: String,
    /// The role to assign; [`Role::Other`] is refused.
    pub role: Role,
}

/// Requests a page of the members of one of the requester's conversations, ordered by username. The reply is [`MemberPage`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListMembers {
    /// One of the requester's conversations.
    pub conversation: ConversationId,
    /// Continue after this username: `next` of the previous page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Username>,
    /// Maximum number of rows; the server applies its own default and maximum.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// A page of a conversation's members.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberPage {
    /// The conversation that the page belongs to.
    pub conversation: ConversationId,
    /// Members, ordered by username.
    pub members: Vec<MemberListing>,
    /// Pass as `after` for the next page; absent on the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Username>,
}
