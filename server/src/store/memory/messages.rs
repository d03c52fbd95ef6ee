//! Stored messages, and reading them.

use std::collections::BTreeMap;

use papo_shared::model::{ConversationId, Entry, EntryKind, Message, Reaction, Seq};
use papo_shared::protocol::{Refusal, Revision};

use super::state::{Changes, KeptReaction, Log, State};
use crate::domain::{AccountId, FoundReaction, rules};

impl Log {
    pub(super) fn message(&self, seq: Seq) -> Option<(&Entry, &Message)> {
        let entry = self.entries.get(usize::try_from(seq.0).ok()?.checked_sub(1)?)?;
        match &entry.kind {
            EntryKind::Message(message) => Some((entry, message)),
            _ => None,
        }
    }

    /// A message visible to this member, including deleted ones.
    fn visible(&self, seq: Seq, account: AccountId) -> Result<(&Entry, &Message), Refusal> {
        let may_see = self.member(account).is_some_and(|member| rules::may_see(member.first, seq));
        rules::require_message(self.message(seq).filter(|_| may_see))
    }

    /// A message visible to this member and not deleted.
    fn standing(&self, seq: Seq, account: AccountId) -> Result<(&Entry, &Message), Refusal> {
        let found = self.visible(seq, account)?;
        rules::require_message(Some(found).filter(|(_, message)| !message.deleted))
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
    /// All texts of a message, oldest first.
    pub(super) fn revisions(&self, account: AccountId, id: ConversationId, seq: Seq) -> Result<Vec<Revision>, Refusal> {
        let log = rules::require_member(self.conversation_of(account, id))?;
        let (entry, message) = log.standing(seq, account)?;
        let earlier = log.changes.get(&seq).into_iter().flat_map(|changes| changes.earlier.iter().cloned());
        let now = Revision { at: message.edited_at.unwrap_or(entry.at), text: message.text.clone() };
        Ok(earlier.chain([now]).collect())
    }

    /// All reactions to a message, oldest first.
    pub(super) fn reactions(&self, account: AccountId, id: ConversationId, seq: Seq) -> Result<Vec<FoundReaction>, Refusal> {
        let log = rules::require_member(self.conversation_of(account, id))?;
        log.standing(seq, account)?;
        let reactions = log.changes.get(&seq).into_iter().flat_map(|changes| &changes.reactions);
        let found = reactions.filter_map(|KeptReaction { by, emoji, seq, .. }| {
            Some(FoundReaction { seq: *seq, emoji: emoji.clone(), username: self.username(*by)?.clone() })
        });
        Ok(found.collect())
    }
}
