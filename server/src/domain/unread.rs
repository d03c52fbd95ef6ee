//! Unread counts. They are bounded, so that counting takes a limited time in every log.

use papo_shared::model::Seq;
use papo_shared::model::limits::{MAX_COUNTED_ENTRIES, MAX_UNREAD};

/// Number of entries after whose examination a page of conversations ends early; a few milliseconds.
pub const ENOUGH_EXAMINED_ENTRIES: u64 = 60_000;

/// The entries in which a backend looks for unread messages: messages by others that are not deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnreadScan {
    /// Messages after this entry are looked for, from the newest one back.
    pub after: Seq,
    /// The backend stops when it has found this many.
    pub enough: u32,
    /// The count for each message found.
    weight: u32,
}

impl UnreadScan {
    /// The entries to examine for a cursor in a log with this newest entry. If too many entries follow the cursor, any
    /// message among the newest ones stands for [`MAX_UNREAD`].
    #[must_use]
    pub fn new(read: Seq, last: Seq) -> Self {
        let first_counted = Seq(last.0.saturating_sub(MAX_COUNTED_ENTRIES));
        if read >= first_counted {
            Self { after: read, enough: MAX_UNREAD, weight: 1 }
        } else {
            Self { after: first_counted, enough: 1, weight: MAX_UNREAD }
        }
    }

    /// The unread count, from the number of messages found and of the mentions after the cursor.
    #[must_use]
    pub fn count(self, found: u32, mentions: u32) -> u32 {
        found.saturating_mul(self.weight).max(mentions)
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_COUNTED_ENTRIES, MAX_UNREAD, Seq, UnreadScan};

    #[track_caller]
    fn check(read: u64, last: u64, after: u64, enough: u32) {
        let scan = UnreadScan::new(Seq(read), Seq(last));
        assert_eq!((scan.after, scan.enough), (Seq(after), enough), "{read} of {last}");
    }

    #[test]
    fn a_limited_number_of_entries_is_examined() {
        check(0, 0, 0, MAX_UNREAD);
        check(7, 9, 7, MAX_UNREAD);
        check(5, 5 + MAX_COUNTED_ENTRIES, 5, MAX_UNREAD);
        check(5, 6 + MAX_COUNTED_ENTRIES, 6, 1);
        check(0, 1_000_000, 1_000_000 - MAX_COUNTED_ENTRIES, 1);
    }

    #[test]
    fn far_behind_any_message_stands_for_the_largest_count() {
        let (near, far) = (UnreadScan::new(Seq(0), Seq(9)), UnreadScan::new(Seq(0), Seq(9_000)));
        assert_eq!([near.count(0, 0), near.count(3, 2), far.count(0, 0), far.count(1, 0)], [0, 3, 0, MAX_UNREAD]);
    }

    #[test]
    fn mentions_are_unread_messages() {
        assert_eq!(UnreadScan::new(Seq(0), Seq(9_000)).count(0, 4), 4);
    }
}
