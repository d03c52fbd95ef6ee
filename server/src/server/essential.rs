//! Essential tasks: if one panics, the server reports itself as failed and should be restarted.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// The essential task that panicked, if one did.
pub(crate) type FailedTask = Option<&'static str>;

/// Runs a task in the current runtime, and reports it to `failed` if it panics.
pub(super) fn spawn_essential(
    name: &'static str,
    task: impl Future<Output = ()> + Send + 'static,
    failed: &watch::Sender<FailedTask>,
) -> JoinHandle<()> {
    let failed = failed.clone();
    tokio::spawn(async move {
        if AssertUnwindSafe(task).catch_unwind().await.is_err() {
            tracing::error!(task = name, "an essential task panicked; restart the server");
            failed.send_replace(Some(name));
        }
    })
}

#[cfg(test)]
mod tests {
    use tokio::sync::watch;

    use super::spawn_essential;

    #[tokio::test]
    async fn a_task_that_panics_is_reported_and_one_that_ends_is_not() {
        let (failed, mut watched) = watch::channel(None);
        spawn_essential("ending", async {}, &failed).await.unwrap();
        assert_eq!(*watched.borrow(), None);
        spawn_essential("panicking", async { panic!("a fault") }, &failed).await.unwrap();
        assert_eq!(*watched.wait_for(Option::is_some).await.unwrap(), Some("panicking"));
    }
}
