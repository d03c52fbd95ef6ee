//! The members of conversations that were loaded before, so that a batch need not load them again.
//!
//! Each conversation row contains the version of its memberships. Every change of what is kept here also writes a new version, in the
//! same transaction. Versions are random numbers: none occurs twice, not even after a failover to a server that lacks the last
//! commits. So memberships with the version of the row are those of the row, whichever server changed them.

use std::sync::{Arc, Mutex, PoisonError};

use lru::LruCache;
use papo_shared::model::ConversationId;

use crate::domain::{AccountId, Audience};

/// Maximum weight of what is kept: about 16 MB.
const MAX_WEIGHT: usize = 4_000_000;

/// Weight of a conversation apart from its members.
const OWN_WEIGHT: usize = 40;

/// Version of the memberships of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct MembershipVersion(pub(super) i64);

impl MembershipVersion {
    /// A version for a change.
    pub(super) fn random() -> Self {
        Self(rand::random())
    }
}

/// Everything that is loaded about the members of a conversation for deciding who may write there.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Memberships {
    pub(super) version: MembershipVersion,
    /// Sorted.
    pub(super) members: Audience,
    /// In a direct conversation, those of its two members who have blocked the other.
    pub(super) blockers: Vec<AccountId>,
    /// Whether the account of one of the two members of a direct conversation is deleted.
    pub(super) has_deleted_member: bool,
}

impl Memberships {
    fn weight(&self) -> usize {
        OWN_WEIGHT + self.members.len()
    }
}

/// The memberships that were used last. Members weigh 1 each.
pub(super) struct MembershipCache(Mutex<Kept>);

struct Kept {
    by_conversation: LruCache<ConversationId, Arc<Memberships>>,
    weight: usize,
    max_weight: usize,
}

impl Default for MembershipCache {
    fn default() -> Self {
        Self::with_max_weight(MAX_WEIGHT)
    }
}

impl MembershipCache {
    fn with_max_weight(max_weight: usize) -> Self {
        Self(Mutex::new(Kept { by_conversation: LruCache::unbounded(), weight: 0, max_weight }))
    }

    /// The memberships that were loaded last. They are valid if their version is that of the row.
    pub(super) fn get(&self, id: ConversationId) -> Option<Arc<Memberships>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).by_conversation.get(&id).cloned()
    }

    pub(super) fn keep(&self, id: ConversationId, memberships: Arc<Memberships>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.weight += memberships.weight();
        if let Some(replaced) = kept.by_conversation.put(id, memberships) {
            kept.weight -= replaced.weight();
        }
        while kept.weight > kept.max_weight
            && let Some((_, forgotten)) = kept.by_conversation.pop_lru()
        {
            kept.weight -= forgotten.weight();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use papo_shared::model::ConversationId;

    use super::{MembershipCache, MembershipVersion, Memberships, OWN_WEIGHT};
    use crate::domain::AccountId;

    fn memberships(version: i64, members: u32) -> Arc<Memberships> {
        let members = (1..=members).map(AccountId).collect();
        let version = MembershipVersion(version);
        Arc::new(Memberships { version, members, blockers: Vec::new(), has_deleted_member: false })
    }

    #[test]
    fn the_least_recently_used_are_forgotten_above_the_maximum_weight() {
        let cache = MembershipCache::with_max_weight(3 * OWN_WEIGHT + 30);
        let is_kept = |id| cache.get(ConversationId(id)).is_some();
        (1..=3).for_each(|id| cache.keep(ConversationId(id), memberships(1, 10)));
        assert!(is_kept(2) && is_kept(3) && is_kept(1), "the maximum is kept");
        cache.keep(ConversationId(3), memberships(2, 10));
        assert!(is_kept(2) && is_kept(1) && is_kept(3), "a replaced version does not count");
        assert_eq!(cache.get(ConversationId(3)).unwrap().version, MembershipVersion(2));
        cache.keep(ConversationId(3), memberships(3, 11));
        assert!(!is_kept(2) && is_kept(1) && is_kept(3), "one member more");
    }
}
