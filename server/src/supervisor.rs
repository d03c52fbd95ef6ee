//! Supervises the tasks without which a server does not work: if one panics, the server reports that it has failed.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Name of the task that panicked last, if any has.
pub(crate) type FailedTask = Option<&'static str>;

/// Starts essential tasks and reports the one that panics.
pub(crate) struct Supervisor {
    failed: watch::Sender<FailedTask>,
}

impl Supervisor {
    /// Also returns the receiver of its reports.
    pub(crate) fn new() -> (Self, watch::Receiver<FailedTask>) {
        let (failed, reports) = watch::channel(None);
        (Self { failed }, reports)
    }

    /// Reports the failure that this waits for, if it returns one: that of a part of the server with threads of its own.
    pub(crate) fn watch(&self, failure: impl Future<Output = FailedTask> + Send + 'static) -> JoinHandle<()> {
        let failed = self.failed.clone();
        tokio::spawn(async move {
            if let Some(name) = failure.await {
                report(&failed, name);
            }
        })
    }

    /// Runs a task in the current runtime. `name` says what it does, to the server's operator.
    pub(crate) fn spawn(&self, name: &'static str, task: impl Future<Output = ()> + Send + 'static) -> JoinHandle<()> {
        let failed = self.failed.clone();
        tokio::spawn(async move {
            if AssertUnwindSafe(task).catch_unwind().await.is_err() {
                report(&failed, name);
            }
        })
    }
}

fn report(failed: &watch::Sender<FailedTask>, name: &'static str) {
    tracing::error!(task = name, "a part of the server failed: restart it");
    failed.send_replace(Some(name));
}

#[cfg(test)]
mod tests {
    use super::Supervisor;

    #[tokio::test]
    async fn a_task_that_panics_is_reported_and_one_that_ends_is_not() {
        let (supervisor, mut reports) = Supervisor::new();
        supervisor.spawn("ending", async {}).await.unwrap();
        assert_eq!(*reports.borrow(), None);
        supervisor.spawn("breaking", async { panic!("a fault") }).await.unwrap();
        assert_eq!(*reports.wait_for(Option::is_some).await.unwrap(), Some("breaking"));
    }

    #[tokio::test]
    async fn a_failure_that_is_watched_is_reported() {
        let (supervisor, mut reports) = Supervisor::new();
        supervisor.watch(async { None }).await.unwrap();
        assert_eq!(*reports.borrow(), None);
        supervisor.watch(async { Some("writing") }).await.unwrap();
        assert_eq!(*reports.wait_for(Option::is_some).await.unwrap(), Some("writing"));
    }
}
