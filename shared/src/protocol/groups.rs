//! Conversations as things: finding, opening, creating, naming, leaving.

use serde::{Deserialize, Serialize};

use crate::model::{ConversationId, ConversationSummary, GroupListing};

/// Asks for the conversation with one person, creating it where there is none. Answered with a [`ConversationSummary`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenDirect {
    /// With whom.
    pub username: String,
}

/// Creates a group whose first member is whoever asks. Answered with a [`ConversationSummary`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateGroup {
    /// As typed.
    pub name: String,
}

/// Leaves a group. Where it was theirs, the admin who has been there longest owns it from then on, or else the member. A group
/// without members stays, so that its name is not taken over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaveGroup {
    /// Which one.
    pub conversation: ConversationId,
}

/// Gives a group another name; admins and the owner may.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenameGroup {
    /// Which one.
    pub conversation: ConversationId,
    /// As typed.
    pub name: String,
}

/// Says what a group is about; admins and the owner may.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetTopic {
    /// Which one.
    pub conversation: ConversationId,
    /// As typed; nothing to be seen takes the topic away.
    pub topic: String,
}

/// Asks for a page of one's own conversations, ordered by id. Answered with [`ConversationPage`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListConversations {
    /// Continue after this one: the `next` of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<ConversationId>,
    /// Most rows wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// A page of one's own conversations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationPage {
    /// Ordered by id.
    pub conversations: Vec<ConversationSummary>,
    /// Where the next page begins; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<ConversationId>,
}

/// Asks for one conversation. Answered with a [`ConversationSummary`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetConversation {
    /// Which one.
    pub conversation: ConversationId,
}

/// Asks for a page of all groups there are, ordered by id. Answered with [`GroupPage`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListGroups {
    /// Only those whose name contains this, without regard to case. Absent: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// Continue after this one: the `next` of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<ConversationId>,
    /// Most rows wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// A page of all groups.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupPage {
    /// Ordered by id.
    pub groups: Vec<GroupListing>,
    /// Where the next page begins; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<ConversationId>,
}
