//! The queue of writes without a connection before it, so that what connections cost can be measured.

use std::sync::Arc;

use crate::bus::Bus;
use crate::committer::Committer;
use crate::domain::SessionId;
use crate::store::{Outcome, Store, StoreError, Write};

/// Where writes are handed in as sessions hand them in. Cloning gives another handle.
#[derive(Clone)]
pub struct Queue {
    committer: Committer,
}

impl Queue {
    /// Starts it in the current runtime. Whoever sits at the bus is told.
    #[must_use]
    pub fn start(store: Arc<dyn Store>, bus: Arc<dyn Bus>) -> Self {
        Self { committer: Committer::start(store, bus, Arc::default()) }
    }

    /// Writes, and waits until it is on disk.
    ///
    /// # Errors
    /// The batch failed, and nothing of it was written.
    pub async fn commit(&self, write: Write) -> Result<Outcome, StoreError> {
        self.committer.commit(SessionId(0), write).await
    }
}
