//! Backups of a file in use, and restoring them.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use papo_shared::model::ServerId;
use rusqlite::Connection;
use tempfile::NamedTempFile;

use super::copies::temporary_prefix;
use super::migrations::{self, steps};
use super::open::{self, FILE_NAME};
use super::open_error::OpenError;
use super::verify::verify;
use crate::store::Finding;
use crate::store::private::{directory, give_to_owner_of_directory, private_dir};

/// Reason why a backup failed. Each text says what to do next.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The target file exists; backups never overwrite files.
    #[error("{0} already exists. Choose another name, or move the file away.")]
    Exists(PathBuf),
    /// The data directory has no database file.
    #[error("There is no {0} to copy. Name the server's directory with --data or --config.")]
    NoDatabase(PathBuf),
    /// The target directory is not writable or full.
    #[error("The backup cannot be written: {0}. Choose a writable directory with enough space.")]
    Files(#[from] io::Error),
    /// The database file cannot be read.
    #[error("{file} cannot be copied: {reason}. Check it with `papo-server verify`.")]
    Unreadable {
        /// Path of the database file.
        file: PathBuf,
        /// Error of opening or copying it.
        reason: OpenError,
    },
    /// The file belongs to another program.
    #[error("{0} is not a papo database. Name the server's directory with --data or --config.")]
    Foreign(PathBuf),
}

/// Reason why restoring failed. The data is unchanged. Each text says what to do next.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// A server is using the data directory.
    #[error("A papo server is using the data in {0}. Stop it first.")]
    InUse(PathBuf),
    /// The backup cannot be opened.
    #[error("{file} cannot be used: {reason}. Use another backup.")]
    Unusable {
        /// Path of the backup.
        file: PathBuf,
        /// Error of opening it.
        reason: OpenError,
    },
    /// Verification found damage in the backup.
    #[error(
        "{file} is damaged ({first}, and {more} more findings). Use another backup; `papo-server verify` lists all findings."
    )]
    Broken {
        /// Path of the backup.
        file: PathBuf,
        /// The first finding of the verification.
        first: Finding,
        /// Number of further findings.
        more: usize,
    },
    /// The data directory is not writable or full.
    #[error("The data cannot be written: {0}. Make sure that its directory is writable and has enough space.")]
    Files(#[from] io::Error),
}

/// Copies `chat.db` of this directory to a new file, which is complete and synced to disk when this returns, and which only its
/// owner can access. The copy is a snapshot; a server may keep writing. Returns its size in bytes.
///
/// # Errors
/// No backup was made, for the reason given.
pub fn backup(data_dir: &Path, to: &Path) -> Result<u64, BackupError> {
    let file = data_dir.join(FILE_NAME);
    if to.exists() {
        return Err(BackupError::Exists(to.to_owned()));
    }
    if !file.exists() {
        return Err(BackupError::NoDatabase(file));
    }
    let copy = beside(to)?;
    let unreadable = |reason: OpenError| match reason {
        OpenError::Foreign => BackupError::Foreign(file.clone()),
        reason => BackupError::Unreadable { file: file.clone(), reason },
    };
    let connection = open::connect(&file).map_err(unreadable)?;
    match migrations::version(&connection, steps::MIGRATIONS) {
        // A file of a newer version may be copied as well.
        Ok(_) | Err(OpenError::Newer { .. }) => {}
        Err(error) => return Err(unreadable(error)),
    }
    // A single step: SQLite's incremental backup restarts with each write, and might never finish.
    connection.execute("VACUUM INTO ?1", [copy.path().to_string_lossy()]).map_err(|error| unreadable(error.into()))?;
    copy.as_file().sync_all()?;
    let bytes = copy.as_file().metadata()?.len();
    copy.persist_noclobber(to).map_err(|refused| match refused.error.kind() {
        io::ErrorKind::AlreadyExists => BackupError::Exists(to.to_owned()),
        _ => BackupError::Files(refused.error),
    })?;
    sync_dir(to)?;
    Ok(bytes)
}

