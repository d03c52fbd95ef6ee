//! Who is in a conversation: adding, removing, who may do what.

use serde::{Deserialize, Serialize};

use crate::model::{ConversationId, MemberListing, Role, Username};

/// Makes somebody a member; any member may. They see the log from here on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddMember {
    /// Of which group.
    pub conversation: ConversationId,
    /// Whom.
    pub username: String,
}

/// Takes somebody out of a group: an admin a plain member, the owner anybody else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoveMember {
    /// Of which group.
    pub conversation: ConversationId,
    /// Whom.
    pub username: String,
}

/// Gives somebody another role; the owner alone may. Who makes somebody the owner is an admin from then on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetRole {
    /// In which group.
    pub conversation: ConversationId,
    /// Whom.
    pub username: String,
    /// Which one.
    pub role: Role,
}

/// Asks for a page of the members of a conversation one is in, ordered by username. Answered with [`MemberPage`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListMembers {
    /// Of which one.
    pub conversation: ConversationId,
    /// Continue after this username: the `next` of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Username>,
    /// Most rows wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// A page of members.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberPage {
    /// Of which conversation.
    pub conversation: ConversationId,
    /// Ordered by username.
    pub members: Vec<MemberListing>,
    /// Where the next page begins; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Username>,
}
