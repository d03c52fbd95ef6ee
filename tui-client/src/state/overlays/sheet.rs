//! A read-only dialog about one message: its history, or its reactions and receipts.

use papo_shared::model::{ConversationId, Seq};
use papo_shared::protocol::{ReactionBy, Revision};

use crate::state::phrase::Phrase;

/// A read-only dialog about one message.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// The conversation that contains the message.
    pub conversation: ConversationId,
    /// The message's number in the conversation.
    pub seq: Seq,
    /// What the dialog shows about the message.
    pub about: About,
    /// The number of rows by which the dialog is scrolled down.
    pub top: u16,
    /// Whether all pages were loaded.
    pub is_complete: bool,
    /// Why loading the pages failed, if it did.
    pub problem: Option<Phrase>,
}

/// The content of the dialog.
#[derive(Clone, Debug)]
pub enum About {
    /// The earlier texts and the current text, oldest first.
    Revisions(Vec<Revision>),
    /// The reactions in the order in which they were added. The dialog also shows the receipts, which are in the conversation.
    People(Vec<ReactionBy>),
}

/// The maximum number of revisions or reactions loaded: enough for all edits of a message, or for one or two reactions by every
/// member of a group.
pub const MAX_ROWS: usize = 2_000;

impl Sheet {
    /// Creates a dialog before its first page is loaded.
    #[must_use]
    pub fn new(conversation: ConversationId, seq: Seq, about: About) -> Self {
        Self { conversation, seq, about, top: 0, is_complete: false, problem: None }
    }
}
