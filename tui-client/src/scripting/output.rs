//! Where what was asked for goes: standard output, or a file that is there whole or not at all.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::failure::{Exit, Failure};
use crate::state::phrase::Phrase;

/// What stands for standard input or output on a command line.
pub(super) const STANDARD_STREAM: &str = "-";

/// Where what was asked for goes.
pub(super) enum Output {
    /// Standard output. Written by a thread of its own: a pipe that nobody reads holds up nothing else, not even the end.
    Standard,
    /// A file beside the one it becomes. Where it never does, it goes when this is dropped.
    File {
        /// What is written until then. Nobody else's to read, as long as it has this name and after.
        unfinished: NamedTempFile,
        /// The name it gets in the end.
        becomes: PathBuf,
    },
}

impl Output {
    /// A file that gets its name when everything is in it.
    ///
    /// # Errors
    /// Where it cannot be made, or something stands there that a file cannot take the place of.
    pub(super) fn file(becomes: &Path) -> Result<Self, Failure> {
        // Writing where it leads could change a file that was not named; taking its place would destroy it.
        if becomes.is_symlink() {
            return Err(Failure::told(Exit::Failed, Phrase::new("script-symlink").text("file", becomes.display())));
        }
        if becomes.metadata().is_ok_and(|there| !there.is_file()) {
            let words = Phrase::new("script-not-a-file").text("file", becomes.display());
            return Err(Failure::told(Exit::Failed, words));
        }
        let folder = becomes.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let unfinished = tempfile::Builder::new().prefix(".papo-export-").tempfile_in(folder).map_err(|error| failure(&error))?;
        Ok(Self::File { unfinished, becomes: becomes.to_owned() })
    }

    /// Writes, and returns once it is out.
    ///
    /// # Errors
    /// [`Failure::ReaderGone`] where nobody reads it any more, and whatever else the system says.
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
        written.map_err(|error| failure(&error))
    }

    /// Everything is written: a file gets its name.
    ///
    /// # Errors
    /// Where the disk does not take it.
    pub(super) fn finish(self) -> Result<(), Failure> {
        let Self::File { unfinished, becomes } = self else { return Ok(()) };
        unfinished.as_file().sync_all().map_err(|error| failure(&error))?;
        unfinished.persist(becomes).map_err(|refused| failure(&refused.error))?;
        Ok(())
    }
}

fn failure(error: &io::Error) -> Failure {
    if error.kind() == io::ErrorKind::BrokenPipe {
        Failure::ReaderGone
    } else {
        Failure::told(Exit::Failed, Phrase::new("script-cannot-write").text("why", error))
    }
}
