//! Reports of messages to the operator of the server.

use serde::{Deserialize, Serialize};

use crate::model::{ConversationId, Seq};

/// Reports a message of another user to the operator of the server, who can then read it. No one else learns of the report.
/// Reporting the same message again stores no second report; a reason given then replaces that of an open report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportMessage {
    /// Conversation of the message.
    pub conversation: ConversationId,
    /// Number of the message.
    pub seq: Seq,
    /// Why the operator should look at it, as typed. Absent or blank: no reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}
