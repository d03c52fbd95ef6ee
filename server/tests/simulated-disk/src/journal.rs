//! The recorded operations of a disk.

use std::collections::BTreeMap;

/// A position in the journal: the number of operations before it.
pub type Position = usize;

/// Identity of a file's content, independent of its name. Deleting and recreating a name gives a new id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct FileId(pub(crate) usize);

#[derive(Clone, Debug)]
pub(crate) enum Operation {
    Write {
        file: FileId,
        offset: usize,
        bytes: Vec<u8>,
    },
    Truncate {
        file: FileId,
        size: usize,
    },
    Sync {
        file: FileId,
    },
    /// Data written to the file so far may never reach the disk.
    SyncFailed {
        file: FileId,
    },
    /// The name refers to this file from now on.
    Link {
        name: String,
        file: FileId,
    },
    Unlink {
        name: String,
    },
    SyncFolder,
}

/// The operations of a disk in order, and the initial contents.
#[derive(Clone, Debug, Default)]
pub struct Journal {
    /// Initial files, numbered from 0 in order of name.
    pub(crate) before: BTreeMap<String, Vec<u8>>,
    pub(crate) operations: Vec<Operation>,
}

impl Journal {
    /// The position after the last operation.
    #[must_use]
    pub fn end(&self) -> Position {
        self.operations.len()
    }

    /// The positions directly before and after each sync.
    #[must_use]
    pub fn syncs(&self) -> Vec<Position> {
        let syncs = self.operations.iter().enumerate().filter(|(_, operation)| {
            matches!(operation, Operation::Sync { .. } | Operation::SyncFailed { .. } | Operation::SyncFolder)
        });
        let mut moments: Vec<Position> = syncs.flat_map(|(position, _)| [position, position + 1]).collect();
        moments.dedup();
        moments
    }

    /// The journal up to this position.
    #[must_use]
    pub fn until(&self, moment: Position) -> Self {
        Self { before: self.before.clone(), operations: self.operations[..moment].to_vec() }
    }

    /// The files by name at the end, and the number of files.
    pub(crate) fn names(&self) -> (BTreeMap<String, FileId>, usize) {
        let mut names: BTreeMap<_, _> = self.before.keys().cloned().zip((0..).map(FileId)).collect();
        let mut files = names.len();
        for operation in &self.operations {
            operation.rename(&mut names);
            files += usize::from(matches!(operation, Operation::Link { .. }));
        }
        (names, files)
    }
}

impl Operation {
    /// Applies the operation to the names of a directory.
    pub(crate) fn rename(&self, names: &mut BTreeMap<String, FileId>) {
        match self {
            Self::Link { name, file } => {
                names.insert(name.clone(), *file);
            }
            Self::Unlink { name } => {
                names.remove(name);
            }
            _ => {}
        }
    }
}
