//! Searching messages.

use serde::{Deserialize, Serialize};

use crate::model::{ConversationId, Entry};

/// Searches all messages the requester may see: those of their conversations, starting at the entry that made them a
/// member. The reply is [`SearchHits`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchMessages {
    /// The query, as typed; see [`crate::model::search::Query`] for its syntax.
    pub query: String,
    /// Restricts the search to one conversation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation: Option<ConversationId>,
    /// Maximum number of hits; the server applies its own default and maximum.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// Continue before this position: `next` of the previous page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<u64>,
    /// Offset of the requester's clock from UTC in seconds, east positive; it decides where the days in a query start. Absent: 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub utc_offset_s: Option<i32>,
}

/// A page of search results.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchHits {
    /// Hits, newest first. A page may be short or even empty without being the last; only `next` tells.
    pub hits: Vec<SearchHit>,
    /// Opaque position, passed as `before` for the next page; absent on the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
}

/// A message found by a search.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchHit {
    /// Conversation of the message.
    pub conversation: ConversationId,
    /// The message with all changes applied.
    pub entry: Entry,
}
