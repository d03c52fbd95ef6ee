//! Events about what was deleted without an entry in a log.

use serde::{Deserialize, Serialize};

use crate::model::{ConversationId, Seq, Username};

/// Event: a user's account was deleted. Its messages stay under another username.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountDeleted {
    /// The username until now. It is not given to anyone else.
    pub username: Username,
    /// The username from now on, in all entries and lists.
    pub now: Username,
}

/// Event: the operator deleted a group. It is no longer one of the reader's conversations, and not in the list of groups.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupDeleted {
    /// The group. Its number is not used again.
    pub conversation: ConversationId,
}

/// Event: the texts of these messages were erased. They keep their numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessagesErased {
    /// One of the reader's conversations.
    pub conversation: ConversationId,
    /// The messages, in ascending order. Some may be invisible to the reader.
    pub seqs: Vec<Seq>,
    /// Whether they were kept as long as messages are kept.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub expired: bool,
    /// Whether the operator of the server deleted them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_operator: bool,
}
