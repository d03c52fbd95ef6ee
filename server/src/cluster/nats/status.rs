//! What the driver reports about the connection: logged, and passed on as interruptions.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use async_nats::{Event, ServerError};
use tokio::sync::Notify;

/// The state of the connection, beside what the driver knows itself.
pub(super) struct Status {
    pub(super) sent: AtomicU64,
    pub(super) received: AtomicU64,
    pub(super) dropped: AtomicU64,
    /// Whether the server has refused a permission since the connection was made.
    is_denied: AtomicBool,
    /// The subjects of this community, for the advice about permissions.
    subjects: String,
    is_interrupted: AtomicBool,
    interrupted: Notify,
    /// The last fault since the connection was made or lost. Equal ones are not logged again.
    logged_fault: Mutex<Option<String>>,
}

impl Status {
    pub(super) fn new(subjects: String) -> Self {
        Self {
            sent: AtomicU64::default(),
            received: AtomicU64::default(),
            dropped: AtomicU64::default(),
            is_denied: AtomicBool::default(),
            subjects,
            is_interrupted: AtomicBool::default(),
            interrupted: Notify::new(),
            logged_fault: Mutex::default(),
        }
    }

    pub(super) fn is_denied(&self) -> bool {
        self.is_denied.load(Ordering::Relaxed)
    }

    /// Waits until frames may have been lost, and resets it. Cancelling it loses nothing.
    pub(super) async fn interrupted(&self) {
        while !self.is_interrupted.swap(false, Ordering::Relaxed) {
            self.interrupted.notified().await;
        }
    }

    pub(super) fn record(&self, event: &Event) {
        match event {
            Event::Connected => {
                self.is_denied.store(false, Ordering::Relaxed);
                self.forget_fault();
                tracing::info!("connected to the bus");
                self.interrupt();
            }
            Event::Disconnected => {
                self.forget_fault();
                tracing::warn!("disconnected from the bus: what happens on other nodes arrives here a few seconds late");
            }
            Event::SlowConsumer(_) | Event::ServerError(ServerError::SlowConsumer(_)) => {
                tracing::warn!("frames from other nodes arrived faster than they were handled, and some were dropped");
                self.interrupt();
            }
            Event::ServerError(ServerError::Other(text)) if text.to_lowercase().contains("permissions violation") => {
                self.is_denied.store(true, Ordering::Relaxed);
                let advice =
                    format!("allow the user of this node to publish and subscribe to {} on the NATS server", self.subjects);
                self.log_fault(text, &advice);
            }
            Event::ServerError(error) => self.log_fault(&error.to_string(), "see the log of the NATS server"),
            Event::ClientError(error) => self.log_fault(&error.to_string(), "connecting to the bus is tried again"),
            Event::LameDuckMode | Event::Draining | Event::Closed => {}
        }
    }

    fn interrupt(&self) {
        self.is_interrupted.store(true, Ordering::Relaxed);
        self.interrupted.notify_one();
    }

    fn log_fault(&self, fault: &str, advice: &str) {
        let mut logged = self.logged_fault.lock().unwrap_or_else(PoisonError::into_inner);
        if logged.as_deref() != Some(fault) {
            tracing::error!(fault, advice, "the bus does not work");
            *logged = Some(fault.to_owned());
        }
    }

    fn forget_fault(&self) {
        *self.logged_fault.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// Adds 1 to a counter.
pub(super) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}
