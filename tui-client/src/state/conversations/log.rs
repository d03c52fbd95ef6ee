//! The part of a conversation's log that is held in memory: a window of consecutive entries.
//!
//! Entries that change a message (edits, deletions, reactions) are applied to the message and not stored, because they are not
//! drawn. The size of the window therefore does not depend on the number of changes.

use std::collections::{BTreeMap, VecDeque};

use papo_shared::model::{Entry, EntryKind, Message, Seq, Username};
use papo_shared::protocol::MessagesErased;

use super::changes;
use super::changes::ChangeOutcome;

/// Consecutive entries of a log. Empty until the conversation is first opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Log {
    /// In ascending order. A number missing between two entries belongs to an entry that changed a message.
    entries: VecDeque<Entry>,
    /// The first and the last number held, including numbers of entries that changed a message.
    held: Option<(Seq, Seq)>,
    /// The latest changes, oldest first. A page that was requested before them does not contain them, so they are applied to it.
    recent_changes: VecDeque<Entry>,
    /// Messages that have to be loaded again, each with the latest change that requires it: an edit, which does not contain the
    /// new text, or a change that was received without those before it.
    outdated: BTreeMap<Seq, Seq>,
    /// Whether entries after the window were missed, so that changes of held messages may be unknown until these are loaded.
    pub has_missed_changes: bool,
}

/// The maximum number of entries held per conversation: about ten thousand rows of the widest terminal, a few hundred KiB.
pub const MAX_HELD: usize = 1_000;
/// The number of entries removed at a time above the maximum, so that not every new entry causes a removal.
const TRIM_STEP: usize = 200;
/// The maximum number of recent changes held: more than arrive between the request for a page and its reply.
const MAX_RECENT_CHANGES: usize = 200;

/// The result of merging entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MergeOutcome {
    /// The entries are part of the log.
    Joined,
    /// Entries are missing between these and the log, so none was added.
    Apart,
}

impl Log {
    /// The held entries, oldest first, without those that changed a message.
    #[must_use]
    pub fn entries(&self) -> &VecDeque<Entry> {
        &self.entries
    }

