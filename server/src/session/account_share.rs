//! How much of the writer's queue the messages of one account may take.
//!
//! Batches are committed in the order of the requests. If one account could queue megabytes from many connections, every
//! other user's message would wait for them. So the connections of an account wait for each other instead, and are read no
//! further meanwhile.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use papo_shared::model::limits::MAX_MESSAGE_BYTES;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::domain::AccountId;

/// Bytes that a message is counted as in addition to its text. Its row costs the writer more than a short text does.
const MESSAGE_BYTES: usize = 256;

/// Maximum number of bytes of an account's messages that wait for the disk: two of the longest messages, or more than one
/// connection may have in flight of the shortest.
const MAX_WAITING_BYTES: usize = 2 * (MAX_MESSAGE_BYTES + MESSAGE_BYTES);

/// Number of accounts from which on the table is searched for accounts without sessions.
const MIN_ACCOUNTS_TO_SWEEP: usize = 64;

/// The shares of all accounts with open sessions.
#[derive(Default)]
pub(crate) struct AccountShares {
    table: Mutex<Table>,
}

#[derive(Default)]
struct Table {
    shares: HashMap<AccountId, Weak<Semaphore>>,
    /// Number of accounts at which the table is searched next.
    sweep_at: usize,
}

/// The share of one account, held by each of its sessions.
#[derive(Clone, Debug)]
pub(super) struct AccountShare(Arc<Semaphore>);

impl AccountShares {
    /// The share of an account, the same one for all its sessions.
    pub(super) fn of(&self, account: AccountId) -> AccountShare {
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(share) = table.shares.get(&account).and_then(Weak::upgrade) {
            return AccountShare(share);
        }
        if table.shares.len() >= table.sweep_at {
            table.shares.retain(|_, share| share.strong_count() > 0);
            table.sweep_at = MIN_ACCOUNTS_TO_SWEEP.max(2 * table.shares.len());
        }
        let share = Arc::new(Semaphore::new(MAX_WAITING_BYTES));
        table.shares.insert(account, Arc::downgrade(&share));
        AccountShare(share)
    }
}

impl AccountShare {
    /// Waits until a message with a text of this many bytes fits. It takes part of the share until the permit is dropped.
    /// `None` if the server stops.
    pub(super) async fn take(self, text_bytes: usize) -> Option<OwnedSemaphorePermit> {
        let bytes = MESSAGE_BYTES.saturating_add(text_bytes).min(MAX_WAITING_BYTES);
        self.0.acquire_many_owned(u32::try_from(bytes).ok()?).await.ok()
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::{AccountId, AccountShares, MAX_MESSAGE_BYTES, MAX_WAITING_BYTES, MESSAGE_BYTES, MIN_ACCOUNTS_TO_SWEEP};

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

    #[test]
    fn accounts_without_sessions_are_forgotten() {
        let shares = AccountShares::default();
        let kept = shares.of(ANA);
        for id in 2..10_000 {
            drop(shares.of(AccountId(id)));
        }
        assert!(shares.table.lock().unwrap().shares.len() <= MIN_ACCOUNTS_TO_SWEEP);
        let _permit = kept.take(usize::MAX).now_or_never().unwrap();
        assert!(shares.of(ANA).take(0).now_or_never().is_none(), "the share of an open session stays the same");
    }
}
