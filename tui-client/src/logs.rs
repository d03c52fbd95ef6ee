//! Logging to files, one per day and bounded in number; never to the screen.

use std::path::Path;

use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::EnvFilter;

use crate::private_folder;

/// Days after which a log file is deleted.
const MAX_LOG_FILES: usize = 7;

/// Starts logging into this folder. `PAPO_LOG` sets the level (`info`, `papo=debug`).
///
/// # Errors
/// The folder cannot be created or written to.
pub fn start(folder: &Path) -> anyhow::Result<()> {
    // The appender would create it too, but would print a warning to the screen first.
    private_folder::create(folder)?;
    let file = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("papo")
        .filename_suffix("log")
        .max_log_files(MAX_LOG_FILES)
        .build(folder)?;
    // The appender creates files with the permissions of the umask. Those of later days are protected by the folder.
    for file in folder.read_dir()? {
        let path = file?.path();
        if path.extension().is_some_and(|extension| extension == "log") {
            private_folder::restrict_file(&path)?;
        }
    }
    let filter = EnvFilter::try_from_env("PAPO_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    // Errors of the logger itself are dropped: standard error belongs to scripts, or is covered by the screen.
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).log_internal_errors(false);
    subscriber.with_writer(std::sync::Mutex::new(file)).init();
    Ok(())
}
