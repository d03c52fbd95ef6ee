//! Invitations to groups, each to one user.

use serde::{Deserialize, Serialize};

use super::account::Username;
use super::conversation::{ConversationId, GroupName};
use super::timestamp::Timestamp;

/// A pending invitation to a group, as the invited user sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// Conversation id of the group, for accepting or declining.
    pub conversation: ConversationId,
    /// Group name, unique ignoring case.
    pub name: GroupName,
    /// Number of current members.
    pub members: u32,
    /// The member who invited the user.
    pub invited_by: Username,
    /// When the user was invited, by the server clock.
    pub at: Timestamp,
}
