//! Stored messages, and reading them.

use std::collections::BTreeMap;

use papo_shared::model::{ConversationId, Entry, EntryKind, Message, Reaction, Seq};
use papo_shared::protocol::Revision;

use super::state::{Changes, Log, State, StoredReaction};
use crate::domain::{AccountId, FoundReaction, rules};

impl Log {
    pub(super) fn message(&self, seq: Seq) -> Option<(&Entry, &Message)> {
        let entry = self.entries.get(usize::try_from(seq.0).ok()?.checked_sub(1)?)?;
        match &entry.kind {
            EntryKind::Message(message) => Some((entry, message)),
            _ => None,
        }
    }

    /// A message visible to this member and not deleted.
    fn visible(&self, seq: Seq, account: AccountId) -> Option<(&Entry, &Message)> {
        let may_see = self.member(account).is_some_and(|member| rules::may_see(member.first, seq));
        self.message(seq).filter(|(_, message)| may_see && !message.deleted)
    }

    /// The entry as this account sees it, with its reactions.
    pub(super) fn as_seen_by(&self, entry: &Entry, account: AccountId) -> Entry {
        let mut entry = entry.clone();
        if let (EntryKind::Message(message), Some(changes)) = (&mut entry.kind, self.changes.get(&entry.seq)) {
            let mut emoji: BTreeMap<Seq, Reaction> = BTreeMap::new();
            for reaction in &changes.reactions {
                let summed_up = Reaction { emoji: reaction.emoji.clone(), count: 0, mine: false };
                let summed_up = emoji.entry(reaction.since).or_insert(summed_up);
                summed_up.count += 1;
                summed_up.mine |= reaction.by == account;
            }
            message.reactions = emoji.into_values().collect();
        }
        entry
    }

    /// The message and its other data, for an update.
    pub(super) fn message_mut(&mut self, seq: Seq) -> Option<(&mut Message, &mut Changes)> {
        let entry = self.entries.get_mut(usize::try_from(seq.0).ok()?.checked_sub(1)?)?;
        let EntryKind::Message(message) = &mut entry.kind else { return None };
        Some((message, self.changes.entry(seq).or_default()))
    }
}

impl State {
    /// All texts of a message, oldest first, as [`Store::revisions`](crate::store::Store::revisions).
    pub(super) fn revisions(&self, account: AccountId, id: ConversationId, seq: Seq) -> Option<Option<Vec<Revision>>> {
        let log = self.conversation_of(account, id)?;
        let Some((entry, message)) = log.visible(seq, account) else { return Some(None) };
        let earlier = log.changes.get(&seq).into_iter().flat_map(|changes| changes.earlier.iter().cloned());
        let now = Revision { at: message.edited_at.unwrap_or(entry.at), text: message.text.clone() };
        Some(Some(earlier.chain([now]).collect()))
    }

    /// All reactions to a message, oldest first, as [`Store::reactions`](crate::store::Store::reactions).
    pub(super) fn reactions(&self, account: AccountId, id: ConversationId, seq: Seq) -> Option<Option<Vec<FoundReaction>>> {
        let log = self.conversation_of(account, id)?;
        if log.visible(seq, account).is_none() {
            return Some(None);
        }
        let reactions = log.changes.get(&seq).into_iter().flat_map(|changes| &changes.reactions);
        let found = reactions.filter_map(|StoredReaction { by, emoji, seq, .. }| {
            Some(FoundReaction { seq: *seq, emoji: emoji.clone(), username: self.username(*by)?.clone() })
        });
        Some(Some(found.collect()))
    }
}
