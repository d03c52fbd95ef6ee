//! A watched folder: what SQLite does in it is noted, and fails when it was told to.

use std::collections::{BTreeMap, HashMap};
use std::ffi::{CStr, CString};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::{fs, io};

use crate::journal::{FileId, Journal, Operation, Position};
use crate::vfs;

/// The folders that are watched in this process.
static WATCHED: Mutex<Vec<Weak<Folder>>> = Mutex::new(Vec::new());

/// A folder that is watched until the last handle is gone: every database opened in it from now on. Those in other folders
/// stay with SQLite's ordinary VFS. Cloning gives another handle.
#[derive(Clone)]
pub struct Disk(Arc<Folder>);

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// No write finds room until [`Disk::repair`].
    Full,
    /// One write, truncation or sync is an input/output error.
    ErrorOnce,
    /// Every write, truncation and sync is an input/output error until [`Disk::repair`].
    Broken,
}

/// What SQLite asks of a disk that can go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    Write,
    Truncate,
    Sync,
}

/// What SQLite is told where it goes wrong.
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
    /// That have a number.
    files: usize,
    /// Asked for until now.
    changes: usize,
    /// With the number of changes that still succeed before it.
    fault: Option<(Fault, usize)>,
    has_failed: bool,
    /// Values of settings, by their names.
    pub(crate) overruled: HashMap<CString, CString>,
}

impl Disk {
    /// Begins to watch. What is in the folder now counts as synced.
    ///
    /// # Errors
    /// The folder could not be read, or SQLite would not take the VFS.
    pub fn watch(folder: &Path) -> io::Result<Self> {
        let mut journal = Journal::default();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            journal.before.insert(entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path())?);
        }
        Self::go_on(folder, journal)
    }

    /// Goes on with a journal in a folder that holds what a kill left at its end: nothing is lost, and what was not synced still
    /// is not.
    ///
    /// # Errors
    /// There is no such folder, or SQLite would not take the VFS.
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

    /// The disk that this file is on, and its name there.
    pub(crate) fn of(file: &Path) -> Option<(Self, String)> {
        let folder = file.parent()?;
        let found = lock(&WATCHED).iter().filter_map(Weak::upgrade).find(|watched| watched.path == folder)?;
        Some((Self(found), file.file_name()?.to_string_lossy().into_owned()))
    }

    /// Now, as a place in the journal.
    #[must_use]
    pub fn position(&self) -> Position {
        self.state().journal.end()
    }

    /// What happened until now. It begins anew from here, which only a disk that nobody uses any more can make sense of.
    #[must_use]
    pub fn take_journal(&self) -> Journal {
        std::mem::take(&mut self.state().journal)
    }

    /// From now on each `PRAGMA name = …` sets this value instead, which must not be longer than the one it replaces: how a
    /// trial tries another setting on code that has no such choice.
    pub fn overrule(&self, pragma: &CStr, value: &CStr) {
        self.state().overruled.insert(pragma.to_owned(), value.to_owned());
    }

    /// From the change on that comes after `first` more of them, this goes wrong.
    pub fn fail(&self, fault: Fault, first: usize) {
        let mut state = self.state();
        state.fault = Some((fault, state.changes + first));
    }

    /// Nothing goes wrong any more. Says whether anything did since it was told to fail.
    pub fn repair(&self) -> bool {
        let mut state = self.state();
        state.fault = None;
        std::mem::take(&mut state.has_failed)
    }

    /// Held while the real file is worked with, so that the journal has the order in which it happened.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.0.state)
    }
}

impl State {
    /// Whether this change goes well.
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

    /// Which file the name means. One that was made since, by SQLite or beside it, is new in the folder.
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