    /// Whether nothing is held, not even the number of a change.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.held.is_none()
    }

    /// The first number held, which may be that of a change.
    #[must_use]
    pub fn first(&self) -> Option<Seq> {
        self.held.map(|(first, _)| first)
    }

    /// The last number held, which may be that of a change.
    #[must_use]
    pub fn last(&self) -> Option<Seq> {
        self.held.map(|(_, last)| last)
    }

    /// Whether this number is within the window, including numbers of changes.
    #[must_use]
    pub fn holds(&self, seq: Seq) -> bool {
        self.held.is_some_and(|(first, last)| (first..=last).contains(&seq))
    }

    /// The index of the entry with this number.
    #[must_use]
    pub fn index_of(&self, seq: Seq) -> Option<usize> {
        self.entries.binary_search_by_key(&seq, |entry| entry.seq).ok()
    }

    /// The index of the first entry with this number or a greater one.
    #[must_use]
    pub fn index_at_or_after(&self, seq: Seq) -> usize {
        self.entries.partition_point(|entry| entry.seq < seq)
    }

    /// The message with this number, and its author.
    #[must_use]
    pub fn message(&self, seq: Seq) -> Option<(&Username, &Message)> {
        let entry = &self.entries[self.index_of(seq)?];
        match &entry.kind {
            EntryKind::Message(message) => Some((&entry.author, message)),
            _ => None,
        }
    }

    /// Adds consecutive entries that touch or overlap the window. If a message is held already, the newer version is kept. `me`
    /// is the signed-in account.
    pub fn merge(&mut self, mut entries: Vec<Entry>, me: &Username) -> MergeOutcome {
        // Entries after the first one out of order are ignored.
        let ascending = entries.windows(2).take_while(|pair| pair[0].seq < pair[1].seq).count() + 1;
        entries.truncate(ascending);
        let (Some(from), Some(to)) = (entries.first().map(|e| e.seq), entries.last().map(|e| e.seq)) else {
            return MergeOutcome::Joined;
        };
        if self.held.is_some_and(|(first, last)| to.next() < first || from > last.next()) {
            for change in entries {
                self.take_change(change, me);
            }
            return MergeOutcome::Apart;
        }
        let before = self.held;
        self.held = Some(before.map_or((from, to), |(first, last)| (first.min(from), last.max(to))));
        let (mut older, mut has_reloaded) = (Vec::new(), false);
        for entry in entries {
            let is_newer = before.is_none_or(|(_, last)| entry.seq > last);
            let is_older = before.is_some_and(|(first, _)| entry.seq < first);
            if changes::target(&entry).is_some() {
                // A change within the window was applied before; an older one is already applied to the page's messages.
                if is_newer {
                    self.take_change(entry, me);
                }
            } else if is_newer {
                self.entries.push_back(entry);
            } else if is_older {
                older.push(entry);
            } else {
                self.update_reloaded(entry);
                has_reloaded = true;
            }
        }
        // Also changes that were received without those before them: this page may contain their messages.
        let has_later_changes = self.recent_changes.back().is_some_and(|change| change.seq > to);
        if has_reloaded || has_later_changes || !older.is_empty() {
            for entry in older.into_iter().rev() {
                self.entries.push_front(entry);
            }
            for change in std::mem::take(&mut self.recent_changes) {
                self.apply_change(&change, me);
                self.recent_changes.push_back(change);
            }
        }
        MergeOutcome::Joined
    }

    /// The messages whose text has to be loaded again, each with its latest edit.
    pub fn outdated(&self) -> impl Iterator<Item = (Seq, Seq)> {
        self.outdated.iter().map(|(target, edit)| (*target, *edit))
    }

    /// The latest changes, oldest first.
    pub fn recent_changes(&self) -> impl Iterator<Item = &Entry> {
        self.recent_changes.iter()
    }

    /// Records that the reply to loading `target` again, requested after the edit `after`, arrived.
    pub fn mark_reloaded(&mut self, target: Seq, after: Seq) {
        if self.outdated.get(&target).is_some_and(|edit| *edit <= after) {
            self.outdated.remove(&target);
        }
    }

    /// Whether another page would exceed the maximum size.
    #[must_use]
    pub fn is_nearly_full(&self) -> bool {
        self.entries.len() + TRIM_STEP > MAX_HELD
    }

    /// Removes entries above [`MAX_HELD`], from the end farther from `on_screen`, an entry on the screen. They are loaded again
    /// when the user scrolls to them.
    pub fn trim(&mut self, on_screen: Option<Seq>) {
        let Some((mut first, mut last)) = self.held else { return };
        while self.entries.len() > MAX_HELD {
            let at = on_screen.map_or(self.entries.len() - 1, |seq| self.index_at_or_after(seq));
            if at >= self.entries.len() / 2 {
                self.entries.drain(..TRIM_STEP);
                first = self.entries.front().map_or(first, |entry| entry.seq);
            } else {
                self.entries.truncate(self.entries.len() - TRIM_STEP);
                last = self.entries.back().map_or(last, |entry| entry.seq);
            }
        }
        self.held = Some((first, last));
        self.outdated.retain(|target, _| (first..=last).contains(target));
    }

    /// Empties the log, including the recent changes.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Empties those of these messages that are held. The server erased their texts without an entry.
    pub fn erase(&mut self, erased: &MessagesErased) {
        for seq in &erased.seqs {
            self.outdated.remove(seq);
            let Some(entry) = self.index_of(*seq).and_then(|at| self.entries.get_mut(at)) else { continue };
            changes::apply_erasure(entry, erased);
        }
    }

    /// Gives an author another name, after the account was deleted.
    pub fn rename_author(&mut self, before: &Username, now: &Username) {
        for entry in &mut self.entries {
            if entry.author == *before {
                entry.author.clone_from(now);
            }
        }
    }

    /// Applies an entry that is a change, now and to pages that arrive later. Other entries are ignored.
    pub fn take_change(&mut self, change: Entry, me: &Username) {
        if changes::target(&change).is_some() {
            self.apply_change(&change, me);
            self.recent_changes.push_back(change);
            if self.recent_changes.len() > MAX_RECENT_CHANGES {
                self.recent_changes.pop_front();
            }
        }
    }

    /// Applies a change to its message, if the message is held.
    fn apply_change(&mut self, change: &Entry, me: &Username) {
        let held = changes::target(change).filter(|target| *target < change.seq).and_then(|target| self.index_of(target));
        let Some(entry) = held.and_then(|at| self.entries.get_mut(at)) else { return };
        let EntryKind::Message(message) = &mut entry.kind else { return };
        // Once a change is applied, those before it would be taken for applied as well.
        let is_in_order = self.held.is_some_and(|(_, last)| change.seq <= last);
        if !is_in_order && !matches!(change.kind, EntryKind::MessageDeleted { .. }) {
            if !message.deleted && message.changed < Some(change.seq) {
                self.outdated.insert(entry.seq, change.seq);
            }
            return;
        }
        match changes::apply(message, change, me) {
            ChangeOutcome::Outdated => {
                self.outdated.insert(entry.seq, change.seq);
            }
            ChangeOutcome::Applied if message.deleted => {
                message.deleted_by = (change.author != entry.author).then(|| change.author.clone());
                self.outdated.remove(&entry.seq);
            }
            ChangeOutcome::Applied | ChangeOutcome::Unchanged => {}
        }
    }

    /// Updates a held message from a page that contains it again.
    fn update_reloaded(&mut self, entry: Entry) {
        let Some(held) = self.index_of(entry.seq).and_then(|at| self.entries.get_mut(at)) else { return };
        let outdated_since = self.outdated.get(&entry.seq).copied();
        if let (EntryKind::Message(held), EntryKind::Message(now)) = (&mut held.kind, entry.kind) {
            if now.changed >= outdated_since {
                self.outdated.remove(&entry.seq);
            }
            changes::update_reloaded(held, now, outdated_since);
        }
    }
}

