//! The part of a conversation's log that is held here: entries without a hole between them, a window over all there are.
//!
//! Entries that change a message have a number and no rows: what they say stands in the message, and they are not kept. So
//! the window holds what can be seen, however often it was changed.

use std::collections::{BTreeMap, VecDeque};

use papo_shared::model::{Entry, EntryKind, Message, Seq, Username};

use super::changes;
use super::changes::ChangeOutcome;

/// Entries with ascending numbers. Empty until the conversation is first opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Log {
    /// From the first to the last number held there is no hole: what is missing between two of these changed a message.
    entries: VecDeque<Entry>,
    /// The first and the last number held.
    held: Option<(Seq, Seq)>,
    /// The changes that came last. A page that was on its way meanwhile does not have them.
    recent_changes: VecDeque<Entry>,
    /// Messages that have another text by now, each with the newest edit of it.
    outdated: BTreeMap<Seq, Seq>,
}

/// Most entries that are held of one conversation: some ten thousand rows of the widest terminal, a few hundred KiB.
pub const MAX_HELD: usize = 1_000;
/// Entries that are let go at once when there are more: so that it is not done for each one.
const TRIM_STEP: usize = 200;
/// Changes that are remembered for pages that are on their way: more than come while a page does.
const MAX_RECENT_CHANGES: usize = 200;

/// What became of entries that came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Merged {
    /// They are part of the log now, or were before.
    Joined,
    /// There is a hole between them and the log; nothing was taken.
    Apart,
}

impl Log {
    /// The entries that have rows, oldest first.
    #[must_use]
    pub fn entries(&self) -> &VecDeque<Entry> {
        &self.entries
    }

