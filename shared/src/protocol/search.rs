//! Finding what was said.

use serde::{Deserialize, Serialize};

use crate::model::{ConversationId, Entry};

/// Looks for messages in everything that one may see: every conversation one is in, from the entry on that made one a
/// member. Answered with [`SearchHits`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchMessages {
    /// As typed; [`crate::model::search::Query`] says what it can hold.
    pub query: String,
    /// Only in this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation: Option<ConversationId>,
    /// Most hits wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// Continue before this: the `next` of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<u64>,
    /// How many seconds the clock of who asks is ahead of UTC: where the days of the query begin. Absent: not at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub utc_offset_s: Option<i32>,
}

/// Some of what was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchHits {
    /// The newest first. A page can be short, or empty, and not be the last: only `next` tells.
    pub hits: Vec<SearchHit>,
    /// Where the next page begins; absent on the last one. It means something to the server only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
}

/// A message that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchHit {
    /// Where it was said.
    pub conversation: ConversationId,
    /// The message.
    pub entry: Entry,
}
