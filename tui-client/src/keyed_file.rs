//! A small text file with one key and value per line, readable by its owner only. Several processes may change it concurrently.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::NamedTempFile;

use crate::private_folder;

/// How long a change waits for the lock. A change takes milliseconds, so a process that holds the lock for longer was stopped in
/// the middle of one.
const LOCK_TIMEOUT: Duration = Duration::from_secs(2);
/// The time between attempts to take the lock.
const LOCK_RETRY_INTERVAL: Duration = Duration::from_millis(5);

/// A small text file with one key and value per line, which people may read and edit.
///
/// Lines are bytes: a line that is not UTF-8 is not an entry, and changes of other keys leave it unchanged.
#[derive(Clone, Debug)]
pub struct KeyedFile {
    file: PathBuf,
}

/// An error of a keyed file, with its path.
#[derive(Debug, thiserror::Error)]
#[error("{}: {source}", file.display())]
pub struct KeyedFileError {
    file: PathBuf,
    source: io::Error,
}

impl KeyedFile {
    /// The file at this path, which need not exist yet.
    #[must_use]
    pub fn at(file: &Path) -> Self {
        Self { file: file.to_owned() }
    }

    /// Returns the value of a key.
    ///
    /// # Errors
    /// The file exists but cannot be read (it is not treated as empty), or the value is not UTF-8.
    pub fn get(&self, key: &str) -> Result<Option<String>, KeyedFileError> {
        let lines = self.lines()?;
        let value = lines.iter().find_map(|line| value_of(line, key));
        value.map(|value| str::from_utf8(value).map(|value| value.trim().to_owned())).transpose().map_err(|_| {
            let damaged = format!("the line that begins with “{key}” is not text");
            self.error(io::Error::new(io::ErrorKind::InvalidData, damaged))
        })
    }

    /// Returns the keys and values of all UTF-8 entries.
    ///
    /// # Errors
    /// The file exists but cannot be read.
    pub fn entries(&self) -> Result<Vec<(String, String)>, KeyedFileError> {
        let lines = self.lines()?;
        let entry = |line: &Vec<u8>| {
            let (key, value) = str::from_utf8(line).ok()?.split_once(' ')?;
            Some((key.to_owned(), value.trim().to_owned()))
        };
        Ok(lines.iter().filter_map(entry).collect())
    }

    /// Sets the value of a key; `None` removes the key.
    ///
    /// # Errors
    /// The same as for [`KeyedFile::update`].
    pub fn set(&self, key: &str, value: Option<&str>) -> Result<(), KeyedFileError> {
        self.update(&[(key, value)])
    }

    /// Sets or removes several keys atomically. Concurrent changes of other processes are preserved. Removing a missing key does
    /// not write the file.
    ///
    /// # Errors
    /// The file cannot be read or written, another process holds the lock, or a key or value contains a line break (with which a
    /// server could inject entries of other servers).
    pub fn update(&self, changes: &[(&str, Option<&str>)]) -> Result<(), KeyedFileError> {
        self.try_update(changes).map_err(|source| self.error(source))
    }

    fn try_update(&self, changes: &[(&str, Option<&str>)]) -> io::Result<()> {
        let is_one_line = |(key, value): &(&str, Option<&str>)| {
            !key.contains(|c: char| c.is_whitespace() || c.is_control())
                && !value.is_some_and(|value| value.contains(char::is_control))
        };
        if !changes.iter().all(is_one_line) {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "the entry is not one line"));
        }
        let removes_only = changes.iter().all(|(_, value)| value.is_none());
        if removes_only && !self.file.exists() {
            return Ok(());
        }
        let folder = self.file.parent().ok_or(io::ErrorKind::InvalidInput)?;
        private_folder::create(folder)?;
        // Held from reading to renaming, so that no other process changes the file in between.
        let _lock = self.lock()?;
        let before = self.read_lines()?;
        let is_changed = |line: &Vec<u8>| changes.iter().any(|(key, _)| value_of(line, key).is_some());
        if removes_only && !before.iter().any(is_changed) {
            return Ok(());
        }
        let mut lines = before;
        lines.retain(|line| !is_changed(line));
        lines.extend(changes.iter().filter_map(|(key, value)| value.map(|value| format!("{key} {value}").into_bytes())));
        // The file is replaced as a whole. The new file is readable by its owner only, even while it is being written.
        let mut new = NamedTempFile::new_in(folder)?;
        for line in lines {
            new.write_all(&line)?;
            new.write_all(b"\n")?;
        }
        new.as_file().sync_all()?;
        new.persist(&self.file)?;
        Ok(())
    }

    /// Locks a file beside this one, since this one is replaced by each change.
    fn lock(&self) -> io::Result<File> {
        let mut name = self.file.clone().into_os_string();
        name.push(".lock");
        let lock = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(name)?;
        let deadline = Instant::now() + LOCK_TIMEOUT;
        loop {
            match lock.try_lock() {
                Ok(()) => return Ok(lock),
                // The file system has no locks. Changing the file without one is better than refusing every change.
                Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => return Ok(lock),
                Err(TryLockError::Error(error)) => return Err(error),
                Err(TryLockError::WouldBlock) if Instant::now() < deadline => sleep(LOCK_RETRY_INTERVAL),
                Err(TryLockError::WouldBlock) => {
                    return Err(io::Error::new(io::ErrorKind::WouldBlock, "another papo is changing it and does not finish"));
                }
            }
        }
    }

    fn lines(&self) -> Result<Vec<Vec<u8>>, KeyedFileError> {
        self.read_lines().map_err(|source| self.error(source))
    }

    fn read_lines(&self) -> io::Result<Vec<Vec<u8>>> {
        let mut bytes = match fs::read(&self.file) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        if bytes.last() == Some(&b'\n') {
            bytes.pop();
        }
        if bytes.is_empty() {
            return Ok(Vec::new());
        }
        Ok(bytes.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect())
    }

    fn error(&self, source: io::Error) -> KeyedFileError {
        KeyedFileError { file: self.file.clone(), source }
    }
}

