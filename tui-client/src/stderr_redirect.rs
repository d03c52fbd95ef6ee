//! Redirects standard error to a file while papo owns the terminal, because output of libraries would corrupt the screen.

use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The name of the file, in the log folder.
const FILE: &str = "stderr.log";
/// A longer file, in bytes, is truncated at the next start.
const MAX_FILE_BYTES: u64 = 1024 * 1024;

/// The two destinations of standard error; `None` before [`prepare`].
static DESTINATIONS: Mutex<Option<Destinations>> = Mutex::new(None);

struct Destinations {
    /// A duplicate of the descriptor that the process was started with.
    original: OwnedFd,
    file: OwnedFd,
}

/// Opens the file in this folder; `/dev/null` if that fails.
///
/// # Errors
/// `/dev/null` cannot be opened either.
pub fn open_log(folder: &Path) -> io::Result<File> {
    let path = folder.join(FILE);
    let is_long = path.metadata().is_ok_and(|file| file.len() > MAX_FILE_BYTES);
    let opened = File::options().create(true).append(!is_long).write(true).truncate(is_long).open(path);
    opened.or_else(|_| File::options().write(true).open("/dev/null"))
}

/// Sets the file for [`redirect`], and stores the current destination for [`restore`].
///
/// # Errors
/// No further file descriptor is available.
pub(crate) fn prepare(file: File) -> io::Result<()> {
    let original = rustix::io::fcntl_dupfd_cloexec(rustix::stdio::stderr(), FIRST_NON_STANDARD_FD)?;
    *destinations() = Some(Destinations { original, file: file.into() });
    Ok(())
}

/// The lowest number for the duplicate, so that it does not take the place of a closed standard stream.
const FIRST_NON_STANDARD_FD: i32 = 3;

/// Redirects standard error to the file.
pub(crate) fn redirect() {
    if let Some(Destinations { file, .. }) = destinations().as_ref() {
        set_destination(file);
    }
}

/// Restores the destination that standard error had when the process started.
pub(crate) fn restore() {
    if let Some(Destinations { original, .. }) = destinations().as_ref() {
        set_destination(original);
    }
}

fn set_destination(destination: &OwnedFd) {
    if let Err(error) = rustix::stdio::dup2_stderr(destination) {
        tracing::error!(%error, "standard error could not be redirected");
    }
}

fn destinations() -> MutexGuard<'static, Option<Destinations>> {
    DESTINATIONS.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::{FILE, MAX_FILE_BYTES, open_log};

    #[test]
    fn the_file_is_appended_to_up_to_its_limit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        let write =
            |bytes: u64| open_log(folder.path()).unwrap().write_all(&vec![b'x'; usize::try_from(bytes).unwrap()]).unwrap();
        write(MAX_FILE_BYTES);
        write(1);
        assert_eq!(path.metadata().unwrap().len(), MAX_FILE_BYTES + 1);
        write(1);
        assert_eq!(path.metadata().unwrap().len(), 1);
    }

    #[test]
    fn without_a_file_output_is_discarded() {
        open_log(std::path::Path::new("/nonexistent")).unwrap().write_all(b"x").unwrap();
    }
}
