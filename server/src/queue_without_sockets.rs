//! The write queue without connections, for measuring the cost of connections.

use std::sync::Arc;

use crate::bus::Bus;
use crate::committer::Committer;
use crate::domain::SessionId;
use crate::store::{Outcome, Store, StoreError, Write};

/// Accepts writes as sessions submit them. Cloning gives another handle.
#[derive(Clone)]
pub struct Queue {
    committer: Committer,
}

impl Queue {
    /// Starts the queue in the current runtime. Events are published on `bus`.
    #[must_use]
    pub fn start(store: Arc<dyn Store>, bus: Arc<dyn Bus>) -> Self {
        Self { committer: Committer::start(store, bus, Arc::default()) }
    }

    /// Submits a write and waits until it is on disk.
    ///
    /// # Errors
    /// The batch failed and nothing of it was written.
    pub async fn commit(&self, write: Write) -> Result<Outcome, StoreError> {
        self.committer.commit(SessionId(0), write).await
    }
}
