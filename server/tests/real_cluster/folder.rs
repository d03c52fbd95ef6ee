//! The temporary folder of a cluster. Kept if the process panics, since it contains the logs.

use std::io::Write;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

pub(crate) struct Folder(Option<TempDir>);

impl Folder {
    pub(crate) fn create() -> Self {
        Self(Some(tempfile::Builder::new().prefix("papo-cluster-").tempdir().unwrap()))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.as_ref().unwrap().path()
    }

    /// Creates a folder in it.
    pub(crate) fn subfolder(&self, name: &str) -> PathBuf {
        let path = self.path().join(name);
        std::fs::create_dir(&path).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if std::thread::panicking()
            && let Some(folder) = self.0.take()
        {
            _ = writeln!(std::io::stderr(), "the logs are in {}", folder.keep().display());
        }
    }
}
