//! How far what this machine keeps for an account is in step with what is here.

use std::collections::{BTreeMap, BTreeSet};

use papo_shared::model::ConversationId;

use crate::clock::Moment;
use crate::local_data::{Draft, ScreenPosition};

/// A change is given to the disk at the latest after this time, in milliseconds: whoever types loses no more than this.
pub const SAVE_DELAY_MS: i64 = 500;

/// How far what is kept is in step with what is here.
#[derive(Clone, Debug, Default)]
pub struct LocalDataSync {
    /// Whether the client has asked for what was kept before. A second read could restore the same text twice.
    pub load_requested: bool,
    /// Whether what was kept before is here. Until then nothing is sent: it could overtake what was written earlier.
    pub is_loaded: bool,
    /// Whether the person was told that nothing can be kept. Told once until it works again.
    pub failure_shown: bool,
    /// Drafts of conversations that the server did not tell of yet, or that are not one's own any more.
    pub drafts: BTreeMap<ConversationId, Draft>,
    /// The place found in the file, until the client has reopened it or the person has gone elsewhere.
    pub position_to_restore: Option<ScreenPosition>,
    /// The place in the file. `None` until the client has written one, or has reopened the one that it found.
    pub saved_position: Option<ScreenPosition>,
    /// Conversations whose drafts are not kept as they are.
    pub changed_drafts: BTreeSet<ConversationId>,
    /// When what changed is to be kept.
    pub save_at: Option<Moment>,
}

impl LocalDataSync {
    /// Keeps what was written for a conversation that is not there, until it is again.
    pub fn hold_draft(&mut self, conversation: ConversationId, draft: Draft) {
        if !draft.is_empty() {
            self.drafts.insert(conversation, draft);
        }
        self.changed_drafts.insert(conversation);
    }
}
