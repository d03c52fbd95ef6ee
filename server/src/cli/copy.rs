//! `copy`: moves a community from `chat.db` to PostgreSQL.

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Args;

use super::answer;
use crate::config::{Config, StoreAddress};
use crate::server::copy_database;
use crate::store::copy::Progress;

/// Minimum time between two lines about the progress. A copy that is faster than that reports only its end.
const PROGRESS_EVERY: Duration = Duration::from_secs(2);

#[derive(Args)]
pub(super) struct CopyCommand {
    /// The chat.db of a stopped server, or a backup of it; it is not changed
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
    /// The address of an empty PostgreSQL database [default: the configured `store`]
    #[arg(long, value_name = "ADDRESS")]
    to: Option<String>,
}

pub(super) fn run(CopyCommand { from, to }: CopyCommand, mut config: Config, json: bool) -> anyhow::Result<()> {
    if let Some(address) = to {
        config.store = StoreAddress::new(address);
    }
    anyhow::ensure!(config.store.get().is_some(), "Name an empty PostgreSQL database with --to, or with the key `store`.");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut last = Instant::now();
    let progress = |progress: Progress<'_>| {
        if last.elapsed() >= PROGRESS_EVERY {
            last = Instant::now();
            // The copy does not depend on a reader of its progress.
            _ = writeln!(io::stderr(), "{progress}");
        }
    };
    answer::write(&runtime.block_on(copy_database(&config, &from, progress))?, json)
}
