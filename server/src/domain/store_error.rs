//! Why a store could not do what it was asked.

use std::sync::Arc;

/// A fault of the store. The reason goes to the log; the person may try again.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{what}")]
pub struct StoreError {
    what: Arc<str>,
    outcome_unknown: bool,
}

impl StoreError {
    /// A fault before which nothing was written, with its cause in words.
    #[must_use]
    pub fn new(what: impl Into<Arc<str>>) -> Self {
        Self { what: what.into(), outcome_unknown: false }
    }

    /// A fault after which the batch may have been written, or may be found to have been after a crash. A message that is sent again
    /// with its client id gets the truth.
    #[must_use]
    pub fn outcome_unknown(what: impl Into<Arc<str>>) -> Self {
        Self { what: what.into(), outcome_unknown: true }
    }

    /// Whether it is unknown if the batch was written. Otherwise nothing of it was.
    #[must_use]
    pub fn is_outcome_unknown(&self) -> bool {
        self.outcome_unknown
    }
}
