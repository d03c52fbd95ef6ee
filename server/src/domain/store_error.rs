//! Why a store could not do what it was asked.

use std::sync::Arc;

/// The store could not do it. Nobody branches on the reason: it goes to the log, and the person may try again.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{what}")]
pub struct StoreError {
    what: Arc<str>,
}

impl StoreError {
    /// With its cause in words.
    #[must_use]
    pub fn new(what: impl Into<Arc<str>>) -> Self {
        Self { what: what.into() }
    }
}
