//! A load that is counted for a while.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const WARM_UP: Duration = Duration::from_secs(1);

/// Messages per second, and messages per batch.
#[derive(Clone, Copy, Default)]
pub(crate) struct Figures {
    pub(crate) per_second: f64,
    pub(crate) per_batch: f64,
}

/// Counters of a running load, which begins to count after a while.
#[derive(Default)]
pub(crate) struct Load {
    is_over: AtomicBool,
    messages: AtomicUsize,
}

impl Load {
    pub(crate) fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Relaxed)
    }

    pub(crate) fn count(&self, messages: usize) {
        self.messages.fetch_add(messages, Ordering::Relaxed);
    }

    /// Lets the load run, and ends it.
    pub(crate) async fn measure(&self, window: Duration, batches: impl Fn() -> usize) -> Figures {
        tokio::time::sleep(WARM_UP).await;
        let (began, messages_before, batches_before) = (Instant::now(), self.messages.load(Ordering::Relaxed), batches());
        tokio::time::sleep(window).await;
        let messages = (self.messages.load(Ordering::Relaxed) - messages_before) as f64;
        let figures = Figures {
            per_second: messages / began.elapsed().as_secs_f64(),
            per_batch: messages / (batches() - batches_before).max(1) as f64,
        };
        self.is_over.store(true, Ordering::Relaxed);
        figures
    }
}
