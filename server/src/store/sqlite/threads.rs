//! Starts the store's threads, and reports one that panicked: without it the store answers nothing, or only slowly.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use tokio::sync::watch;

use super::file::open_error::OpenError;

/// What a thread that panicked did, once one has.
pub(super) type FailedThread = Option<&'static str>;

/// Starts threads.
pub(super) struct Threads {
    failed: watch::Sender<FailedThread>,
}

impl Threads {
    /// Also returns the receiver of the report, which ends with the last thread.
    pub(super) fn new() -> (Self, watch::Receiver<FailedThread>) {
        let (failed, report) = watch::channel(None);
        (Self { failed }, report)
    }

    /// Starts a thread. `task` says what it does, to the server's operator.
    ///
    /// # Errors
    /// The system allows no further thread.
    pub(super) fn start(&self, name: &str, task: &'static str, run: impl FnOnce() + Send + 'static) -> Result<(), OpenError> {
        let failed = self.failed.clone();
        let run = move || {
            if catch_unwind(AssertUnwindSafe(run)).is_err() {
                failed.send_replace(Some(task));
            }
        };
        thread::Builder::new().name(name.to_owned()).spawn(run).map(drop).map_err(|error| OpenError::Other(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::Threads;

    #[tokio::test]
    async fn a_thread_that_panics_is_reported_and_one_that_ends_is_not() {
        let (threads, mut report) = Threads::new();
        threads.start("papo-ending", "ending", || {}).unwrap();
        threads.start("papo-breaking", "breaking", || panic!("a fault")).unwrap();
        assert_eq!(*report.wait_for(Option::is_some).await.unwrap(), Some("breaking"));

        let (threads, mut report) = Threads::new();
        threads.start("papo-ending", "ending", || {}).unwrap();
        drop(threads);
        assert!(report.wait_for(Option::is_some).await.is_err(), "the report must end with the threads");
    }
}
