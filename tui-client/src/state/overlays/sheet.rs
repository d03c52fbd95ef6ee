//! What became of a message, and who has it: read, not chosen from.

use papo_shared::model::{ConversationId, Seq};
use papo_shared::protocol::{ReactionBy, Revision};

use crate::state::phrase::Phrase;

/// Something to read over the screen, about one message.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// Where the message is.
    pub conversation: ConversationId,
    /// Which one.
    pub seq: Seq,
    /// What of it.
    pub about: About,
    /// Scrolled down by so many rows.
    pub top: u16,
    /// Whether all of it is here.
    pub is_complete: bool,
    /// Why it is not.
    pub problem: Option<Phrase>,
}

/// What of a message.
#[derive(Clone, Debug)]
pub enum About {
    /// What it said and says, the oldest first.
    Revisions(Vec<Revision>),
    /// Who reacted, in the order in which they did; and who has it, which the conversation knows.
    People(Vec<ReactionBy>),
}

/// Most rows that are asked for: as many as a message has texts, or a group has members who react once or twice.
pub const MAX_ROWS: usize = 2_000;

impl Sheet {
    /// With nothing on it yet.
    #[must_use]
    pub fn new(conversation: ConversationId, seq: Seq, about: About) -> Self {
        Self { conversation, seq, about, top: 0, is_complete: false, problem: None }
    }
}
