//! One JSON object a line: what happened in a conversation, for programs.
//!
//! The fields of an entry are those of the wire, which PROTOCOL.md tells and which only ever grow. Before them stand
//! `conversation`, its number, and `to`, how one writes to it; after those of a change of a message, where it is told live,
//! stands `message`: the entry of that message as it is now.

use papo_shared::model::{ConversationId, Entry};
use serde::Serialize;

use super::happened::Happened;

#[derive(Serialize)]
struct Line<'a> {
    conversation: ConversationId,
    to: &'a str,
    #[serde(flatten)]
    entry: &'a Entry,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a Entry>,
}

/// An entry, as one line.
pub(super) fn entry(happened: &Happened) -> String {
    line(&Line { conversation: happened.conversation, to: happened.address, entry: happened.entry, message: happened.target })
}

/// Anything whose fields are named, as one line.
pub(super) fn line(of: &impl Serialize) -> String {
    // Their maps have string keys, and nothing in them can fail: an empty line would be the least of it.
    serde_json::to_string(of).map(|json| json + "\n").unwrap_or_default()
}