/// The value in this line, if it is the line of this key.
fn value_of<'a>(line: &'a [u8], key: &str) -> Option<&'a [u8]> {
    line.strip_prefix(key.as_bytes())?.strip_prefix(b" ")
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use tempfile::TempDir;

    use super::KeyedFile;

    #[test]
    fn values_are_set_replaced_and_removed() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("deep/known_servers");
        let file = KeyedFile::at(&path);
        assert_eq!(file.get("a:1").unwrap(), None);
        file.set("a:1", Some("one")).unwrap();
        file.set("b:1", Some("two")).unwrap();
        file.set("a:1", Some("three")).unwrap();
        assert_eq!(file.get("a:1").unwrap().as_deref(), Some("three"));
        assert_eq!(file.get("a:12").unwrap(), None);
        file.set("a:1", None).unwrap();
        assert_eq!((file.get("a:1").unwrap(), file.get("b:1").unwrap().as_deref()), (None, Some("two")));
        assert_eq!(file.entries().unwrap(), [("b:1".to_owned(), "two".to_owned())]);
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn removing_a_missing_key_creates_no_file() {
        let folder = TempDir::new().unwrap();
        KeyedFile::at(&folder.path().join("sign_ins")).set("a:1", None).unwrap();
        assert_eq!(folder.path().read_dir().unwrap().count(), 0);
    }

    #[test]
    fn values_and_keys_with_line_breaks_are_refused() {
        let folder = TempDir::new().unwrap();
        let file = KeyedFile::at(&folder.path().join("sign_ins"));
        file.set("a:1", Some("one")).unwrap();
        assert!(file.set("a:1", Some("two\nb:1 three")).is_err());
        assert!(file.set("c:1 x\nb:1", Some("three")).is_err());
        assert_eq!((file.get("a:1").unwrap().as_deref(), file.get("b:1").unwrap()), (Some("one"), None));
    }

    #[test]
    fn an_unreadable_file_is_an_error_that_names_the_file() {
        let folder = TempDir::new().unwrap();
        let error = KeyedFile::at(folder.path()).get("a:1").unwrap_err().to_string();
        assert!(error.contains(folder.path().to_str().unwrap()), "{error}");
    }

    /// An editor with another encoding, or a damaged disk, leaves such lines.
    #[test]
    fn lines_that_are_not_utf_8_do_not_affect_other_entries() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("sign_ins");
        std::fs::write(&path, b"a:1 one\n# jo\xe3o's\nb:1 \xff\xfe\n").unwrap();
        let file = KeyedFile::at(&path);
        assert_eq!(file.get("a:1").unwrap().as_deref(), Some("one"));
        let error = file.get("b:1").unwrap_err().to_string();
        assert!(error.contains("sign_ins") && error.contains("b:1"), "{error}");
        file.set("b:1", Some("two")).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"a:1 one\n# jo\xe3o's\nb:1 two\n");
    }

    #[test]
    fn concurrent_changes_of_different_keys_are_all_kept() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("sign_ins");
        std::thread::scope(|scope| {
            for writer in 0..4 {
                let path = &path;
                scope.spawn(move || {
                    for entry in 0..25 {
                        KeyedFile::at(path).set(&format!("{writer}:{entry}"), Some("token")).unwrap();
                    }
                });
            }
        });
        assert_eq!(KeyedFile::at(&path).entries().unwrap().len(), 100);
    }
}
