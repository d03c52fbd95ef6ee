//! The free space of a disk.

use std::fmt::Debug;
use std::io;
use std::path::Path;

/// Measures free space. A parameter of the server, so that tests need no full disk.
pub trait FreeSpace: Debug + Send + Sync {
    /// Bytes that the server may still write below this folder. Blocks for the duration of a system call.
    ///
    /// # Errors
    /// The error of the operating system.
    fn free_bytes(&self, folder: &Path) -> io::Result<u64>;
}

/// Asks the operating system, for production.
#[derive(Clone, Copy, Debug)]
pub struct FileSystem;

impl FreeSpace for FileSystem {
    fn free_bytes(&self, folder: &Path) -> io::Result<u64> {
        let found = rustix::fs::statvfs(folder)?;
        Ok(found.f_bavail.saturating_mul(found.f_frsize))
    }
}