/// Replaces `chat.db` in this directory by a backup. No server may be running. The previous file is kept next to it,
/// under the returned name.
///
/// # Errors
/// Nothing was changed, for the reason given.
pub fn restore(copy: &Path, data_dir: &Path) -> Result<Option<PathBuf>, RestoreError> {
    let unusable = |reason| RestoreError::Unusable { file: copy.to_owned(), reason };
    let mut findings = verify(copy).map_err(unusable)?.into_iter();
    if let Some(first) = findings.next() {
        return Err(RestoreError::Broken { file: copy.to_owned(), first, more: findings.count() });
    }
    private_dir(data_dir)?;
    let _lock = open::lock(data_dir).map_err(|error| match error {
        OpenError::InUse => RestoreError::InUse(data_dir.to_owned()),
        other => RestoreError::Files(io::Error::other(other)),
    })?;
    let file = data_dir.join(FILE_NAME);
    let new = beside(&file)?;
    // Read through SQLite: a backup made by copying files can have a part of its data in a log next to it.
    let connection = open::connect(copy).map_err(unusable)?;
    connection.execute("VACUUM INTO ?1", [new.path().to_string_lossy()]).map_err(|error| unusable(error.into()))?;
    renew_server_id(new.path()).map_err(|error| unusable(error.into()))?;
    give_to_owner_of_directory(new.as_file(), new.path())?;
    new.as_file().sync_all()?;
    let replaced = if file.exists() { Some(keep_aside(&file)?) } else { None };
    new.persist(&file).map_err(|refused| refused.error)?;
    sync_dir(&file)?;
    Ok(replaced)
}

/// Changes the server id. Conversations created after the backup are gone, and their numbers are assigned again. With a new id,
/// clients treat it as another server and do not send stored messages to the wrong conversation.
fn renew_server_id(file: &Path) -> rusqlite::Result<()> {
    let connection = Connection::open(file)?;
    // Files of older versions have none; they get one when they are migrated.
    let has_id = connection.prepare("SELECT id FROM server").is_ok();
    if has_id {
        connection.execute("UPDATE server SET id = ?1", [ServerId::from_random(rand::random()).as_bytes()])?;
    }
    Ok(())
}

/// Links the file under a second name, and removes or renames its log. SQLite would otherwise apply that log to the next file
/// with the original name.
fn keep_aside(file: &Path) -> io::Result<PathBuf> {
    let name = |number: u32| file.with_extension(format!("db.replaced-{number}"));
    let aside = (1..).map(name).find(|name| !name.exists()).ok_or(io::ErrorKind::AlreadyExists)?;
    // Closing the last connection writes the log back to the file. A damaged file keeps its log.
    let folded = Connection::open(file).and_then(|last| last.pragma_query(None, "wal_checkpoint", |_| Ok(())));
    drop(folded);
    fs::hard_link(file, &aside)?;
    // From now on it is a copy, which expires.
    File::open(&aside)?.set_modified(SystemTime::now())?;
    let beside = |file: &Path, what: &str| PathBuf::from(format!("{}{what}", file.display()));
    if beside(file, "-wal").exists() {
        fs::rename(beside(file, "-wal"), beside(&aside, "-wal"))?;
    }
    match fs::remove_file(beside(file, "-shm")) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(aside),
    }
}

/// Creates a private temporary file in the same directory. It is deleted unless it is persisted.
fn beside(file: &Path) -> io::Result<NamedTempFile> {
    let name = file.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let prefix = temporary_prefix(&name.to_string_lossy());
    tempfile::Builder::new().prefix(&prefix).tempfile_in(directory(file))
}

/// Syncs the directory of a file, so that a new name survives a power cut.
fn sync_dir(file: &Path) -> io::Result<()> {
    File::open(directory(file))?.sync_all()
}
