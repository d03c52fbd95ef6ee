//! Notification settings of conversations.

use serde::{Deserialize, Serialize};

use crate::model::{ConversationId, Notify, NotifyLevel, Timestamp};

/// Sets which messages of a conversation notify the requester, on all their devices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetNotify {
    /// One of the requester's conversations.
    pub conversation: ConversationId,
    /// Setting for new messages; [`NotifyLevel::All`] ignores `until`.
    pub level: NotifyLevel,
    /// When the setting expires and reverts to all messages; absent: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// Event: another device of the same account changed a notification setting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotifyChanged {
    /// The conversation that the event is about.
    pub conversation: ConversationId,
    /// The new setting and its expiry.
    #[serde(flatten)]
    pub notify: Notify,
}
