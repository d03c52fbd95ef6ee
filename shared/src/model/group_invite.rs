//! Invites to groups.

use serde::{Deserialize, Serialize};

use super::account::Username;
use super::timestamp::Timestamp;

/// Id of a group invite, assigned by the server, starting at 1 and never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct GroupInviteId(pub i64);

/// A group invite as the group's owner and admins see it. Its code is shown only once, to its creator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupInviteListing {
    /// Invite id, for revoking it.
    pub invite: GroupInviteId,
    /// The admin or owner who created it.
    pub created_by: Username,
    /// Creation time, by the server clock.
    pub created_at: Timestamp,
    /// How many more people can join with it; absent: no limit other than the group's size.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uses_left: Option<u32>,
    /// When it expires; absent: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}
