//! `verify` for a PostgreSQL database.

use std::fmt;

use serde::Serialize;

use super::answer;
use crate::config::Config;
use crate::server::verify_database;

#[derive(Serialize)]
struct VerifyReport {
    database: String,
    findings: Vec<String>,
}

/// Verifies the configured database.
///
/// # Errors
/// It cannot be read, or there are findings.
pub(super) fn verify(config: &Config, json: bool) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (database, findings) = runtime.block_on(verify_database(config))?;
    let report = VerifyReport { database, findings };
    answer::write(&report, json)?;
    match report.findings.len() {
        0 => Ok(()),
        count => anyhow::bail!("{count} findings. Stop the server, and restore an undamaged backup."),
    }
}

impl fmt::Display for VerifyReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.findings.is_empty() {
            write!(f, "{} is undamaged", self.database)
        } else {
            f.write_str(&self.findings.join("\n"))
        }
    }
}
