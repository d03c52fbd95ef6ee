//! The output of a command: standard output, or a file that appears only when it is complete.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::failure::{Exit, Failure};
use crate::state::phrase::Phrase;

/// Selects standard input or output on the command line.
pub(super) const STANDARD_STREAM: &str = "-";

/// The output of a command.
pub(super) enum Output {
    /// Standard output, written by a blocking task, so that a pipe without a reader blocks neither other work nor the exit.
    Standard,
    /// A temporary file beside the destination. It is deleted if it is dropped before [`Output::finish`].
    File {
        /// The temporary file, readable by its owner only, as is the finished file.
        unfinished: NamedTempFile,
        /// The path given by the user.
        destination: PathBuf,
        /// Whether an existing file at the destination is replaced.
        replaces: bool,
    },
}

impl Output {
    /// Creates a temporary file for this destination.
    ///
    /// # Errors
    /// The file cannot be created, or the destination is a symbolic link or not a regular file.
    pub(super) fn file(destination: &Path) -> Result<Self, Failure> {
        // Following the link could change a file that was not named; replacing the link would destroy it.
        if destination.is_symlink() {
            return Err(Failure::new(Exit::Failed, Phrase::new("script-symlink").text("file", destination.display())));
        }
        if destination.metadata().is_ok_and(|existing| !existing.is_file()) {
            let message = Phrase::new("script-not-a-file").text("file", destination.display());
            return Err(Failure::new(Exit::Failed, message));
        }
        let folder = destination.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let unfinished =
            tempfile::Builder::new().prefix(".papo-export-").tempfile_in(folder).map_err(|error| write_failure(&error))?;
        Ok(Self::File { unfinished, destination: destination.to_owned(), replaces: true })
    }

    /// Like [`Self::file`], but never replaces an existing file.
    ///
    /// # Errors
    /// Those of [`Self::file`], and an existing file.
    pub(super) fn new_file(destination: &Path) -> Result<Self, Failure> {
        if destination.is_file() && !destination.is_symlink() {
            return Err(exists(destination));
        }
        match Self::file(destination)? {
            Self::File { unfinished, destination, .. } => Ok(Self::File { unfinished, destination, replaces: false }),
            standard @ Self::Standard => Ok(standard),
        }
    }

    /// Writes text, and flushes standard output.
    ///
    /// # Errors
    /// [`Failure::OutputClosed`] if the reader closed standard output; other I/O errors.
    pub(super) async fn write(&mut self, text: &str) -> Result<(), Failure> {
        let written = match self {
            Self::Standard => {
                let text = text.to_owned();
                let written = tokio::task::spawn_blocking(move || {
                    let mut output = io::stdout().lock();
                    output.write_all(text.as_bytes()).and_then(|()| output.flush())
                });
                written.await.unwrap_or_else(|error| Err(io::Error::other(error)))
            }
            Self::File { unfinished, .. } => unfinished.write_all(text.as_bytes()),
        };
        written.map_err(|error| write_failure(&error))
    }

    /// Syncs a temporary file and moves it to its destination.
    ///
    /// # Errors
    /// The file cannot be written completely, or not be moved.
    pub(super) fn finish(self) -> Result<(), Failure> {
        let Self::File { unfinished, destination, replaces } = self else { return Ok(()) };
        unfinished.as_file().sync_all().map_err(|error| write_failure(&error))?;
        let persisted = if replaces { unfinished.persist(&destination) } else { unfinished.persist_noclobber(&destination) };
        match persisted {
            Ok(_) => Ok(()),
            Err(refused) if refused.error.kind() == io::ErrorKind::AlreadyExists => Err(exists(&destination)),
            Err(refused) => Err(write_failure(&refused.error)),
        }
    }
}

fn exists(destination: &Path) -> Failure {
    Failure::new(Exit::Failed, Phrase::new("script-file-exists").text("file", destination.display()))
}

fn write_failure(error: &io::Error) -> Failure {
    if error.kind() == io::ErrorKind::BrokenPipe {
        Failure::OutputClosed
    } else {
        Failure::new(Exit::Failed, Phrase::new("script-cannot-write").text("why", error))
    }
}
