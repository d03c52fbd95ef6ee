//! The servers whose certificates the person believed: a text file, a line each, as SSH's `known_hosts`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use papo_shared::model::Fingerprint;

/// The file, which the person may read and edit.
#[derive(Clone, Debug)]
pub(super) struct KnownServers {
    file: PathBuf,
}

impl KnownServers {
    /// The file at this place; it may not be there yet.
    pub(super) fn at(file: &Path) -> Self {
        Self { file: file.to_owned() }
    }

    /// What was remembered of a server, by the address it is joined at.
    ///
    /// # Errors
    /// Where the file is there and cannot be read: to go on as if nothing were known would ask about a certificate that
    /// may have changed.
    pub(super) fn fingerprint_of(&self, address: &str) -> io::Result<Option<Fingerprint>> {
        Ok(self.lines()?.iter().find_map(|line| match line.split_once(' ') {
            Some((known, fingerprint)) if known == address => fingerprint.trim().parse().ok(),
            _ => None,
        }))
    }

    /// Remembers a server.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub(super) fn remember(&self, address: &str, fingerprint: Fingerprint) -> io::Result<()> {
        let mut lines = self.lines()?;
        lines.push(format!("{address} {fingerprint}"));
        if let Some(folder) = self.file.parent() {
            fs::create_dir_all(folder)?;
        }
        // Whole or not at all: half a line would be another server's fingerprint.
        let new = self.file.with_extension("new");
        fs::write(&new, lines.join("\n") + "\n")?;
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
    use tempfile::TempDir;

    use super::{Fingerprint, KnownServers};

    #[test]
    fn what_was_believed_is_remembered_for_that_server_alone() {
        let folder = TempDir::new().unwrap();
        let known = KnownServers::at(&folder.path().join("deep/known_servers"));
        assert_eq!(known.fingerprint_of("a:1").unwrap(), None);
        known.remember("a:1", Fingerprint::of(b"a")).unwrap();
        known.remember("b:1", Fingerprint::of(b"b")).unwrap();
        assert_eq!(known.fingerprint_of("a:1").unwrap(), Some(Fingerprint::of(b"a")));
        assert_eq!(known.fingerprint_of("b:1").unwrap(), Some(Fingerprint::of(b"b")));
        assert_eq!(known.fingerprint_of("a:12").unwrap(), None);
    }

    #[test]
    fn a_file_that_cannot_be_read_is_not_taken_for_an_empty_one() {
        let folder = TempDir::new().unwrap();
        assert!(KnownServers::at(folder.path()).fingerprint_of("a:1").is_err());
    }
}
