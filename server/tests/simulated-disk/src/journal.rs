//! What happened on a disk, in its order.

use std::collections::BTreeMap;

/// How many operations happened before a moment: a place in the journal.
pub type Position = usize;

/// One file's content, whatever it is called. Deleting a name and making it again makes another file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct FileId(pub(crate) usize);

/// One thing that happened.
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
    /// What was written to the file until now is not sure ever to be written.
    SyncFailed {
        file: FileId,
    },
    /// The name means this file from now on.
    Link {
        name: String,
        file: FileId,
    },
    Unlink {
        name: String,
    },
    SyncFolder,
}

/// What happened on a disk, in its order, and what was there before.
#[derive(Clone, Debug, Default)]
pub struct Journal {
    /// The files that were there from the beginning, the first with number 0.
    pub(crate) before: BTreeMap<String, Vec<u8>>,
    pub(crate) operations: Vec<Operation>,
}

impl Journal {
    /// How much happened.
    #[must_use]
    pub fn end(&self) -> Position {
        self.operations.len()
    }

    /// The moments right before and right after each sync.
    #[must_use]
    pub fn syncs(&self) -> Vec<Position> {
        let syncs = self.operations.iter().enumerate().filter(|(_, operation)| {
            matches!(operation, Operation::Sync { .. } | Operation::SyncFailed { .. } | Operation::SyncFolder)
        });
        let mut moments: Vec<Position> = syncs.flat_map(|(position, _)| [position, position + 1]).collect();
        moments.dedup();
        moments
    }

    /// What happened until this moment.
    #[must_use]
    pub fn until(&self, moment: Position) -> Self {
        Self { before: self.before.clone(), operations: self.operations[..moment].to_vec() }
    }

    /// Which file each name means at the end, and how many files there were.
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
    /// What it does to the names of a folder.
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
