//! The order of the events about read cursors.

use tokio::sync::{Mutex, MutexGuard};

use crate::domain::AccountId;

/// Number of locks. Accounts that share one wait for each other's counts, which take a fraction of a millisecond.
const LOCKS: usize = 64;

/// Locks for counting unread messages and publishing the result, so that the last event about a cursor reports its newest
/// position.
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
