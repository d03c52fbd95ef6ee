//! Failures on command.

use std::sync::PoisonError;

use super::MemoryStore;
use crate::store::StoreError;

impl MemoryStore {
    /// Reports that a part of the store has panicked, and makes every operation fail.
    pub fn fail_for_good(&self) {
        self.set_failing(true);
        self.failed.send_replace(Some("keeping everything in memory"));
    }

    /// Makes every operation fail, as if the disk were missing, or succeed again.
    pub fn set_failing(&self, failing: bool) {
        self.set_failure(failing.then(|| StoreError::new("the disk is missing")));
    }

    /// Makes every operation fail, as if everything were in a database that has stopped, or succeed again.
    pub fn set_unavailable(&self, unavailable: bool) {
        self.set_failure(unavailable.then(|| StoreError::unavailable("the database has stopped")));
    }

    fn set_failure(&self, failure: Option<StoreError>) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).failure = failure;
    }

    /// The error of every operation at present.
    pub(super) fn current_failure(&self) -> Option<StoreError> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).failure.clone()
    }
}
