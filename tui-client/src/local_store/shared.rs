//! The queue between the client and the thread that owns the file.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::queue::Queue;

#[derive(Default)]
pub(super) struct Shared {
    pub(super) queue: Mutex<Queue>,
    pub(super) changed: Condvar,
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    pub(super) fn change(&self, change: impl FnOnce(&mut Queue)) {
        change(&mut lock(&self.queue));
        self.changed.notify_all();
    }

    /// Waits until this is so, at most this long. Returns whether it is.
    pub(super) fn wait_until(&self, at_most: Duration, is_so: impl Fn(&Queue) -> bool) -> bool {
        let waited = self.changed.wait_timeout_while(lock(&self.queue), at_most, |queue| !is_so(queue));
        is_so(&waited.unwrap_or_else(PoisonError::into_inner).0)
    }
}