#[cfg(test)]
mod tests {
    use papo_shared::model::{ClientId, Emoji, Entry, EntryKind, Message, MessageText, Seq, Timestamp, Username};
    use proptest::prelude::*;

    use super::{Log, MAX_HELD, MAX_RECENT_CHANGES, MergeOutcome};

    fn merge(log: &mut Log, entries: Vec<Entry>) -> MergeOutcome {
        log.merge(entries, &Username::parse("ana").unwrap())
    }

    fn entries(numbers: std::ops::RangeInclusive<u64>) -> Vec<Entry> {
        let author = Username::parse("ana").unwrap();
        numbers
            .map(|n| Entry {
                seq: Seq(n),
                at: Timestamp(0),
                author: author.clone(),
                kind: EntryKind::MemberLeft { new_owner: None },
            })
            .collect()
    }

    fn numbers(log: &Log) -> Vec<u64> {
        log.entries().iter().map(|entry| entry.seq.0).collect()
    }

    #[test]
    fn adjacent_entries_join_and_others_are_not_added() {
        let mut log = Log::default();
        assert_eq!(merge(&mut log, entries(5..=6)), MergeOutcome::Joined);
        assert_eq!(merge(&mut log, entries(8..=9)), MergeOutcome::Apart);
        assert_eq!(merge(&mut log, entries(1..=3)), MergeOutcome::Apart);
        assert_eq!(merge(&mut log, entries(3..=4)), MergeOutcome::Joined);
        assert_eq!(merge(&mut log, entries(6..=8)), MergeOutcome::Joined);
        assert_eq!(numbers(&log), [3, 4, 5, 6, 7, 8]);
        assert_eq!(log.index_of(Seq(5)), Some(2));
        assert_eq!(log.index_of(Seq(9)), None);
        assert_eq!(log.index_of(Seq(2)), None);
    }

    #[test]
    fn the_window_is_bounded_and_contains_the_entry_on_screen() {
        for (on_screen, expected) in [(None, (201, 1_001)), (Some(Seq(900)), (201, 1_001)), (Some(Seq(30)), (1, 801))] {
            let mut log = Log::default();
            merge(&mut log, entries(1..=1_000));
            log.trim(on_screen);
            assert_eq!(log.entries().len(), MAX_HELD);
            merge(&mut log, entries(1_001..=1_001));
            log.trim(on_screen);
            assert_eq!((log.first(), log.last()), (Some(Seq(expected.0)), Some(Seq(expected.1))));
        }
    }

    fn change(seq: u64, kind: EntryKind) -> Entry {
        Entry { seq: Seq(seq), at: Timestamp(0), author: Username::parse("bia").unwrap(), kind }
    }

    fn message(seq: u64, text: &str, changed: Option<u64>) -> Entry {
        let message = Message::new(ClientId::from_bytes([1; 16]), MessageText::parse(text).unwrap());
        change(seq, EntryKind::Message(Message { changed: changed.map(Seq), ..message }))
    }

    fn edit(seq: u64, target: u64) -> Entry {
        change(seq, EntryKind::MessageEdited { target: Seq(target) })
    }

    fn react(seq: u64, target: u64) -> Entry {
        change(seq, EntryKind::ReactionAdded { target: Seq(target), emoji: Emoji::parse("👍").unwrap() })
    }

    #[test]
    fn changes_extend_the_window_without_being_stored() {
        let mut log = Log::default();
        merge(&mut log, vec![message(1, "oi", None)]);
        for seq in 2..=3_000 {
            assert_eq!(merge(&mut log, vec![react(seq, 1)]), MergeOutcome::Joined);
        }
        log.trim(None);
        assert_eq!((numbers(&log), log.first(), log.last()), (vec![1], Some(Seq(1)), Some(Seq(3_000))));
        assert_eq!(log.message(Seq(1)).unwrap().1.reactions[0].count, 2_999);
        assert!(log.recent_changes.len() <= MAX_RECENT_CHANGES);
        assert!(log.holds(Seq(2)) && log.index_of(Seq(2)).is_none());
    }

