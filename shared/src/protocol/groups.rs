//! Finding, opening, creating, renaming and leaving conversations.

use serde::{Deserialize, Serialize};

use crate::model::{ConversationId, ConversationSummary, GroupListing, Visibility};

/// Requests the direct conversation with a user, creating it if necessary. The reply is a [`ConversationSummary`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenDirect {
    /// The other user; must not be the requester.
    pub username: String,
}

/// Creates a group with the requester as owner and first member. The reply is a [`ConversationSummary`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateGroup {
    /// The group name, as typed.
    pub name: String,
    /// Who finds and joins the group; absent: private. [`Visibility::Other`] is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visibility: Option<Visibility>,
}

/// Makes the requester a member of a public group. The reply is a [`ConversationSummary`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinPublicGroup {
    /// The group to join.
    pub conversation: ConversationId,
}

/// Leaves a group. If the owner leaves, ownership passes to the longest-serving admin, or else to the longest-serving
/// member. A group without members continues to exist, so that its name cannot be taken over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaveGroup {
    /// The group to leave.
    pub conversation: ConversationId,
}

/// Renames a group; requires at least the admin role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenameGroup {
    /// A group that the requester is a member of.
    pub conversation: ConversationId,
    /// The new name, as typed.
    pub name: String,
}

/// Sets or removes a group's topic; requires at least the admin role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetTopic {
    /// A group that the requester is a member of.
    pub conversation: ConversationId,
    /// The new topic, as typed; blank text removes it.
    pub topic: String,
}

/// Changes who finds and joins a group; requires at least the admin role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetVisibility {
    /// A group that the requester is a member of.
    pub conversation: ConversationId,
    /// The new visibility; [`Visibility::Other`] is refused.
    pub visibility: Visibility,
}

/// Changes how long a group's messages are kept; requires the owner's role. A server that keeps messages for a shorter time
/// still erases them after that time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetRetention {
    /// A group that the requester is a member of.
    pub conversation: ConversationId,
    /// From 1 to [`MAX_RETENTION_DAYS`](crate::model::limits::MAX_RETENTION_DAYS) days; absent: as long as the server keeps
    /// messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u32>,
}

/// A group is no longer in the directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupUnlisted {
    /// The group, which is private now.
    pub conversation: ConversationId,
}

/// Requests a page of the requester's conversations, ordered by id. The reply is [`ConversationPage`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListConversations {
    /// Continue after this conversation: `next` of the previous page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<ConversationId>,
    /// Maximum number of rows; the server applies its own default and maximum.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// A page of the requester's conversations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationPage {
    /// Conversations, ordered by id.
    pub conversations: Vec<ConversationSummary>,
    /// Pass as `after` for the next page; absent on the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<ConversationId>,
}

/// Requests a single conversation. The reply is a [`ConversationSummary`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetConversation {
    /// One of the requester's conversations.
    pub conversation: ConversationId,
}

/// Requests a page of the groups that the requester finds, ordered by id. The reply is [`GroupPage`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListGroups {
    /// Only groups whose name contains this text, ignoring case. Absent: all groups.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// Continue after this conversation: `next` of the previous page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<ConversationId>,
    /// Maximum number of rows; the server applies its own default and maximum.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// A page of the groups that the requester finds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupPage {
    /// Groups, ordered by id.
    pub groups: Vec<GroupListing>,
    /// Pass as `after` for the next page; absent on the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<ConversationId>,
}
