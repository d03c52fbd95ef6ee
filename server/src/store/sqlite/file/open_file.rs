//! Whether an open database is still where it was opened.

use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

/// The open database and its write-ahead log. SQLite would continue to write to them after they were deleted, and everything
/// acknowledged since would be lost.
#[derive(Clone, Debug)]
pub(crate) struct OpenFiles(Vec<(PathBuf, FileId)>);

/// Device and inode of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct FileId(u64, u64);

impl FileId {
    fn of(path: &Path) -> io::Result<Self> {
        path.metadata().map(|found| Self(found.dev(), found.ino()))
    }
}

impl OpenFiles {
    /// The files of a connection whose log exists. None if the database has no name.
    pub(crate) fn of(connection: &Connection) -> Self {
        let name = connection.path().filter(|path| !path.is_empty());
        let paths = name.into_iter().flat_map(|name| [PathBuf::from(name), PathBuf::from(format!("{name}-wal"))]);
        Self(paths.filter_map(|path| FileId::of(&path).ok().map(|id| (path, id))).collect())
    }

    /// Whether the paths still lead to these files.
    pub(crate) fn are_in_place(&self) -> bool {
        self.0.iter().all(|(path, id)| match FileId::of(path) {
            Ok(found) => found == *id,
            Err(error) => error.kind() != io::ErrorKind::NotFound,
        })
    }
}
