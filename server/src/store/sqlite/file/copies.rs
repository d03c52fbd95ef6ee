//! Copies of the database that papo keeps beside it, and their expiry.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};
use std::{fs, io};

use rusqlite::Connection;

use crate::store::private::directory;

/// How long the copies made before a migration or a restore are kept. They contain messages that were deleted since.
const KEEP_COPIES_FOR: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Time between two checks for expired copies. The first is made when the file is opened.
const CHECK_EVERY: Duration = Duration::from_secs(24 * 60 * 60);

/// The copies of an open file.
pub(crate) struct KeptCopies {
    /// `None` if the file has no name.
    file: Option<PathBuf>,
    /// When to check next.
    pub(crate) due: Option<Instant>,
}

impl KeptCopies {
    /// The copies of this connection's file.
    pub(crate) fn new(connection: &Connection) -> Self {
        let file = connection.path().filter(|path| !path.is_empty()).map(PathBuf::from);
        let due = file.is_some().then(|| Instant::now() + CHECK_EVERY);
        Self { file, due }
    }

    /// Removes expired copies if a check is due.
    pub(crate) fn expire(&mut self) {
        let now = Instant::now();
        if self.due.is_none_or(|due| now < due) {
            return;
        }
        self.due = Some(now + CHECK_EVERY);
        self.file.iter().for_each(|file| remove_expired(file, SystemTime::now()));
    }
}

/// Removes the copies of this file that were made more than [`KEEP_COPIES_FOR`] before `now`. A failure is only logged.
pub(super) fn remove_expired(file: &Path, now: SystemTime) {
    let is_expired = |modified| now.duration_since(modified).is_ok_and(|age| age > KEEP_COPIES_FOR);
    if let Err(error) = remove_siblings(file, |name, of, modified| is_copy(name, of) && is_expired(modified)) {
        tracing::warn!(%error, "expired copies of the database cannot be removed");
    }
}

/// Removes what a restore of this file that was killed has left. Call it with the lock of the directory held, so that no restore
/// is running.
pub(super) fn remove_leftovers(file: &Path) -> io::Result<()> {
    remove_siblings(file, |name, of, _| name.starts_with(&temporary_prefix(of)))
}

/// Beginning of the names of temporary files that become the file with this name.
pub(super) fn temporary_prefix(name: &str) -> String {
    format!(".{name}-")
}

/// Whether a name is of a copy of this file, or of its write-ahead log.
fn is_copy(name: &str, file: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let kind = name.strip_suffix("-wal").unwrap_or(name).strip_prefix(file).and_then(|rest| rest.strip_prefix('.'));
    let number = kind.and_then(|kind| kind.strip_prefix("before-").or(kind.strip_prefix("replaced-")));
    number.is_some_and(is_number)
}

/// Removes unwanted files in the directory of this one. The predicate gets the name of each, the name of this file, and when the
/// other was changed.
fn remove_siblings(file: &Path, is_unwanted: impl Fn(&str, &str, SystemTime) -> bool) -> io::Result<()> {
    let of = file.file_name().and_then(OsStr::to_str).ok_or(io::ErrorKind::InvalidInput)?;
    for sibling in directory(file).read_dir()? {
        let sibling = sibling?;
        let path = sibling.path();
        if sibling.file_type()?.is_file()
            && let Some(name) = path.file_name().and_then(OsStr::to_str)
            && is_unwanted(name, of, sibling.metadata()?.modified()?)
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

    use super::{Connection, Instant, KEEP_COPIES_FOR, KeptCopies, remove_expired};
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
        remove_expired(&dir.path().join("chat.db"), now);
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
        remove_expired(&data, SystemTime::now());
        assert!(replaced.exists());
    }

    #[test]
    fn copies_are_checked_daily_while_the_file_is_open() {
        let dir = tempfile::tempdir().unwrap();
        let mut copies = KeptCopies::new(&Connection::open(dir.path().join("chat.db")).unwrap());
        let old = File::create(dir.path().join("chat.db.before-3")).unwrap();
        old.set_modified(SystemTime::now() - 2 * KEEP_COPIES_FOR).unwrap();
        copies.expire();
        assert!(names(&dir).contains(&"chat.db.before-3".to_owned()), "not due yet");
        copies.due = Some(Instant::now());
        copies.expire();
        assert_eq!(names(&dir), ["chat.db"]);
        assert!(copies.due.unwrap() > Instant::now());
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
