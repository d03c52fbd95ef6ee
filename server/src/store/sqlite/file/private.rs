//! Directories and files that are for their owner only.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt, fchown};
use std::path::Path;

/// Makes a directory, and those above it, where they are missing. They are on the disk when this returns: a power cut that
/// took away the name of one would take all that is in it.
pub(crate) fn private_dir(path: &Path) -> io::Result<()> {
    let missing: Vec<&Path> = path.ancestors().take_while(|above| !above.as_os_str().is_empty() && !above.exists()).collect();
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)?;
    missing.into_iter().try_for_each(|made| File::open(directory(made))?.sync_all())
}

/// Opens a file for writing and makes it, for its owner only, where it is missing.
pub(crate) fn private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    give_to_owner_of_directory(&file, path)?;
    Ok(file)
}

/// Root may look after a server that is somebody else: what it makes in that one's directory is that one's.
pub(crate) fn give_to_owner_of_directory(file: &File, path: &Path) -> io::Result<()> {
    let directory = directory(path).metadata()?;
    if file.metadata()?.uid() == directory.uid() {
        return Ok(());
    }
    match fchown(file, Some(directory.uid()), Some(directory.gid())) {
        // Who is not root keeps what they made.
        Err(error) if error.kind() != io::ErrorKind::PermissionDenied => Err(error),
        _ => Ok(()),
    }
}

/// Where a file is or is to be.
pub(crate) fn directory(file: &Path) -> &Path {
    match file.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}
