//! Joins the lines that go to the same recipients.

use bytes::Bytes;
use papo_shared::protocol::limits::MAX_LINE_BYTES;
use rustc_hash::FxHashMap;

use super::{Delivery, Recipients};
use crate::send_queue::join;

/// Maximum size of a joined buffer. A lagging session drops joined lines together. Must not exceed what every send
/// queue accepts at once.
const MAX_JOINED_BYTES: usize = MAX_LINE_BYTES;

/// Identifies a set of recipients by address, without comparing members: the audience of a conversation is one shared
/// list until its membership changes. Equal lists at different addresses count as different, which costs an extra
/// push but is correct.
pub(super) type RecipientsKey = (u8, usize);

impl Recipients {
    pub(super) fn key(&self) -> RecipientsKey {
        match self {
            Self::Accounts(accounts) => (0, accounts.as_ptr().addr()),
            Self::AccountsNotWatching(accounts) => (1, accounts.as_ptr().addr()),
            Self::Watchers => (2, 0),
            Self::OriginOnly => (3, 0),
        }
    }
}

/// Groups a batch by recipients, keeping the order of deliveries within a group. Groups are ordered by their first
/// delivery.
pub(super) fn group_by_recipients(batch: &[Delivery]) -> Vec<(RecipientsKey, Vec<&Delivery>)> {
    let mut all: Vec<(RecipientsKey, Vec<&Delivery>)> = Vec::new();
    let mut places = FxHashMap::default();
    for delivery in batch {
        let key = delivery.to.key();
        let place = *places.entry(key).or_insert(all.len());
        match all.get_mut(place) {
            Some((_, deliveries)) => deliveries.push(delivery),
            None => all.push((key, vec![delivery])),
        }
    }
    all
}

/// Joins lines in order, up to [`MAX_JOINED_BYTES`] each. A single line is shared, not copied.
pub(super) fn join_lines<'a>(lines: impl Iterator<Item = &'a Bytes>) -> Vec<Bytes> {
    let mut all: Vec<Bytes> = Vec::new();
    let mut together: Vec<Bytes> = Vec::new();
    let mut bytes = 0;
    for line in lines {
        if bytes + line.len() > MAX_JOINED_BYTES && !together.is_empty() {
            all.push(join(&together));
            together.clear();
            bytes = 0;
        }
        bytes += line.len();
        together.push(line.clone());
    }
    if !together.is_empty() {
        all.push(join(&together));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::{Bytes, MAX_JOINED_BYTES, join_lines};

    #[track_caller]
    fn check(lines: &[usize], expected: &[usize]) {
        let lines: Vec<Bytes> = lines.iter().map(|bytes| vec![b'x'; *bytes].into()).collect();
        assert_eq!(join_lines(lines.iter()).iter().map(Bytes::len).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn lines_are_joined_up_to_a_limit() {
        check(&[], &[]);
        check(&[1, 2, 3], &[6]);
        check(&[MAX_JOINED_BYTES - 1, 1, 1], &[MAX_JOINED_BYTES, 1]);
        check(&[MAX_JOINED_BYTES, 1], &[MAX_JOINED_BYTES, 1]);
        check(&[1, MAX_JOINED_BYTES], &[1, MAX_JOINED_BYTES]);
    }

    #[test]
    fn a_single_line_is_shared() {
        let line = Bytes::from_static(b"x");
        assert_eq!(join_lines([&line].into_iter())[0].as_ptr(), line.as_ptr());
    }
}
