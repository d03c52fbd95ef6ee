//! A watched directory, in which SQLite's operations are recorded and can be made to fail.

use std::collections::{BTreeMap, HashMap};
use std::ffi::{CStr, CString};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::{fs, io};

use crate::journal::{FileId, Journal, Operation, Position};
use crate::vfs;

/// All watched directories of this process.
static WATCHED: Mutex<Vec<Weak<Folder>>> = Mutex::new(Vec::new());

/// A directory that is watched until the last handle is dropped. Applies to every database opened in it from now on;
/// databases elsewhere use SQLite's ordinary VFS. Cloning gives another handle.
#[derive(Clone)]
pub struct Disk(Arc<Folder>);

/// Kinds of disk failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Writes fail for lack of space until [`Disk::repair`].
    Full,
    /// One write, truncation or sync fails with an I/O error.
    ErrorOnce,
    /// All writes, truncations and syncs fail with an I/O error until [`Disk::repair`].
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

struct Folder {
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

impl Disk {
    /// Starts watching. The current contents of the directory count as synced.
    ///
    /// # Errors
    /// The directory cannot be read, or SQLite does not accept the VFS.
    pub fn watch(folder: &Path) -> io::Result<Self> {
        let mut journal = Journal::default();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            journal.before.insert(entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path())?);
        }
        Self::go_on(folder, journal)
    }

    /// Continues a journal in a directory with the files that a killed process left at its end: nothing is lost, and
    /// what was unsynced remains unsynced.
    ///
    /// # Errors
    /// The directory does not exist, or SQLite does not accept the VFS.
    pub fn go_on(folder: &Path, journal: Journal) -> io::Result<Self> {
        vfs::register()?;
        let (names, files) = journal.names();
        let state = Mutex::new(State { journal, names, files, ..State::default() });
        let disk = Self(Arc::new(Folder { path: folder.canonicalize()?, state }));
        let mut watched = lock(&WATCHED);
        watched.retain(|folder| folder.strong_count() > 0);
        watched.push(Arc::downgrade(&disk.0));
        Ok(disk)
    }

    /// The watched directory of a file, and the file's name in it.
    pub(crate) fn of(file: &Path) -> Option<(Self, String)> {
        let folder = file.parent()?;
        let found = lock(&WATCHED).iter().filter_map(Weak::upgrade).find(|watched| watched.path == folder)?;
        Some((Self(found), file.file_name()?.to_string_lossy().into_owned()))
    }

    /// The current position in the journal.
    #[must_use]
    pub fn position(&self) -> Position {
        self.state().journal.end()
    }

    /// Takes the journal recorded so far and starts an empty one, which is only meaningful if the disk is no longer
    /// used.
    #[must_use]
    pub fn take_journal(&self) -> Journal {
        std::mem::take(&mut self.state().journal)
    }

    /// From now on, `PRAGMA name = …` sets this value instead. It must not be longer than the original one. Lets a
    /// trial use a setting that the tested code does not offer.
    pub fn overrule(&self, pragma: &CStr, value: &CStr) {
        self.state().overruled.insert(pragma.to_owned(), value.to_owned());
    }

    /// Makes the disk fail, starting after `first` more changes.
    pub fn fail(&self, fault: Fault, first: usize) {
        let mut state = self.state();
        state.fault = Some((fault, state.changes + first));
    }

    /// Stops failing. Returns whether any operation has failed since [`Disk::fail`].
    pub fn repair(&self) -> bool {
        let mut state = self.state();
        state.fault = None;
        std::mem::take(&mut state.has_failed)
    }

    /// Held while operating on the real file, so that the journal records operations in their actual order.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.0.state)
    }
}

impl State {
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

    /// The id of the file with this name. An unknown name is recorded as newly created, whoever created it.
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
