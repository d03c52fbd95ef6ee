//! The disk alone: duration of a sync of one page.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::time::{Duration, Instant};

/// SQLite's default page size, in bytes.
const PAGE_BYTES: usize = 4096;

/// Duration of each `fdatasync`, on the same file system as the servers' data.
pub(crate) struct Syncs {
    /// Appending one page each time, as to a growing log.
    pub(crate) appended: Vec<Duration>,
    /// Overwriting existing pages, as in a reused log: the least work for a disk.
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
