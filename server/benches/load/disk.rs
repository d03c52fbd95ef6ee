//! The disk alone: how long it takes to be sure of a page.

use std::fs::File;
use std::io::Write;
use std::time::{Duration, Instant};

/// As SQLite has them.
const PAGE_BYTES: usize = 4096;

/// How long each of so many `fdatasync` takes, one page further into a file, where the servers' data are as well.
pub(crate) fn syncs(times: usize) -> Vec<Duration> {
    let mut file: File = tempfile::tempfile().unwrap();
    let sync = |_| {
        let began = Instant::now();
        file.write_all(&[7; PAGE_BYTES]).unwrap();
        file.sync_data().unwrap();
        began.elapsed()
    };
    (0..times).map(sync).collect()
}
