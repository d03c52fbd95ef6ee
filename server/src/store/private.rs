//! Directories and files that only their owner can access.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt, fchown};
use std::path::Path;

/// Creates a directory and its missing parents. They are synced to disk before this returns, because a power cut that removed
/// their names would remove their contents too.
pub(crate) fn private_dir(path: &Path) -> io::Result<()> {
    let missing: Vec<&Path> = path.ancestors().take_while(|above| !above.as_os_str().is_empty() && !above.exists()).collect();
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)?;
    missing.into_iter().try_for_each(|created| File::open(directory(created))?.sync_all())
}

/// Opens a file for reading and writing. A missing file is created with mode 0600.
pub(crate) fn private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    give_to_owner_of_directory(&file, path)?;
    Ok(file)
}

/// Gives a file to the owner of its directory, so that root can run commands for a server that runs as another user.
pub(crate) fn give_to_owner_of_directory(file: &File, path: &Path) -> io::Result<()> {
    let directory = directory(path).metadata()?;
    if file.metadata()?.uid() == directory.uid() {
        return Ok(());
    }
    match fchown(file, Some(directory.uid()), Some(directory.gid())) {
        // Only root may change owners.
        Err(error) if error.kind() != io::ErrorKind::PermissionDenied => Err(error),
        _ => Ok(()),
    }
}

/// Parent directory of a path; `.` for a bare file name.
pub(crate) fn directory(file: &Path) -> &Path {
    match file.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}
