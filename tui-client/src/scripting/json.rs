//! Formats log entries as JSON, one object per line, for programs.
//!
//! The fields of an entry are those of the protocol (PROTOCOL.md), to which fields may be added. They are preceded by
//! `conversation`, its number, and `to`, its address. A change of a message that is printed live has the additional field
//! `message`: the current entry of that message.

use papo_shared::model::{ConversationId, Entry};
use serde::Serialize;

use super::output_entry::OutputEntry;

#[derive(Serialize)]
struct Line<'a> {
    conversation: ConversationId,
    to: &'a str,
    #[serde(flatten)]
    entry: &'a Entry,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a Entry>,
}

/// A log entry as one line.
pub(super) fn entry(entry_output: &OutputEntry) -> String {
    line(&Line {
        conversation: entry_output.conversation,
        to: entry_output.address,
        entry: entry_output.entry,
        message: entry_output.target,
    })
}

/// Any value with named fields as one line.
pub(super) fn line(value: &impl Serialize) -> String {
    // Serialisation cannot fail: all maps have string keys.
    serde_json::to_string(value).map(|json| json + "\n").unwrap_or_default()
}
