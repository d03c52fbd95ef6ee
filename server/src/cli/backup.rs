//! `backup`, `restore` and `verify`, which open the database file directly. Only `restore` requires a stopped server. For a
//! PostgreSQL database, only `verify` does anything.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::answer;
use crate::config::Config;
use crate::server::verify_database;
use crate::store::Finding;
use crate::store::sqlite::{self, FILE_NAME};

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
    #[serde(flatten)]
    verified: Verified,
    findings: Vec<Finding>,
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Verified {
    File(PathBuf),
    /// A database server's, as described to the operator.
    Database(String),
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

/// Verifies a file; without one, the configured database, or the file in the data directory.
///
/// # Errors
/// The data cannot be read, or there are findings.
pub(super) fn verify(config: &Config, file: Option<PathBuf>, json: bool) -> anyhow::Result<()> {
    let report = if file.is_none() && config.store.get().is_some() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (database, findings) = runtime.block_on(verify_database(config))?;
        VerifyReport { verified: Verified::Database(database), findings }
    } else {
        let file = file.unwrap_or_else(|| config.data_dir.join(FILE_NAME));
        let findings = sqlite::verify(&file).map_err(|error| anyhow::anyhow!("Cannot verify {}: {error}.", file.display()))?;
        VerifyReport { verified: Verified::File(file), findings }
    };
    answer::write(&report, json)?;
    match report.findings.len() {
        0 => Ok(()),
        count => {
            anyhow::bail!("{count} findings. Stop the server, keep a copy of the damaged data, and restore an undamaged backup.")
        }
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
            return write!(f, "{} is undamaged", self.verified);
        }
        for (at, finding) in self.findings.iter().enumerate() {
            let newline = if at == 0 { "" } else { "\n" };
            write!(f, "{newline}{finding}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(file) => write!(f, "{}", file.display()),
            Self::Database(database) => f.write_str(database),
        }
    }
}