    #[test]
    fn an_edited_message_is_outdated_until_it_is_loaded_again() {
        let mut log = Log::default();
        merge(&mut log, vec![message(1, "oi", None), edit(2, 1), edit(3, 1), edit(4, 9)]);
        assert_eq!(log.outdated().collect::<Vec<_>>(), [(Seq(1), Seq(3))], "only held messages become outdated");
        log.mark_reloaded(Seq(1), Seq(2));
        assert_eq!(log.outdated().count(), 1, "it was edited again in the meantime");
        merge(&mut log, vec![message(1, "olá", Some(3))]);
        assert_eq!((log.message(Seq(1)).unwrap().1.text.as_str(), log.outdated().count()), ("olá", 0));
    }

    fn delete(seq: u64, target: u64) -> Entry {
        change(seq, EntryKind::MessageDeleted { target: Seq(target) })
    }

    fn outdated(log: &Log) -> Vec<(u64, u64)> {
        log.outdated().map(|(target, change)| (target.0, change.0)).collect()
    }

    #[test]
    fn changes_after_a_gap_delete_messages_at_once_and_let_others_be_loaded_again() {
        let mut log = Log::default();
        merge(&mut log, vec![message(1, "oi", None), message(2, "olá", None)]);
        assert_eq!(merge(&mut log, vec![delete(8, 1)]), MergeOutcome::Apart);
        assert_eq!(merge(&mut log, vec![react(9, 2)]), MergeOutcome::Apart);
        assert!(log.message(Seq(1)).unwrap().1.deleted);
        assert!(log.message(Seq(2)).unwrap().1.reactions.is_empty(), "the reactions before it may be missing");
        assert_eq!(outdated(&log), [(2, 9)]);
        let mut loaded = message(2, "olá", Some(9));
        if let EntryKind::Message(message) = &mut loaded.kind {
            message.reactions =
                vec![papo_shared::model::Reaction { emoji: Emoji::parse("👍").unwrap(), count: 2, mine: false }];
        }
        merge(&mut log, vec![loaded]);
        // The gap is filled: its changes are contained in the loaded message.
        merge(&mut log, vec![react(3, 2)]);
        assert_eq!((outdated(&log), log.message(Seq(2)).unwrap().1.reactions[0].count), (vec![], 2));
    }

    #[test]
    fn changes_after_a_gap_are_applied_to_pages_that_were_read_before_them() {
        let mut log = Log::default();
        merge(&mut log, vec![message(1, "oi", None)]);
        merge(&mut log, vec![delete(8, 2)]);
        merge(&mut log, vec![react(9, 3)]);
        merge(&mut log, vec![message(2, "olá", None), message(3, "e", None)]);
        assert!(log.message(Seq(2)).unwrap().1.deleted);
        assert_eq!(outdated(&log), [(3, 9)]);

        let mut log = Log::default();
        log.take_change(delete(8, 2), &Username::parse("ana").unwrap());
        assert!(log.is_empty());
        merge(&mut log, vec![message(2, "olá", None)]);
        assert!(log.message(Seq(2)).unwrap().1.deleted, "also if nothing was held");
    }

    #[test]
    fn a_change_that_arrives_before_a_page_is_applied_to_it() {
        let mut log = Log::default();
        merge(&mut log, vec![message(5, "depois", None)]);
        merge(&mut log, vec![react(6, 1)]);
        // The server read this page before it stored the reaction.
        merge(&mut log, vec![message(1, "antes", None), message(2, "e", None), react(3, 2), react(4, 2)]);
        assert_eq!(log.message(Seq(1)).unwrap().1.reactions.len(), 1);
        assert_eq!(numbers(&log), [1, 2, 5]);
    }

    #[test]
    fn entries_out_of_order_and_changes_to_later_entries_are_ignored() {
        let mut log = Log::default();
        merge(&mut log, vec![message(3, "a", None), react(2, 1), message(9, "b", None)]);
        assert_eq!((numbers(&log), log.last()), (vec![3], Some(Seq(3))));
        merge(&mut log, vec![react(4, u64::MAX), react(5, 5), react(6, 0)]);
        assert_eq!(log.last(), Some(Seq(6)));
    }

    proptest! {
        /// The log has no missing and no duplicate entries, whatever the order and overlap of pages and single entries.
        #[test]
        fn the_log_is_always_consecutive(pages in proptest::collection::vec((1u64..40, 0u64..10), 0..20)) {
            let mut log = Log::default();
            for (from, more) in pages {
                merge(&mut log, entries(from..=from + more));
                let held = numbers(&log);
                prop_assert!(held.windows(2).all(|pair| pair[0] + 1 == pair[1]), "{:?}", held);
            }
        }
    }
}