    /// Whether nothing is held, not even entries without rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.held.is_none()
    }

    /// The first number held.
    #[must_use]
    pub fn first(&self) -> Option<Seq> {
        self.held.map(|(first, _)| first)
    }

    /// The last number held.
    #[must_use]
    pub fn last(&self) -> Option<Seq> {
        self.held.map(|(_, last)| last)
    }

    /// Whether this number is among those held, be it that of a change.
    #[must_use]
    pub fn holds(&self, seq: Seq) -> bool {
        self.held.is_some_and(|(first, last)| (first..=last).contains(&seq))
    }

    /// Where the entry with this number stands.
    #[must_use]
    pub fn index_of(&self, seq: Seq) -> Option<usize> {
        self.entries.binary_search_by_key(&seq, |entry| entry.seq).ok()
    }

    /// Where the first entry stands that has this number or a greater one.
    #[must_use]
    pub fn index_at_or_after(&self, seq: Seq) -> usize {
        self.entries.partition_point(|entry| entry.seq < seq)
    }

    /// The message with this number, and who said it.
    #[must_use]
    pub fn message(&self, seq: Seq) -> Option<(&Username, &Message)> {
        let entry = &self.entries[self.index_of(seq)?];
        match &entry.kind {
            EntryKind::Message(message) => Some((&entry.author, message)),
            _ => None,
        }
    }

    /// Takes entries (ascending, without a hole) that touch or overlap what is held. Of a message that is held already the
    /// newer one counts. `me` is who uses this client.
    pub fn merge(&mut self, mut entries: Vec<Entry>, me: &Username) -> Merged {
        // A server that is wrong about the order is believed up to there.
        let ascending = entries.windows(2).take_while(|pair| pair[0].seq < pair[1].seq).count() + 1;
        entries.truncate(ascending);
        let (Some(from), Some(to)) = (entries.first().map(|e| e.seq), entries.last().map(|e| e.seq)) else {
            return Merged::Joined;
        };
        if self.held.is_some_and(|(first, last)| to.next() < first || from > last.next()) {
            return Merged::Apart;
        }
        let before = self.held;
        self.held = Some(before.map_or((from, to), |(first, last)| (first.min(from), last.max(to))));
        let (mut older, mut has_reloaded) = (Vec::new(), false);
        for entry in entries {
            let is_newer = before.is_none_or(|(_, last)| entry.seq > last);
            let is_older = before.is_some_and(|(first, _)| entry.seq < first);
            if changes::target(&entry).is_some() {
                // One that is held already is in the messages; one that is older is in the page.
                if is_newer {
                    self.change(&entry, me);
                    self.remember(entry);
                }
            } else if is_newer {
                self.entries.push_back(entry);
            } else if is_older {
                older.push(entry);
            } else {
                self.renew(entry);
                has_reloaded = true;
            }
        }
        if has_reloaded || !older.is_empty() {
            for entry in older.into_iter().rev() {
                self.entries.push_front(entry);
            }
            for change in std::mem::take(&mut self.recent_changes) {
                self.change(&change, me);
                self.recent_changes.push_back(change);
            }
        }
        Merged::Joined
    }

    /// The messages that have another text by now, each with the newest edit of it: they are to be asked for again.
    pub fn outdated(&self) -> impl Iterator<Item = (Seq, Seq)> {
        self.outdated.iter().map(|(target, edit)| (*target, *edit))
    }

    /// The changes that came last, oldest first.
    pub fn recent_changes(&self) -> impl Iterator<Item = &Entry> {
        self.recent_changes.iter()
    }

    /// A message was asked for again after this edit, and came or will not come.
    pub fn mark_reloaded(&mut self, target: Seq, after: Seq) {
        if self.outdated.get(&target).is_some_and(|edit| *edit <= after) {
            self.outdated.remove(&target);
        }
    }

    /// Whether another page would make it too large.
    #[must_use]
    pub fn is_nearly_full(&self) -> bool {
        self.entries.len() + TRIM_STEP > MAX_HELD
    }

    /// Lets go of entries where too many are held: those at the end that is farther from this one, which is on the screen.
    /// They are fetched again when they are reached.
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

    /// Forgets everything.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Applies a change to its message, if that is held.
    fn change(&mut self, change: &Entry, me: &Username) {
        let held = changes::target(change).filter(|target| *target < change.seq).and_then(|target| self.index_of(target));
        let Some(entry) = held.and_then(|at| self.entries.get_mut(at)) else { return };
        let EntryKind::Message(message) = &mut entry.kind else { return };
        match changes::apply(message, change, me) {
            ChangeOutcome::Outdated => {
                self.outdated.insert(entry.seq, change.seq);
            }
            ChangeOutcome::Applied if message.deleted => {
                self.outdated.remove(&entry.seq);
            }
            ChangeOutcome::Applied | ChangeOutcome::Unchanged => {}
        }
    }

    fn remember(&mut self, change: Entry) {
        self.recent_changes.push_back(change);
        if self.recent_changes.len() > MAX_RECENT_CHANGES {
            self.recent_changes.pop_front();
        }
    }

    /// A message that is held came again.
    fn renew(&mut self, entry: Entry) {
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

    use super::{Log, MAX_HELD, MAX_RECENT_CHANGES, Merged};

    fn merge(log: &mut Log, entries: Vec<Entry>) -> Merged {
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
    fn what_touches_joins_and_what_does_not_is_left_out() {
        let mut log = Log::default();
        assert_eq!(merge(&mut log, entries(5..=6)), Merged::Joined);
        assert_eq!(merge(&mut log, entries(8..=9)), Merged::Apart);
        assert_eq!(merge(&mut log, entries(1..=3)), Merged::Apart);
        assert_eq!(merge(&mut log, entries(3..=4)), Merged::Joined);
        assert_eq!(merge(&mut log, entries(6..=8)), Merged::Joined);
        assert_eq!(numbers(&log), [3, 4, 5, 6, 7, 8]);
        assert_eq!(log.index_of(Seq(5)), Some(2));
        assert_eq!(log.index_of(Seq(9)), None);
        assert_eq!(log.index_of(Seq(2)), None);
    }

    #[test]
    fn the_window_is_bounded_and_what_is_on_the_screen_stays_in_it() {
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
    fn changes_have_a_number_and_are_not_kept() {
        let mut log = Log::default();
        merge(&mut log, vec![message(1, "oi", None)]);
        for seq in 2..=3_000 {
            assert_eq!(merge(&mut log, vec![react(seq, 1)]), Merged::Joined);
        }
        log.trim(None);
        assert_eq!((numbers(&log), log.first(), log.last()), (vec![1], Some(Seq(1)), Some(Seq(3_000))));
        assert_eq!(log.message(Seq(1)).unwrap().1.reactions[0].count, 2_999);
        assert!(log.recent_changes.len() <= MAX_RECENT_CHANGES);
        assert!(log.holds(Seq(2)) && log.index_of(Seq(2)).is_none());
    }

    #[test]
    fn an_edited_message_is_outdated_until_it_comes_again() {
        let mut log = Log::default();
        merge(&mut log, vec![message(1, "oi", None), edit(2, 1), edit(3, 1), edit(4, 9)]);
        assert_eq!(log.outdated().collect::<Vec<_>>(), [(Seq(1), Seq(3))], "what is not held is nobody's business");
        log.mark_reloaded(Seq(1), Seq(2));
        assert_eq!(log.outdated().count(), 1, "it was edited again meanwhile");
        merge(&mut log, vec![message(1, "olá", Some(3))]);
        assert_eq!((log.message(Seq(1)).unwrap().1.text.as_str(), log.outdated().count()), ("olá", 0));
    }

    #[test]
    fn a_change_that_overtook_a_page_is_applied_to_it() {
        let mut log = Log::default();
        merge(&mut log, vec![message(5, "depois", None)]);
        merge(&mut log, vec![react(6, 1)]);
        // It was read before the reaction was stored.
        merge(&mut log, vec![message(1, "antes", None), message(2, "e", None), react(3, 2), react(4, 2)]);
        assert_eq!(log.message(Seq(1)).unwrap().1.reactions.len(), 1);
        assert_eq!(numbers(&log), [1, 2, 5]);
    }

    #[test]
    fn what_comes_in_the_wrong_order_or_changes_what_comes_later_does_no_harm() {
        let mut log = Log::default();
        merge(&mut log, vec![message(3, "a", None), react(2, 1), message(9, "b", None)]);
        assert_eq!((numbers(&log), log.last()), (vec![3], Some(Seq(3))));
        merge(&mut log, vec![react(4, u64::MAX), react(5, 5), react(6, 0)]);
        assert_eq!(log.last(), Some(Seq(6)));
    }

    proptest! {
        /// In whatever order pages and live entries come, and however they overlap, the log has no hole and no double.
        #[test]
        fn the_log_never_has_a_hole(pages in proptest::collection::vec((1u64..40, 0u64..10), 0..20)) {
            let mut log = Log::default();
            for (from, more) in pages {
                merge(&mut log, entries(from..=from + more));
                let held = numbers(&log);
                prop_assert!(held.windows(2).all(|pair| pair[0] + 1 == pair[1]), "{:?}", held);
            }
        }
    }
}
