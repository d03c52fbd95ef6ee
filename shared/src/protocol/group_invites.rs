//! Codes by which people come into a group themselves.

use serde::{Deserialize, Serialize};

use crate::model::{ConversationId, GroupInviteId, GroupInviteListing};

/// Makes an invite to a group; admins and the owner may. Answered with [`GroupInvite`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateGroupInvite {
    /// To which one.
    pub conversation: ConversationId,
    /// How many people can come by it. Absent: as many as the group takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uses: Option<u32>,
    /// After how many seconds it is good for nothing. Absent: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in_s: Option<u32>,
}

/// A new invite, with the code that is told this once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupInvite {
    /// To which group.
    pub conversation: ConversationId,
    /// What to give to whoever is to come.
    pub code: String,
    /// The rest of it.
    #[serde(flatten)]
    pub listing: GroupInviteListing,
}

/// Asks for the invites to a group; admins and the owner may. Answered with [`GroupInvites`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListGroupInvites {
    /// To which one.
    pub conversation: ConversationId,
}

/// Every invite to a group that can still be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupInvites {
    /// To which group.
    pub conversation: ConversationId,
    /// The oldest first.
    pub invites: Vec<GroupInviteListing>,
}

/// Makes an invite good for nothing; admins and the owner may.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevokeGroupInvite {
    /// To which group.
    pub conversation: ConversationId,
    /// Which one.
    pub invite: GroupInviteId,
}

/// Comes into a group by an invite. Answered with a [`ConversationSummary`](crate::model::ConversationSummary).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinGroup {
    /// As typed.
    pub code: String,
}
