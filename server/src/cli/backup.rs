//! `backup`, `restore` and `verify`: on the file itself, whether or not a server runs.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::answer;
use crate::store::sqlite::{self, FILE_NAME, Finding};

#[derive(Serialize)]
struct Copied<'a> {
    file: &'a Path,
    bytes: u64,
}

#[derive(Serialize)]
struct Restored {
    file: PathBuf,
    replaced: Option<PathBuf>,
}

#[derive(Serialize)]
struct Verified {
    file: PathBuf,
    findings: Vec<Finding>,
}

pub(super) fn backup(data_dir: &Path, file: &Path, json: bool) -> anyhow::Result<()> {
    let bytes = sqlite::backup(data_dir, file)?;
    answer::write(&Copied { file, bytes }, json)
}

pub(super) fn restore(data_dir: &Path, file: &Path, json: bool) -> anyhow::Result<()> {
    let replaced = sqlite::restore(file, data_dir)?;
    answer::write(&Restored { file: data_dir.join(FILE_NAME), replaced }, json)
}

/// Looks through a file, or through the server's own.
///
/// # Errors
/// What could not be read, and a file in which something was found.
pub(super) fn verify(data_dir: &Path, file: Option<PathBuf>, json: bool) -> anyhow::Result<()> {
    let file = file.unwrap_or_else(|| data_dir.join(FILE_NAME));
    let findings = sqlite::verify(&file).map_err(|error| anyhow::anyhow!("Cannot verify {}: {error}.", file.display()))?;
    let verified = Verified { file, findings };
    answer::write(&verified, json)?;
    match verified.findings.len() {
        0 => Ok(()),
        found => anyhow::bail!("{found} findings. Stop the server, keep this file, and restore a backup that verifies."),
    }
}

impl fmt::Display for Copied<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} holds everything as it was just now, {} bytes", self.file.display(), self.bytes)
    }
}

impl fmt::Display for Restored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is in place", self.file.display())?;
        match &self.replaced {
            Some(replaced) => write!(f, "; what was there is kept as {}", replaced.display()),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.findings.is_empty() {
            return write!(f, "{} is whole", self.file.display());
        }
        for (at, finding) in self.findings.iter().enumerate() {
            let newline = if at == 0 { "" } else { "\n" };
            write!(f, "{newline}{finding}")?;
        }
        Ok(())
    }
}
