//! What a person has seen of a conversation.

use std::collections::BTreeSet;

/// The messages of a conversation that a person has seen.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// Messages that were on a screen.
    pub(super) messages: BTreeSet<u64>,
    /// Everything up to this entry counts as seen, because the person asked for it or was at the end.
    pub(super) up_to: u64,
}
