//! `backup`, `restore` and `verify`, which open the database file directly. Only `restore` requires a stopped server.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::answer;
use crate::store::sqlite::{self, FILE_NAME, Finding};

#[derive(Serialize)]
struct BackupReport<'a> {
    file: &'a Path,
    bytes: u64,
}

#[derive(Serialize)]
struct RestoreReport {
    file: PathBuf,
    replaced: Option<PathBuf>,
}

#[derive(Serialize)]
struct VerifyReport {
    file: PathBuf,
    findings: Vec<Finding>,
}

pub(super) fn backup(data_dir: &Path, file: &Path, json: bool) -> anyhow::Result<()> {
    let bytes = sqlite::backup(data_dir, file)?;
    answer::write(&BackupReport { file, bytes }, json)
}

pub(super) fn restore(data_dir: &Path, file: &Path, json: bool) -> anyhow::Result<()> {
    let replaced = sqlite::restore(file, data_dir)?;
    answer::write(&RestoreReport { file: data_dir.join(FILE_NAME), replaced }, json)
}

/// Verifies a file, or the database in the data directory.
///
/// # Errors
/// The file cannot be read, or there are findings.
pub(super) fn verify(data_dir: &Path, file: Option<PathBuf>, json: bool) -> anyhow::Result<()> {
    let file = file.unwrap_or_else(|| data_dir.join(FILE_NAME));
    let findings = sqlite::verify(&file).map_err(|error| anyhow::anyhow!("Cannot verify {}: {error}.", file.display()))?;
    let report = VerifyReport { file, findings };
    answer::write(&report, json)?;
    match report.findings.len() {
        0 => Ok(()),
        count => anyhow::bail!("{count} findings. Stop the server, keep this file, and restore an undamaged backup."),
    }
}

impl fmt::Display for BackupReport<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is a complete backup, {} bytes", self.file.display(), self.bytes)
    }
}

impl fmt::Display for RestoreReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is restored", self.file.display())?;
        match &self.replaced {
            Some(replaced) => write!(f, "; the previous file is kept as {}", replaced.display()),
            None => Ok(()),
        }
    }
}

impl fmt::Display for VerifyReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.findings.is_empty() {
            return write!(f, "{} is undamaged", self.file.display());
        }
        for (at, finding) in self.findings.iter().enumerate() {
            let newline = if at == 0 { "" } else { "\n" };
            write!(f, "{newline}{finding}")?;
        }
        Ok(())
    }
}
