//! How far what this machine keeps for an account is in step with what is here.

use std::collections::{BTreeMap, BTreeSet};

use papo_shared::model::ConversationId;

use crate::clock::Moment;
use crate::local_data::{Draft, ScreenPosition};

/// A change is given to the disk at the latest after this time, in milliseconds: whoever types loses no more than this.
pub const KEPT_WITHIN_MS: i64 = 500;

/// How far what is kept is in step with what is here.
#[derive(Clone, Debug, Default)]
pub struct Keeping {
    /// Whether the client has asked for what was kept before. A second read could restore the same text twice.
    pub is_asked_for: bool,
    /// Whether what was kept before is here. Until then nothing is sent: it could overtake what was written earlier.
    pub is_read: bool,
    /// Whether the person was told that nothing can be kept. Told once until it works again.
    pub trouble_told: bool,
    /// Drafts of conversations that the server did not tell of yet, or that are not one's own any more.
    pub drafts: BTreeMap<ConversationId, Draft>,
    /// The place found in the file, until the client has reopened it or the person has gone elsewhere.
    pub come_back_to: Option<ScreenPosition>,
    /// The place in the file. `None` until the client has written one, or has reopened the one that it found.
    pub place: Option<ScreenPosition>,
    /// Conversations whose drafts are not kept as they are.
    pub changed: BTreeSet<ConversationId>,
    /// When what changed is to be kept.
    pub due: Option<Moment>,
}

impl Keeping {
    /// Keeps what was written for a conversation that is not there, until it is again.
    pub fn keep_draft(&mut self, conversation: ConversationId, draft: Draft) {
        if !draft.is_empty() {
            self.drafts.insert(conversation, draft);
        }
        self.changed.insert(conversation);
    }
}
