//! Keeps the account's data on this machine's disk (drafts, the open conversation) in step with the state in memory.

use std::collections::{BTreeMap, BTreeSet};

use papo_shared::model::ConversationId;

use crate::clock::Moment;
use crate::local_data::{Draft, ScreenPosition};

/// The maximum time from a change to saving it, in milliseconds. A crash loses no more typing than this.
pub const SAVE_DELAY_MS: i64 = 500;

/// The differences between the data on disk and the state in memory.
#[derive(Clone, Debug, Default)]
pub struct LocalDataSync {
    /// Whether the saved data was requested. It is loaded once, because loading it again could restore the same text twice.
    pub load_requested: bool,
    /// Whether the saved data was loaded. Until then nothing is sent, because new messages could overtake saved older ones.
    pub is_loaded: bool,
    /// Whether the user was shown that saving fails. It is shown once until saving works again.
    pub failure_shown: bool,
    /// Drafts of conversations that the server has not listed yet, or that the account no longer belongs to.
    pub drafts: BTreeMap<ConversationId, Draft>,
    /// The screen position loaded from the file, until the client has restored it or the user has moved elsewhere.
    pub position_to_restore: Option<ScreenPosition>,
    /// The screen position in the file. `None` until the client has saved one or has restored the loaded one.
    pub saved_position: Option<ScreenPosition>,
    /// Conversations whose drafts changed since they were saved.
    pub changed_drafts: BTreeSet<ConversationId>,
    /// When to save the changes; `None` without changes.
    pub save_at: Option<Moment>,
}

impl LocalDataSync {
    /// Holds the draft of a conversation that is not in the list, until it is listed again.
    pub fn hold_draft(&mut self, conversation: ConversationId, draft: Draft) {
        if !draft.is_empty() {
            self.drafts.insert(conversation, draft);
        }
        self.changed_drafts.insert(conversation);
    }
}
