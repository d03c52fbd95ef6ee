//! A watched directory: its journal, and whether its next change fails.

use std::collections::{BTreeMap, HashMap};
use std::ffi::CString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use crate::journal::{FileId, Journal, Operation};

/// All watched directories of this process.
static WATCHED: Mutex<Vec<Weak<Folder>>> = Mutex::new(Vec::new());

/// Kinds of disk failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Writes fail for lack of space until [`Disk::repair`](crate::Disk::repair).
    Full,
    /// One write, truncation or sync fails with an I/O error.
    ErrorOnce,
    /// All writes, truncations and syncs fail with an I/O error until [`Disk::repair`](crate::Disk::repair).
    Broken,
}

/// Operations that can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    Write,
    Truncate,
    Sync,
}

/// Error reported to SQLite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    NoRoom,
    InputOutput,
}

pub(crate) struct Folder {
    path: PathBuf,
    state: Mutex<State>,
}

#[derive(Default)]
pub(crate) struct State {
    pub(crate) journal: Journal,
    names: BTreeMap<String, FileId>,
    /// Number of file ids assigned.
    files: usize,
    /// Number of changes requested so far.
    changes: usize,
    /// The pending fault, with the number of changes that succeed before it.
    fault: Option<(Fault, usize)>,
    has_failed: bool,
    /// Overruled settings, by name.
    pub(crate) overruled: HashMap<CString, CString>,
}

impl Folder {
    /// Watches a directory from now on, until the last reference is dropped.
    pub(crate) fn watch(path: &Path, journal: Journal) -> io::Result<Arc<Self>> {
        let (names, files) = journal.names();
        let state = Mutex::new(State { journal, names, files, ..State::default() });
        let folder = Arc::new(Self { path: path.canonicalize()?, state });
        let mut watched = lock(&WATCHED);
        watched.retain(|folder| folder.strong_count() > 0);
        watched.push(Arc::downgrade(&folder));
        Ok(folder)
    }

    /// The watched directory of a file, and the file's name in it.
    pub(crate) fn of(file: &Path) -> Option<(Arc<Self>, String)> {
        let path = file.parent()?;
        let found = lock(&WATCHED).iter().filter_map(Weak::upgrade).find(|watched| watched.path == path)?;
        Some((found, file.file_name()?.to_string_lossy().into_owned()))
    }

    /// Held while operating on the real file, so that the journal records operations in their actual order.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

impl State {
    /// Fails changes after `first` more of them.
    pub(crate) fn fail(&mut self, fault: Fault, first: usize) {
        self.fault = Some((fault, self.changes + first));
    }

    /// Stops failing. Returns whether any change has failed since [`State::fail`].
    pub(crate) fn repair(&mut self) -> bool {
        self.fault = None;
        std::mem::take(&mut self.has_failed)
    }

    /// Decides whether a change succeeds.
    pub(crate) fn permit(&mut self, change: Change) -> Result<(), Failure> {
        let number = self.changes;
        self.changes += 1;
        let Some((fault, first)) = self.fault else { return Ok(()) };
        if number < first || (fault == Fault::Full && change != Change::Write) {
            return Ok(());
        }
        self.has_failed = true;
        match fault {
            Fault::Full => Err(Failure::NoRoom),
            Fault::Broken => Err(Failure::InputOutput),
            Fault::ErrorOnce => {
                self.fault = None;
                Err(Failure::InputOutput)
            }
        }
    }

    pub(crate) fn note(&mut self, operation: Operation) {
        self.journal.operations.push(operation);
    }

    /// The id of the file with this name. An unknown name is recorded as newly created, even if another process created it.
    pub(crate) fn opened(&mut self, name: &str, content: Vec<u8>) -> FileId {
        if let Some(file) = self.names.get(name) {
            return *file;
        }
        let file = FileId(self.files);
        self.files += 1;
        self.names.insert(name.to_owned(), file);
        self.note(Operation::Link { name: name.to_owned(), file });
        if !content.is_empty() {
            self.note(Operation::Write { file, offset: 0, bytes: content });
        }
        file
    }

    pub(crate) fn deleted(&mut self, name: &str) {
        if self.names.remove(name).is_some() {
            self.note(Operation::Unlink { name: name.to_owned() });
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
