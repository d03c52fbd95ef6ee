//! Invitations to groups: a user whom a stranger adds becomes a member by accepting.

use serde::{Deserialize, Serialize};

use crate::model::{ConversationId, Invitation};

/// All pending invitations of the requester.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitations {
    /// Pending invitations, oldest first.
    pub invitations: Vec<Invitation>,
}

/// Accepts an invitation. The reply is a [`ConversationSummary`](crate::model::ConversationSummary).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcceptInvitation {
    /// The group that the requester is invited to.
    pub conversation: ConversationId,
}

/// Declines an invitation. Members of the group cannot invite the requester again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeclineInvitation {
    /// The group that the requester is invited to.
    pub conversation: ConversationId,
}

/// The user declined an invitation on another device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationDeclined {
    /// The group that the user is no longer invited to.
    pub conversation: ConversationId,
}
