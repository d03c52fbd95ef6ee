//! The part of a conversation's log that is held here: entries without a hole between them, a window over all there are.

use std::collections::VecDeque;

use papo_shared::model::{Entry, Seq};

/// Entries with ascending numbers and no hole. Empty until the conversation is first opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Log {
    entries: VecDeque<Entry>,
}

/// Most entries that are held of one conversation: some ten thousand rows of the widest terminal, a few hundred KiB.
pub const MAX_HELD: usize = 1_000;
/// Entries that are let go at once when there are more: so that it is not done for each one.
const LET_GO: usize = 200;

/// What became of entries that came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Merged {
    /// They are part of the log now, or were before.
    Joined,
    /// There is a hole between them and the log; nothing was taken.
    Apart,
}

impl Log {
    /// The entries, oldest first.
    #[must_use]
    pub fn entries(&self) -> &VecDeque<Entry> {
        &self.entries
    }

    /// The number of the first entry held.
    #[must_use]
    pub fn first(&self) -> Option<Seq> {
        self.entries.front().map(|entry| entry.seq)
    }

    /// The number of the last entry held.
    #[must_use]
    pub fn last(&self) -> Option<Seq> {
        self.entries.back().map(|entry| entry.seq)
    }

    /// Where the entry with this number stands.
    #[must_use]
    pub fn index_of(&self, seq: Seq) -> Option<usize> {
        let first = self.first()?;
        let index = usize::try_from(seq.0.checked_sub(first.0)?).ok()?;
        (index < self.entries.len()).then_some(index)
    }

    /// Takes entries (ascending, without a hole) that touch or overlap what is held.
    pub fn merge(&mut self, entries: Vec<Entry>) -> Merged {
        let (Some(from), Some(to)) = (entries.first().map(|e| e.seq), entries.last().map(|e| e.seq)) else {
            return Merged::Joined;
        };
        let (Some(first), Some(last)) = (self.first(), self.last()) else {
            self.entries = entries.into();
            return Merged::Joined;
        };
        if to.next() < first || from > last.next() {
            return Merged::Apart;
        }
        let (older, rest): (Vec<_>, Vec<_>) = entries.into_iter().partition(|entry| entry.seq < first);
        for entry in older.into_iter().rev() {
            self.entries.push_front(entry);
        }
        self.entries.extend(rest.into_iter().filter(|entry| entry.seq > last));
        Merged::Joined
    }

    /// Whether another page would make it too large.
    #[must_use]
    pub fn is_nearly_full(&self) -> bool {
        self.entries.len() + LET_GO > MAX_HELD
    }

    /// Lets go of entries where too many are held: those at the end that is farther from this one, which is on the screen.
    /// They are fetched again when they are reached.
    pub fn trim(&mut self, on_screen: Option<Seq>) {
        while self.entries.len() > MAX_HELD {
            let at = on_screen.and_then(|seq| self.index_of(seq)).unwrap_or(self.entries.len() - 1);
            if at >= self.entries.len() / 2 {
                self.entries.drain(..LET_GO);
            } else {
                self.entries.truncate(self.entries.len() - LET_GO);
            }
        }
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.entries.clear();
    }
}

#[cfg(test)]
mod tests {
    use papo_shared::model::{Entry, EntryKind, Seq, Timestamp, Username};
    use proptest::prelude::*;

    use super::{Log, MAX_HELD, Merged};

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
        assert_eq!(log.merge(entries(5..=6)), Merged::Joined);
        assert_eq!(log.merge(entries(8..=9)), Merged::Apart);
        assert_eq!(log.merge(entries(1..=3)), Merged::Apart);
        assert_eq!(log.merge(entries(3..=4)), Merged::Joined);
        assert_eq!(log.merge(entries(6..=8)), Merged::Joined);
        assert_eq!(numbers(&log), [3, 4, 5, 6, 7, 8]);
        assert_eq!(log.index_of(Seq(5)), Some(2));
        assert_eq!(log.index_of(Seq(9)), None);
        assert_eq!(log.index_of(Seq(2)), None);
    }

    #[test]
    fn the_window_is_bounded_and_what_is_on_the_screen_stays_in_it() {
        for (on_screen, expected) in [(None, (201, 1_001)), (Some(Seq(900)), (201, 1_001)), (Some(Seq(30)), (1, 801))] {
            let mut log = Log::default();
            log.merge(entries(1..=1_000));
            log.trim(on_screen);
            assert_eq!(log.entries().len(), MAX_HELD);
            log.merge(entries(1_001..=1_001));
            log.trim(on_screen);
            assert_eq!((log.first(), log.last()), (Some(Seq(expected.0)), Some(Seq(expected.1))));
        }
    }

    proptest! {
        /// In whatever order pages and live entries come, and however they overlap, the log has no hole and no double.
        #[test]
        fn the_log_never_has_a_hole(pages in proptest::collection::vec((1u64..40, 0u64..10), 0..20)) {
            let mut log = Log::default();
            for (from, more) in pages {
                log.merge(entries(from..=from + more));
                let held = numbers(&log);
                prop_assert!(held.windows(2).all(|pair| pair[0] + 1 == pair[1]), "{:?}", held);
            }
        }
    }
}
