//! Opening the file: the lock that makes this server its only one, rights, settings, and what can be wrong with it.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::header;
use super::migrations::{self, steps};
use super::open_error::OpenError;
use super::private::{private_dir, private_file};

/// The name of the file, as the chat that papo follows has it.
pub const FILE_NAME: &str = "chat.db";

/// Up to this size the whole file is checked at the start; that is some tenths of a second. A larger one is checked
/// where it is read, and by whoever keeps its backups.
const CHECKED_AT_START_BYTES: u64 = 64 * 1024 * 1024;

/// Pages that gather in the log until they are folded into the file, 16 MB: with a thousand, which is what SQLite chooses, one batch in ten
/// waits for the folding where many people talk. Trials shorten it.
pub(crate) const PAGES_IN_LOG: u32 = 4000;

/// Maximum time a connection waits for another one that has locked the file.
pub(crate) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// A lock that was just given up can look held for a moment: a program that this process starts has a copy of every
/// descriptor until it runs. So a lock is asked for a few times, for a quarter of a second in all.
const LOCK_TRIES: u32 = 25;
const LOCK_PAUSE: Duration = Duration::from_millis(10);

/// Prepared statements that a connection keeps.
const STATEMENTS_KEPT: usize = 64;

/// The file, locked, migrated and checked.
pub(crate) struct Opened {
    pub(crate) path: PathBuf,
    /// For the writer.
    pub(crate) connection: Connection,
    /// Held as long as anybody has it.
    pub(crate) lock: File,
}

/// Opens `chat.db` in this directory, making both where they are missing.
pub(crate) fn open(data_dir: &Path) -> Result<Opened, OpenError> {
    private_dir(data_dir).map_err(OpenError::Files)?;
    let path = data_dir.join(FILE_NAME);
    header::check_owner(&path)?;
    let lock = lock(data_dir)?;
    // SQLite would make it readable for everybody; its companions take over the rights of the file.
    drop(private_file(&path).map_err(OpenError::Files)?);
    let mut connection = connect(&path)?;
    check(&connection, &path)?;
    migrations::migrate(&mut connection, &path, steps::MIGRATIONS)?;
    // The end of this connection folds in and removes the log that an unclean end left.
    drop(connection);
    let connection = connect(&path)?;
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| {
        let mode: String = row.get(0)?;
        if mode == "wal" { Ok(()) } else { Err(rusqlite::Error::InvalidQuery) }
    })?;
    // SQLite syncs the folder with the first sync of a new log, on the connection that made it. So this one, which will write,
    // makes it now by reading: if a reader did, a power cut could take the log away with all that was acknowledged since.
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    Ok(Opened { path, connection, lock })
}

/// Makes this process the only one that may open or replace the file, for as long as it holds what is given back.
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

/// A connection that writes: an acknowledged commit is on the disk.
pub(crate) fn connect(path: &Path) -> Result<Connection, OpenError> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "wal_autocheckpoint", PAGES_IN_LOG)?;
    connection.pragma_update(None, "foreign_keys", "ON")?;
    connection.pragma_update(None, "trusted_schema", "OFF")?;
    // What is deleted is not left in the file, where it would lie until its place is needed.
    connection.pragma_update_and_check(None, "secure_delete", "ON", |_| Ok(()))?;
    // Without this SQLite plans some statements anew when they are given other values, on which a plan may depend. The one that reads
    // an entry is among them, for its outer joins, and its planning takes several times as long as what it does.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    Ok(connection)
}

/// A connection that can only read.
pub(crate) fn connect_reader(path: &Path) -> Result<Connection, OpenError> {
    let connection = connect(path)?;
    connection.pragma_update(None, "query_only", "ON")?;
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

    /// What an acknowledgement means rests on these.
    #[test]
    fn a_commit_is_on_the_disk_before_it_returns() {
        let dir = tempfile::tempdir().unwrap();
        let opened = open(dir.path()).unwrap();
        let setting = |name: &str| opened.connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).unwrap();
        assert_eq!(setting("synchronous"), 2, "FULL");
        assert_eq!(setting("foreign_keys"), 1);
        assert_eq!(setting("secure_delete"), 1);
        let mode: String = opened.connection.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
        assert_eq!(mode, "wal");
    }

    /// A search once planned its statement anew for each message that it looked at, which was most of its time.
    #[test]
    fn the_statement_that_reads_an_entry_is_planned_once() {
        let dir = tempfile::tempdir().unwrap();
        let connection = open(dir.path()).unwrap().connection;
        let mut statement = connection.prepare(&format!("{} entry.id = ?1", rows::SELECT_ENTRY)).unwrap();
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
