//! A small text file with a key and a value in each line, that only its owner can read.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// A small text file with a key and a value in each line. A person may read and edit it.
#[derive(Clone, Debug)]
pub struct KeyedFile {
    file: PathBuf,
}

impl KeyedFile {
    /// The file at this place; it may not be there yet.
    #[must_use]
    pub fn at(file: &Path) -> Self {
        Self { file: file.to_owned() }
    }

    /// The value of a key.
    ///
    /// # Errors
    /// Where the file is there and cannot be read: it is not taken for an empty one.
    pub fn get(&self, key: &str) -> io::Result<Option<String>> {
        Ok(self.lines()?.into_iter().find_map(|line| match line.split_once(' ') {
            Some((known, value)) if known == key => Some(value.trim().to_owned()),
            _ => None,
        }))
    }

    /// Gives a key a value, or takes it away.
    ///
    /// # Errors
    /// Where the file cannot be read or written, or the value is not one line: a server that chose it could write the lines of
    /// other servers.
    pub fn set(&self, key: &str, value: Option<&str>) -> io::Result<()> {
        if value.is_some_and(|value| value.contains(char::is_control)) {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "the value is not one line"));
        }
        let mut lines = self.lines()?;
        lines.retain(|line| line.split_once(' ').is_none_or(|(known, _)| known != key));
        lines.extend(value.map(|value| format!("{key} {value}")));
        if let Some(folder) = self.file.parent() {
            fs::create_dir_all(folder)?;
        }
        // Whole or not at all, and nobody else's to read from its first byte on.
        let new = self.file.with_extension("new");
        let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&new)?;
        for line in lines {
            writeln!(file, "{line}")?;
        }
        file.sync_all()?;
        fs::rename(new, &self.file)
    }

    fn lines(&self) -> io::Result<Vec<String>> {
        match fs::read_to_string(&self.file) {
            Ok(text) => Ok(text.lines().map(str::to_owned).collect()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use tempfile::TempDir;

    use super::KeyedFile;

    #[test]
    fn each_key_has_its_value_until_it_is_taken_away() {
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
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_value_cannot_bring_lines_of_its_own() {
        let folder = TempDir::new().unwrap();
        let file = KeyedFile::at(&folder.path().join("sign_ins"));
        file.set("a:1", Some("one")).unwrap();
        assert!(file.set("a:1", Some("two\nb:1 three")).is_err());
        assert_eq!((file.get("a:1").unwrap().as_deref(), file.get("b:1").unwrap()), (Some("one"), None));
    }

    #[test]
    fn a_file_that_cannot_be_read_is_not_taken_for_an_empty_one() {
        let folder = TempDir::new().unwrap();
        assert!(KeyedFile::at(folder.path()).get("a:1").is_err());
    }
}
