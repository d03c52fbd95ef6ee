//! What lets people into a group by themselves.

use serde::{Deserialize, Serialize};

use super::account::Username;
use super::timestamp::Timestamp;

/// Which invite to a group. Given by the server, from 1, never twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct GroupInviteId(pub i64);

/// An invite to a group as those see it who may invite. Its code is told once, to whoever made it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupInviteListing {
    /// Which one.
    pub invite: GroupInviteId,
    /// Who made it.
    pub created_by: Username,
    /// When.
    pub created_at: Timestamp,
    /// How many people can still come by it; absent: as many as the group takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uses_left: Option<u32>,
    /// From when on it is good for nothing; absent: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}
