//! A copy of the file while it is written to, and putting a copy in its place.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use tempfile::NamedTempFile;

use super::migrations::{self, steps};
use super::open::{self, FILE_NAME};
use super::open_error::OpenError;
use super::private::{directory, give_to_owner_of_directory, private_dir};
use super::verify::{Finding, verify};

/// Why there is no copy. Each says what to do next.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Nothing is overwritten.
    #[error("{0} is there already. Choose another name, or move it away.")]
    Exists(PathBuf),
    /// Nothing to copy.
    #[error("There is no {0} to copy. Name the server's directory with --data or --config.")]
    NothingThere(PathBuf),
    /// The place for the copy cannot be written.
    #[error("The copy cannot be written: {0}. Choose a directory that is writable and has room.")]
    Files(#[from] io::Error),
    /// The file cannot be read.
    #[error("{file} cannot be copied: {reason}. Look at it with `papo-server verify`.")]
    Unreadable {
        /// The server's file.
        file: PathBuf,
        /// What SQLite said.
        reason: OpenError,
    },
    /// The file belongs to another program.
    #[error("{0} is not a papo database. Name the server's directory with --data or --config.")]
    Foreign(PathBuf),
}

/// Why a copy was not put in place. The data is as it was. Each says what to do next.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// Somebody writes there.
    #[error("A papo server uses the data in {0}. Stop it first.")]
    InUse(PathBuf),
    /// The copy is no good.
    #[error("{file} cannot be used: {reason}. Take another backup.")]
    Unusable {
        /// The copy.
        file: PathBuf,
        /// What is wrong.
        reason: OpenError,
    },
    /// The copy is not whole.
    #[error("{file} is not whole ({first}, and {more} more). Take another backup; `papo-server verify` shows everything.")]
    Broken {
        /// The copy.
        file: PathBuf,
        /// What was found first.
        first: Finding,
        /// How much else was found.
        more: usize,
    },
    /// The directory cannot be written.
    #[error("The data cannot be written: {0}. See to it that its directory is writable and has room.")]
    Files(#[from] io::Error),
}

/// Copies `chat.db` of this directory to a new file, which is on the disk, whole and for its owner only, when this returns.
/// A server may write meanwhile: the copy is of one moment. Gives its size in bytes.
///
/// # Errors
/// There is no copy, and why.
pub fn backup(data_dir: &Path, to: &Path) -> Result<u64, BackupError> {
    let file = data_dir.join(FILE_NAME);
    if to.exists() {
        return Err(BackupError::Exists(to.to_owned()));
    }
    if !file.exists() {
        return Err(BackupError::NothingThere(file));
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
    // In one step: in many, it would begin anew with each write and never end.
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

/// Puts a copy in the place of `chat.db` in this directory, where no server may run. What was there is kept beside it, under
/// the name that is given back.
///
/// # Errors
/// Nothing changed, and why.
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
    // As SQLite reads it: a copy that was made by hand may have part of itself in the log beside it.
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

/// Conversations that began after the copy was made are gone, and their numbers are given again: to clients it is another
/// server, so that none sends into a conversation what was written for another.
fn renew_server_id(file: &Path) -> rusqlite::Result<()> {
    let connection = Connection::open(file)?;
    // A file of an older papo has none; it gets one when it is opened.
    let has_id = connection.prepare("SELECT id FROM server").is_ok();
    if has_id {
        connection.execute("UPDATE server SET id = randomblob(16)", [])?;
    }
    Ok(())
}

/// Gives the file a second name, and sees to it that no log of its own is left beside the first one: SQLite would write it
/// into whatever has that name next.
fn keep_aside(file: &Path) -> io::Result<PathBuf> {
    let name = |number: u32| file.with_extension(format!("db.replaced-{number}"));
    let aside = (1..).map(name).find(|name| !name.exists()).ok_or(io::ErrorKind::AlreadyExists)?;
    // The last connection to go folds the log into the file. A damaged file keeps its log.
    let folded = Connection::open(file).and_then(|last| last.pragma_query(None, "wal_checkpoint", |_| Ok(())));
    drop(folded);
    fs::hard_link(file, &aside)?;
    let beside = |file: &Path, what: &str| PathBuf::from(format!("{}{what}", file.display()));
    if beside(file, "-wal").exists() {
        fs::rename(beside(file, "-wal"), beside(&aside, "-wal"))?;
    }
    match fs::remove_file(beside(file, "-shm")) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(aside),
    }
}

/// A file without a name that matters, for its owner only, where the other is to be. It goes where it is not needed.
fn beside(file: &Path) -> io::Result<NamedTempFile> {
    let name = file.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let prefix = format!(".{}-", name.to_string_lossy());
    tempfile::Builder::new().prefix(&prefix).tempfile_in(directory(file))
}

/// Makes a new name last.
fn sync_dir(file: &Path) -> io::Result<()> {
    File::open(directory(file))?.sync_all()
}
