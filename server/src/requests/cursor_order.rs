//! The order of the events about read cursors.

use tokio::sync::{Mutex, MutexGuard};

use crate::domain::AccountId;

/// Number of locks. Accounts that share one wait for each other's counts, which take a fraction of a millisecond.
const LOCKS: usize = 64;

/// Locks for counting unread messages and publishing the result, so that the last event about a cursor reports its newest
/// position. They order the requests of this node.
pub(crate) struct CursorOrder([Mutex<()>; LOCKS]);

impl Default for CursorOrder {
    fn default() -> Self {
        Self(std::array::from_fn(|_| Mutex::default()))
    }
}

impl CursorOrder {
    /// Waits until no other request counts for this account.
    pub(super) async fn lock(&self, account: AccountId) -> MutexGuard<'_, ()> {
        self.0[account.0 as usize % LOCKS].lock().await
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::{AccountId, CursorOrder};

    #[test]
    fn the_requests_of_an_account_wait_for_each_other() {
        let order = CursorOrder::default();
        let lock = |account| order.lock(AccountId(account)).now_or_never();
        let first = lock(1);
        assert!(first.is_some() && lock(1).is_none() && lock(2).is_some());
        drop(first);
        assert!(lock(1).is_some());
    }
}
