//! Copies of the database that papo keeps beside it, and their expiry.

use std::ffi::OsStr;
use std::path::Path;
use std::time::{Duration, SystemTime};
use std::{fs, io};

use super::open::FILE_NAME;

/// How long the copies made before a migration or a restore are kept. They contain messages that were deleted since.
pub const KEEP_COPIES_FOR: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Removes the copies in this directory that were made more than [`KEEP_COPIES_FOR`] before `now`.
///
/// # Errors
/// The directory or a file in it cannot be read or removed.
pub fn remove_expired_copies(data_dir: &Path, now: SystemTime) -> io::Result<()> {
    remove_files(data_dir, |name, modified| is_copy(name) && now.duration_since(modified).is_ok_and(|age| age > KEEP_COPIES_FOR))
}

/// Removes what a restore that was killed has left. Call it with the lock of the directory held, so that no restore is running.
pub(super) fn remove_leftovers(data_dir: &Path) -> io::Result<()> {
    remove_files(data_dir, |name, _| name.starts_with(&temporary_prefix(FILE_NAME)))
}

/// Beginning of the names of temporary files that become the file with this name.
pub(super) fn temporary_prefix(name: &str) -> String {
    format!(".{name}-")
}

/// Whether a name is of a copy, or of its write-ahead log.
fn is_copy(name: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let kind = name.strip_suffix("-wal").unwrap_or(name).strip_prefix(FILE_NAME).and_then(|rest| rest.strip_prefix('.'));
    let number = kind.and_then(|kind| kind.strip_prefix("before-").or(kind.strip_prefix("replaced-")));
    number.is_some_and(is_number)
}

fn remove_files(data_dir: &Path, is_unwanted: impl Fn(&str, SystemTime) -> bool) -> io::Result<()> {
    for file in data_dir.read_dir()? {
        let file = file?;
        let path = file.path();
        if file.file_type()?.is_file()
            && let Some(name) = path.file_name().and_then(OsStr::to_str)
            && is_unwanted(name, file.metadata()?.modified()?)
        {
            fs::remove_file(&path)?;
            tracing::info!(file = %path.display(), "removed an old copy of the database");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::time::{Duration, SystemTime};

    use super::{KEEP_COPIES_FOR, remove_expired_copies};
    use crate::store::Store;
    use crate::store::sqlite::{SqliteStore, backup, restore};

    /// The names of the files in a directory, sorted.
    fn names(dir: &tempfile::TempDir) -> Vec<String> {
        let mut names: Vec<String> =
            dir.path().read_dir().unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn copies_are_removed_once_they_are_older_than_the_limit() {
        let dir = tempfile::tempdir().unwrap();
        let now = SystemTime::now();
        let create = |name: &str, age: Duration| {
            File::create(dir.path().join(name)).unwrap().set_modified(now - age).unwrap();
        };
        let (limit, older) = (KEEP_COPIES_FOR, KEEP_COPIES_FOR + Duration::from_secs(1));
        create("chat.db.before-4", limit);
        create("chat.db.replaced-1", limit);
        for name in ["chat.db.before-3", "chat.db.replaced-12", "chat.db.replaced-12-wal"] {
            create(name, older);
        }
        for others in ["chat.db", "chat.db.before-", "chat.db.before-x", "papo.db", "chat.db.before-3.gz", "old.chat.db.before-3"]
        {
            create(others, older);
        }
        remove_expired_copies(dir.path(), now).unwrap();
        assert_eq!(
            names(&dir),
            [
                "chat.db",
                "chat.db.before-",
                "chat.db.before-3.gz",
                "chat.db.before-4",
                "chat.db.before-x",
                "chat.db.replaced-1",
                "old.chat.db.before-3",
                "papo.db"
            ]
        );
    }

    #[tokio::test]
    async fn the_copy_that_a_restore_keeps_is_as_old_as_the_restore() {
        let (dir, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        SqliteStore::open(dir.path()).unwrap().close().await;
        let (data, saved) = (dir.path().join("chat.db"), other.path().join("saved.db"));
        backup(dir.path(), &saved).unwrap();
        File::open(&data).unwrap().set_modified(SystemTime::now() - 2 * KEEP_COPIES_FOR).unwrap();
        let replaced = restore(&saved, dir.path()).unwrap().unwrap();
        remove_expired_copies(dir.path(), SystemTime::now()).unwrap();
        assert!(replaced.exists());
    }

    #[test]
    fn a_start_removes_expired_copies_and_the_leftovers_of_a_killed_restore() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(".chat.db-a1B2c3"), "half of a backup").unwrap();
        let old = File::create(dir.path().join("chat.db.before-3")).unwrap();
        old.set_modified(SystemTime::now() - 2 * KEEP_COPIES_FOR).unwrap();
        let store = SqliteStore::open(dir.path()).unwrap();
        let left = names(&dir);
        assert!(!left.iter().any(|name| name.starts_with('.') || name.contains("before")), "{left:?}");
        drop(store);
    }
}
