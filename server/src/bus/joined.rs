//! What is told to many, put together once.

use bytes::Bytes;
use papo_shared::protocol::limits::MAX_LINE_BYTES;
use rustc_hash::FxHashMap;

use super::{Notice, Recipients};
use crate::send_queue::join;

/// Lines are put together up to this; a session that lags loses them together. Below what every send queue takes at once.
const MAX_JOINED_BYTES: usize = MAX_LINE_BYTES;

/// Tells recipients apart without looking at each of them: the accounts of a conversation are one list, shared by all that is told
/// to them, until it changes. Lists that are alike and not the same are told apart, which costs a push and changes nothing.
pub(super) type RecipientsKey = (u8, usize);

impl Recipients {
    pub(super) fn key(&self) -> RecipientsKey {
        match self {
            Self::Accounts(accounts) => (0, accounts.as_ptr().addr()),
            Self::NotWatching(accounts) => (1, accounts.as_ptr().addr()),
            Self::Watchers => (2, 0),
            Self::Nobody => (3, 0),
        }
    }
}

/// The notices of a batch by whom they are for, in their order; those come first whose first notice does.
pub(super) fn by_recipients(batch: &[Notice]) -> Vec<(RecipientsKey, Vec<&Notice>)> {
    let mut all: Vec<(RecipientsKey, Vec<&Notice>)> = Vec::new();
    let mut places = FxHashMap::default();
    for notice in batch {
        let key = notice.to.key();
        let place = *places.entry(key).or_insert(all.len());
        match all.get_mut(place) {
            Some((_, notices)) => notices.push(notice),
            None => all.push((key, vec![notice])),
        }
    }
    all
}

/// Lines put together, in their order. A line that stays alone is not copied.
pub(super) fn joined<'a>(lines: impl Iterator<Item = &'a Bytes>) -> Vec<Bytes> {
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
    use super::{Bytes, MAX_JOINED_BYTES, joined};

    #[track_caller]
    fn check(lines: &[usize], expected: &[usize]) {
        let lines: Vec<Bytes> = lines.iter().map(|bytes| vec![b'x'; *bytes].into()).collect();
        assert_eq!(joined(lines.iter()).iter().map(Bytes::len).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn lines_are_put_together_up_to_a_bound() {
        check(&[], &[]);
        check(&[1, 2, 3], &[6]);
        check(&[MAX_JOINED_BYTES - 1, 1, 1], &[MAX_JOINED_BYTES, 1]);
        check(&[MAX_JOINED_BYTES, 1], &[MAX_JOINED_BYTES, 1]);
        check(&[1, MAX_JOINED_BYTES], &[1, MAX_JOINED_BYTES]);
    }

    #[test]
    fn a_line_that_stays_alone_is_shared() {
        let line = Bytes::from_static(b"x");
        assert_eq!(joined([&line].into_iter())[0].as_ptr(), line.as_ptr());
    }
}
