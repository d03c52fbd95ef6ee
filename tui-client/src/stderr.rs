//! Where standard error goes while the terminal is taken: to a file, since whatever a library writes there would stand between
//! the frames.

use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The file in the folder of the logs.
const FILE: &str = "stderr.log";
/// A file that has become longer than this, in bytes, is begun anew.
const MAX_FILE_BYTES: u64 = 1024 * 1024;

/// The two ends that standard error can have; none where it was no terminal's business so far.
static ENDS: Mutex<Option<Ends>> = Mutex::new(None);

struct Ends {
    /// As the process was started with it.
    original: OwnedFd,
    /// The file.
    file: OwnedFd,
}

/// The file in this folder that standard error can go to; where there can be none, nothing is kept of it.
///
/// # Errors
/// Where there is no `/dev/null` either.
pub fn file_in(folder: &Path) -> io::Result<File> {
    let path = folder.join(FILE);
    let is_long = path.metadata().is_ok_and(|file| file.len() > MAX_FILE_BYTES);
    let opened = File::options().create(true).append(!is_long).write(true).truncate(is_long).open(path);
    opened.or_else(|_| File::options().write(true).open("/dev/null"))
}

/// From now on [`divert`] and [`restore`] turn standard error to this file and back.
///
/// # Errors
/// Where the process may have no further files.
pub(crate) fn prepare(file: File) -> io::Result<()> {
    let original = rustix::io::fcntl_dupfd_cloexec(rustix::stdio::stderr(), FIRST_FREE)?;
    *ends() = Some(Ends { original, file: file.into() });
    Ok(())
}

/// No duplicate takes the number of a standard stream that is closed.
const FIRST_FREE: i32 = 3;

/// Turns standard error to the file.
pub(crate) fn divert() {
    if let Some(Ends { file, .. }) = ends().as_ref() {
        turn_to(file);
    }
}

/// Turns standard error back to where it was when the process started.
pub(crate) fn restore() {
    if let Some(Ends { original, .. }) = ends().as_ref() {
        turn_to(original);
    }
}

fn turn_to(end: &OwnedFd) {
    if let Err(error) = rustix::stdio::dup2_stderr(end) {
        tracing::error!(%error, "standard error stays where it is");
    }
}

fn ends() -> MutexGuard<'static, Option<Ends>> {
    ENDS.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::{FILE, MAX_FILE_BYTES, file_in};

    #[test]
    fn the_file_goes_on_until_it_is_long() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        let write = |bytes: u64| file_in(folder.path()).unwrap().write_all(&vec![b'x'; usize::try_from(bytes).unwrap()]).unwrap();
        write(MAX_FILE_BYTES);
        write(1);
        assert_eq!(path.metadata().unwrap().len(), MAX_FILE_BYTES + 1);
        write(1);
        assert_eq!(path.metadata().unwrap().len(), 1);
    }

    #[test]
    fn where_there_can_be_no_file_there_is_somewhere_to_write_to() {
        file_in(std::path::Path::new("/nonexistent")).unwrap().write_all(b"x").unwrap();
    }
}
