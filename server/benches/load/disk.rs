//! The disk alone: how long it takes to be sure of a page.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::time::{Duration, Instant};

/// As SQLite has them.
const PAGE_BYTES: usize = 4096;

/// How long each `fdatasync` takes, where the servers' data are as well.
pub(crate) struct Syncs {
    /// One page further into the file each time, as a log grows.
    pub(crate) appended: Vec<Duration>,
    /// Over what is in the file already, as a log is used again: the least that a disk does.
    pub(crate) written_over: Vec<Duration>,
}

pub(crate) fn syncs(times: usize) -> Syncs {
    let file: File = tempfile::tempfile().unwrap();
    let sync = |number: usize| {
        let began = Instant::now();
        file.write_all_at(&[7; PAGE_BYTES], (number * PAGE_BYTES) as u64).unwrap();
        file.sync_data().unwrap();
        began.elapsed()
    };
    Syncs { appended: (0..times).map(sync).collect(), written_over: (0..times).map(sync).collect() }
}
