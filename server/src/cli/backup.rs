//! `backup`, `restore` and `verify`, which open the database file directly. Only `restore` requires a stopped server. For a
//! PostgreSQL database, only `verify` does anything.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::{answer, database};
use crate::config::Config;
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

pub(super) fn backup(config: &Config, file: &Path, json: bool) -> anyhow::Result<()> {
    anyhow::ensure!(config.store.get().is_none(), "The data is in PostgreSQL. Back it up with pg_dump.");
    let bytes = sqlite::backup(&config.data_dir, file)?;
    answer::write(&BackupReport { file, bytes }, json)
}

pub(super) fn restore(config: &Config, file: &Path, json: bool) -> anyhow::Result<()> {
    anyhow::ensure!(
        config.store.get().is_none(),
        "The data is in PostgreSQL. Restore it with pg_restore into an empty database."
    );
    let replaced = sqlite::restore(file, &config.data_dir)?;
    answer::write(&RestoreReport { file: config.data_dir.join(FILE_NAME), replaced }, json)
}

/// Verifies a file, or the database in the data directory.
///
/// # Errors
/// The file cannot be read, or there are findings.
pub(super) fn verify(config: &Config, file: Option<PathBuf>, json: bool) -> anyhow::Result<()> {
    if file.is_none() && config.store.get().is_some() {
        return database::verify(config, json);
    }
    let file = file.unwrap_or_else(|| config.data_dir.join(FILE_NAME));
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
