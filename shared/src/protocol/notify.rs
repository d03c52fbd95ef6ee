//! What of a conversation calls for one's attention.

use serde::{Deserialize, Serialize};

use crate::model::{ConversationId, Notify, NotifyLevel, Timestamp};

/// Says what of a conversation calls for one's attention, on all one's devices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetNotify {
    /// Which one.
    pub conversation: ConversationId,
    /// What of it.
    pub level: NotifyLevel,
    /// From when on it is everything again. Absent: it stays so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// Event: it was said on another device what of a conversation calls for one's attention.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotifyChanged {
    /// Which one.
    pub conversation: ConversationId,
    /// What of it, and until when.
    #[serde(flatten)]
    pub notify: Notify,
}
