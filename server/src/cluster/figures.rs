//! What a node counts, for its operator.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counters since the start of the node.
#[derive(Debug, Default)]
pub struct Figures {
    /// How often frames for this node were found to be lost.
    pub losses: Counter,
    /// Frames that were malformed or of another version.
    pub ignored_frames: Counter,
    /// Entries that were not received from another node, and were read from the store.
    pub recovered_entries: Counter,
}

/// A number that only increases.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// Adds 1, and returns the result.
    pub(super) fn increase(&self) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// The current number.
    #[must_use]
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
