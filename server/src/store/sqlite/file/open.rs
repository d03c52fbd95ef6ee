//! Opening the file: the lock that excludes other servers, access rights, connection settings and a damage check.

use std::fs::{File, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::copies::{remove_expired, remove_leftovers};
use super::header;
use super::migrations::{self, steps};
use super::open_error::OpenError;
use crate::store::private::{directory, private_dir, private_file};

/// Name of the database file in the data directory.
pub const FILE_NAME: &str = "chat.db";

/// Largest file, in bytes, that is checked completely when it is opened, which takes a few tenths of a second. Larger
/// files are checked by `papo-server verify`, as a part of backups.
const CHECKED_AT_START_BYTES: u64 = 64 * 1024 * 1024;

/// Pages in the write-ahead log with which SQLite copies them back to the file during a commit: 16 MB. Usually they are copied
/// before, without delaying the writer (see `write/checkpoints.rs`).
pub(crate) const CHECKPOINT_PAGES: u32 = 4000;

/// Maximum time a connection waits for another one that has locked the file.
pub(crate) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Attempts to take the lock, [`LOCK_PAUSE`] apart. A released lock can seem held for a moment, because a child process
/// holds a copy of every descriptor between fork and exec.
const LOCK_TRIES: u32 = 25;
const LOCK_PAUSE: Duration = Duration::from_millis(10);

/// Page cache of a connection that reads, in KiB: enough for the pages that the largest lists are spread over. SQLite's default
/// is 2,000.
const READER_CACHE_KIB: i64 = 16 * 1024;

/// Capacity of the cache of prepared statements, per connection.
const CACHED_STATEMENTS: usize = 64;

/// A database file that is locked, checked and migrated.
pub(crate) struct Opened {
    pub(crate) path: PathBuf,
    /// The connection of the writer.
    pub(crate) connection: Connection,
    /// Excludes other servers until it is dropped, after the last connection was closed.
    pub(crate) lock: File,
}

/// Opens `chat.db` in this directory, creating both if necessary.
pub(crate) fn open(data_dir: &Path) -> Result<Opened, OpenError> {
    private_dir(data_dir).map_err(OpenError::Files)?;
    let path = data_dir.join(FILE_NAME);
    header::check_owner(&path)?;
    let lock = lock(data_dir)?;
    require_known_file(&lock, &path)?;
    remove_leftovers(&path).map_err(OpenError::Files)?;
    remove_expired(&path, SystemTime::now());
    let mut connection = connect(&path)?;
    check(&connection, &path)?;
    migrations::migrate(&mut connection, &path, steps::MIGRATIONS)?;
    // Closing this connection writes back and removes a log left by an unclean shutdown.
    drop(connection);
    let connection = connect(&path)?;
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| {
        let mode: String = row.get(0)?;
        if mode == "wal" { Ok(()) } else { Err(rusqlite::Error::InvalidQuery) }
    })?;
    // SQLite syncs the directory with the first sync of a new log, on the connection that created it. The writer
    // therefore creates the log now, by reading: if a reader created it, a power cut could remove the log with all
    // commits acknowledged since.
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    Ok(Opened { path, connection, lock })
}

/// Content of the lock file of a directory that has a database.
const HAS_DATABASE: &[u8] = b"chat.db\n";

/// Checks that a database that was in this directory is still there, and remembers that there is one. A new and empty database
/// would look as if all accounts and messages had never existed.
fn require_known_file(mut lock: &File, path: &Path) -> Result<(), OpenError> {
    let is_known = lock.metadata().map_err(OpenError::Files)?.len() > 0;
    if is_known && !path.exists() {
        return Err(OpenError::Missing);
    }
    // SQLite would create a world-readable file. The log and the shared memory file get the mode of the database file.
    drop(private_file(path).map_err(OpenError::Files)?);
    if !is_known {
        // The file must not be remembered longer than its name lasts.
        File::open(directory(path)).and_then(|directory| directory.sync_all()).map_err(OpenError::Files)?;
        lock.write_all(HAS_DATABASE).and_then(|()| lock.sync_all()).map_err(OpenError::Files)?;
    }
    Ok(())
}

/// Makes this process the only one that may open or replace the file, until the returned lock is dropped.
pub(crate) fn lock(data_dir: &Path) -> Result<File, OpenError> {
    let lock = private_file(&data_dir.join("chat.db.lock")).map_err(OpenError::Files)?;
    for _ in 0..LOCK_TRIES {
        match lock.try_lock() {
            Ok(()) => return Ok(lock),
            Err(TryLockError::WouldBlock) => std::thread::sleep(LOCK_PAUSE),
            Err(TryLockError::Error(error)) => return Err(OpenError::Files(error)),
        }
    }
    Err(OpenError::InUse)
}

/// Opens a connection for writing. Its commits are on disk when they return.
pub(crate) fn connect(path: &Path) -> Result<Connection, OpenError> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    connection.pragma_update(None, "foreign_keys", "ON")?;
    connection.pragma_update(None, "trusted_schema", "OFF")?;
    // Overwrite deleted content, which would otherwise stay in the file until its space is reused.
    connection.pragma_update_and_check(None, "secure_delete", "ON", |_| Ok(()))?;
    // Without the query planner stability guarantee, SQLite replans some statements for each new parameter value. One
    // of them reads entries, with outer joins, and planning it takes several times as long as running it.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
    Ok(connection)
}

/// Opens a connection that cannot write.
pub(crate) fn connect_reader(path: &Path) -> Result<Connection, OpenError> {
    let connection = connect(path)?;
    connection.pragma_update(None, "query_only", "ON")?;
    // Negative numbers are sizes in KiB; positive ones, numbers of pages.
    connection.pragma_update(None, "cache_size", -READER_CACHE_KIB)?;
    Ok(connection)
}

fn check(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    let bytes = path.metadata().map_err(OpenError::Files)?.len();
    if bytes > CHECKED_AT_START_BYTES {
        return Ok(());
    }
    let found: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if found == "ok" { Ok(()) } else { Err(OpenError::Corrupt(found)) }
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::{connect_reader, open};
    use crate::store::sqlite::rows;

    /// The durability of acknowledged writes depends on these settings.
    #[test]
    fn commits_are_synced_before_they_return() {
        let dir = tempfile::tempdir().unwrap();
        let opened = open(dir.path()).unwrap();
        let setting = |name: &str| opened.connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).unwrap();
        assert_eq!(setting("synchronous"), 2, "FULL");
        assert_eq!(setting("foreign_keys"), 1);
        assert_eq!(setting("secure_delete"), 1);
        let mode: String = opened.connection.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
        assert_eq!(mode, "wal");
    }

    /// Replanning this statement for each message once took most of the time of a search.
    #[test]
    fn the_statement_that_reads_an_entry_is_planned_once() {
        let dir = tempfile::tempdir().unwrap();
        let connection = open(dir.path()).unwrap().connection;
        let mut statement = connection.prepare(&rows::select_entry("entry.id = ?1")).unwrap();
        for id in 0..9 {
            assert!(!statement.exists([id]).unwrap());
        }
        assert_eq!(statement.get_status(StatementStatus::RePrepare), 0);
    }

    #[test]
    fn a_reader_cannot_write() {
        let dir = tempfile::tempdir().unwrap();
        let opened = open(dir.path()).unwrap();
        let reader = connect_reader(&opened.path).unwrap();
        assert!(reader.execute("DELETE FROM account", []).is_err());
    }
}
