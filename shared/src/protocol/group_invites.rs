//! Invites to groups: codes with which users join without being added by a member.

use serde::{Deserialize, Serialize};

use crate::model::{ConversationId, GroupInviteId, GroupInviteListing};

/// Creates a group invite; requires at least the admin role. The reply is [`GroupInvite`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateGroupInvite {
    /// A group that the requester is a member of.
    pub conversation: ConversationId,
    /// How many people can join with it; absent: no limit other than the group's size.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uses: Option<u32>,
    /// Lifetime in seconds; absent: unlimited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in_s: Option<u32>,
}

/// A new invite with its code, which is shown only this once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupInvite {
    /// The group that the invite leads to.
    pub conversation: ConversationId,
    /// The code to pass on to those invited.
    pub code: String,
    /// The invite's id, creator, uses and expiry.
    #[serde(flatten)]
    pub listing: GroupInviteListing,
}

/// Requests all usable invites to a group; requires at least the admin role. The reply is [`GroupInvites`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListGroupInvites {
    /// A group that the requester is a member of.
    pub conversation: ConversationId,
}

/// All invites to a group that can still be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupInvites {
    /// The group that the invites lead to.
    pub conversation: ConversationId,
    /// Usable invites, oldest first.
    pub invites: Vec<GroupInviteListing>,
}

/// Revokes a group invite; requires at least the admin role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevokeGroupInvite {
    /// A group that the requester is a member of.
    pub conversation: ConversationId,
    /// The invite to revoke.
    pub invite: GroupInviteId,
}

/// Joins a group with an invite. The reply is a [`ConversationSummary`](crate::model::ConversationSummary).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinGroup {
    /// The invite code, as typed.
    pub code: String,
}
