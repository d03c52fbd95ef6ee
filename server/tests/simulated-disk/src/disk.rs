//! A directory whose changes are recorded, in which SQLite's operations can be made to fail.

use std::ffi::CStr;
use std::path::Path;
use std::sync::Arc;
use std::{fs, io};

use crate::folder::{Fault, Folder};
use crate::journal::{Journal, Position};
use crate::vfs;

/// A directory that is watched until the last handle is dropped. Applies to every database opened in it from now on;
/// databases elsewhere use SQLite's ordinary VFS. Cloning gives another handle.
#[derive(Clone)]
pub struct Disk(Arc<Folder>);

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
        Ok(Self(Folder::watch(folder, journal)?))
    }

    /// The current position in the journal.
    #[must_use]
    pub fn position(&self) -> Position {
        self.0.state().journal.end()
    }

    /// Takes the journal recorded so far and starts an empty one, which is only meaningful if the disk is no longer used.
    #[must_use]
    pub fn take_journal(&self) -> Journal {
        std::mem::take(&mut self.0.state().journal)
    }

    /// From now on, `PRAGMA name = …` sets this value instead. It must not be longer than the original one. Lets a
    /// trial use a setting that the tested code does not offer.
    pub fn overrule(&self, pragma: &CStr, value: &CStr) {
        self.0.state().overruled.insert(pragma.to_owned(), value.to_owned());
    }

    /// Makes the disk fail, starting after `first` more changes.
    pub fn fail(&self, fault: Fault, first: usize) {
        self.0.state().fail(fault, first);
    }

    /// Stops failing. Returns whether any operation has failed since [`Disk::fail`].
    pub fn repair(&self) -> bool {
        self.0.state().repair()
    }
}
