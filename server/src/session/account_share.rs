//! How much of the writer's time the messages of one account may take.
//!
//! Batches are committed in the order of the requests, and the disk is shared by all. If one account could queue megabytes
//! from many connections, every other user's message would wait for them. So the connections of an account wait for each
//! other instead, and are read no further meanwhile.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use papo_shared::model::limits::MAX_MESSAGE_BYTES;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until};

use super::pace::Bucket;
use crate::domain::AccountId;

/// Bytes that a message is counted as in addition to its text. Its row costs the writer more than a short text does.
const MESSAGE_BYTES: usize = 256;

/// Maximum number of bytes of an account's messages that wait for the disk: two of the longest messages, or more than one
/// connection may have in flight of the shortest.
const MAX_WAITING_BYTES: usize = 2 * (MAX_MESSAGE_BYTES + MESSAGE_BYTES);

/// Average number of bytes of text that an account stores per second. Far above what people write, and low enough that the
/// disk hardly notices it.
const TEXT_BYTES_PER_SECOND: u32 = 1024 * 1024;

/// Bytes of text that an account may store at once: 64 of the longest messages.
const TEXT_BURST: u32 = 1024 * 1024;

/// Number of accounts from which on the table is searched for accounts without sessions.
const MIN_ACCOUNTS_TO_SWEEP: usize = 64;

/// The shares of all accounts with open sessions, and of those that stored much a moment ago.
#[derive(Default)]
pub(crate) struct AccountShares {
    table: Mutex<Table>,
}

#[derive(Default)]
struct Table {
    shares: HashMap<AccountId, Arc<Share>>,
    /// Number of accounts at which the table is searched next.
    sweep_at: usize,
}

/// The share of one account, held by each of its sessions.
#[derive(Clone, Debug)]
pub(super) struct AccountShare(Arc<Share>);

#[derive(Debug)]
struct Share {
    /// One permit per byte that may wait for the disk.
    waiting: Arc<Semaphore>,
    text: Mutex<Bucket>,
}

impl AccountShares {
    /// The share of an account, the same one for all its sessions.
    pub(super) fn of(&self, account: AccountId) -> AccountShare {
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(share) = table.shares.get(&account) {
            return AccountShare(share.clone());
        }
        if table.shares.len() >= table.sweep_at {
            table.shares.retain(|_, share| Arc::strong_count(share) > 1 || !share.is_unused());
            table.sweep_at = MIN_ACCOUNTS_TO_SWEEP.max(2 * table.shares.len());
        }
        let text = Mutex::new(Bucket::full(TEXT_BYTES_PER_SECOND, TEXT_BURST));
        let share = Arc::new(Share { waiting: Arc::new(Semaphore::new(MAX_WAITING_BYTES)), text });
        table.shares.insert(account, share.clone());
        AccountShare(share)
    }
}

impl Share {
    /// Whether nothing waits, and the whole burst is available again: it is then the same as a new one.
    fn is_unused(&self) -> bool {
        let text = self.text.lock().unwrap_or_else(PoisonError::into_inner);
        self.waiting.available_permits() == MAX_WAITING_BYTES && text.is_full(Instant::now())
    }
}

impl AccountShare {
    /// Waits until a message with a text of this many bytes may be stored. It takes part of the share until the permit is
    /// dropped.
    pub(super) async fn take(self, text_bytes: usize) -> Option<OwnedSemaphorePermit> {
        let bytes = MESSAGE_BYTES.saturating_add(text_bytes).min(MAX_WAITING_BYTES);
        let permit = self.0.waiting.clone().acquire_many_owned(u32::try_from(bytes).ok()?).await.ok()?;
        let now = Instant::now();
        let begin = self.0.text.lock().unwrap_or_else(PoisonError::into_inner).take(bytes - MESSAGE_BYTES, now);
        if begin > now {
            sleep_until(begin).await;
        }
        Some(permit)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures_util::FutureExt;

    use super::{
        AccountId, AccountShares, Instant, MAX_MESSAGE_BYTES, MAX_WAITING_BYTES, MESSAGE_BYTES, MIN_ACCOUNTS_TO_SWEEP,
        TEXT_BURST, TEXT_BYTES_PER_SECOND,
    };

    const ANA: AccountId = AccountId(1);

    #[test]
    fn the_sessions_of_an_account_share_its_bytes() {
        let shares = AccountShares::default();
        let (first, second) = (shares.of(ANA), shares.of(ANA));
        let longest = first.clone().take(MAX_MESSAGE_BYTES).now_or_never().unwrap().unwrap();
        let half = MAX_WAITING_BYTES / 2;
        assert!(second.clone().take(half - MESSAGE_BYTES + 1).now_or_never().is_none(), "one byte too many");
        let rest = second.clone().take(half - MESSAGE_BYTES).now_or_never().unwrap();
        assert!(first.clone().take(0).now_or_never().is_none());
        assert!(shares.of(AccountId(2)).take(MAX_MESSAGE_BYTES).now_or_never().is_some(), "another account is not affected");
        drop(longest);
        assert!(first.take(0).now_or_never().is_some());
        drop(rest);
        assert!(second.take(usize::MAX).now_or_never().is_some(), "a text that is too long takes all, until it is refused");
    }

    #[tokio::test(start_paused = true)]
    async fn the_texts_of_an_account_are_stored_at_a_limited_rate() {
        let shares = AccountShares::default();
        let (first, second) = (shares.of(ANA), shares.of(ANA));
        let began = Instant::now();
        let burst = TEXT_BURST as usize / MAX_MESSAGE_BYTES;
        for _ in 0..burst {
            drop(first.clone().take(MAX_MESSAGE_BYTES).await);
        }
        assert_eq!(began.elapsed(), Duration::ZERO);
        for _ in 0..burst {
            drop(second.clone().take(MAX_MESSAGE_BYTES).await);
        }
        let expected = Duration::from_secs(u64::from(TEXT_BURST / TEXT_BYTES_PER_SECOND));
        let difference = began.elapsed().abs_diff(expected);
        assert!(difference < Duration::from_millis(5), "{:?} instead of {expected:?}", began.elapsed());
        let began = Instant::now();
        drop(shares.of(AccountId(2)).take(MAX_MESSAGE_BYTES).await);
        assert_eq!(began.elapsed(), Duration::ZERO, "another account is not affected");
    }

    #[tokio::test(start_paused = true)]
    async fn accounts_without_sessions_are_forgotten_unless_they_have_just_stored_something() {
        let shares = AccountShares::default();
        let permit = shares.of(ANA).take(0).await;
        drop(shares.of(AccountId(2)).take(1).await);
        let kept = shares.of(AccountId(3));
        let known = |id| shares.table.lock().unwrap().shares.contains_key(&AccountId(id));
        let sweep = || (100..10_000).for_each(|id| drop(shares.of(AccountId(id))));
        sweep();
        assert_eq!([1, 2, 3].map(known), [true, true, true]);
        assert!(shares.table.lock().unwrap().shares.len() <= MIN_ACCOUNTS_TO_SWEEP);
        drop(permit);
        tokio::time::advance(Duration::from_secs(1)).await;
        sweep();
        assert_eq!([1, 2, 3].map(known), [false, false, true]);
        drop(kept);
    }
}
