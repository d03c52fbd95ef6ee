//! The log: to a file with a bound, never to the screen.

use std::path::Path;

use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::EnvFilter;

/// Days that are kept.
const MAX_LOG_FILES: usize = 7;

/// Starts logging into this folder, a file a day. `PAPO_LOG` says how much (as `info` or `papo=debug`).
///
/// # Errors
/// Where the folder cannot be written to.
pub fn start(folder: &Path) -> anyhow::Result<()> {
    // The appender would make it as well, and complain on the screen that it was not there.
    std::fs::create_dir_all(folder)?;
    let file = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("papo")
        .filename_suffix("log")
        .max_log_files(MAX_LOG_FILES)
        .build(folder)?;
    let filter = EnvFilter::try_from_env("PAPO_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    // What cannot be written to the file is told nowhere: standard error is a script's, or lies under the frames.
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).log_internal_errors(false);
    subscriber.with_writer(std::sync::Mutex::new(file)).init();
    Ok(())
}
