//! Folders that only their owner can access.

use std::fs::{self, DirBuilder, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::Path;

/// The permission bits of other users.
const OTHERS: u32 = 0o077;

/// Creates a folder with mode 0700, whatever the umask is, and its missing parents. Takes the access of others to an existing one
/// away.
///
/// # Errors
/// The folder cannot be created, or belongs to another user.
pub fn create(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    restrict(folder, 0o700)
}

/// Takes the access of others to a file away.
///
/// # Errors
/// The file does not exist, or belongs to another user.
pub fn restrict_file(file: &Path) -> io::Result<()> {
    restrict(file, 0o600)
}

fn restrict(path: &Path, mode: u32) -> io::Result<()> {
    let found = path.metadata()?.permissions().mode();
    if found & OTHERS == 0 { Ok(()) } else { fs::set_permissions(path, Permissions::from_mode(mode)) }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    use super::{create, restrict_file};

    fn mode(path: &Path) -> u32 {
        path.metadata().unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn others_have_no_access_to_new_and_existing_folders_and_files() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("data").join("papo");
        create(&folder).unwrap();
        assert_eq!(mode(&folder), 0o700);
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
        create(&folder).unwrap();
        assert_eq!(mode(&folder), 0o700);
        let file = folder.join("papo.log");
        fs::write(&file, "").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o666)).unwrap();
        restrict_file(&file).unwrap();
        assert_eq!(mode(&file), 0o600);
    }
}
