//! Conversations as things: finding, opening, creating, and who is in them.

use serde::{Deserialize, Serialize};

use crate::model::{ConversationId, ConversationSummary, GroupListing, Person, Username};

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

/// Makes somebody a member; any member may. They see the log from here on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddMember {
    /// Of which group.
    pub conversation: ConversationId,
    /// Whom.
    pub username: String,
}

/// Leaves a group. A group without members stays, so that its name is not taken over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaveGroup {
    /// Which one.
    pub conversation: ConversationId,
}

/// Gives a group another name; any member may.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenameGroup {
    /// Which one.
    pub conversation: ConversationId,
    /// As typed.
    pub name: String,
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
    pub members: Vec<Person>,
    /// Where the next page begins; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Username>,
}
