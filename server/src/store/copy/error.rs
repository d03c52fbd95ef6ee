//! Reasons why a copy failed, with texts for its operator.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::store::{Finding, StoreError, postgres, sqlite};

/// Reason why a copy failed. Each text says what happened and what to do next.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the fields of an error are named by its text")]
pub enum CopyError {
    /// A server is using the file.
    #[error("A papo server is using {file}. Stop it first, so that nothing is written after the copy.")]
    SourceInUse { file: PathBuf },
    /// The file cannot be read.
    #[error("{file} cannot be copied: {reason}. Name the chat.db of a stopped server, or a backup of it.")]
    SourceUnusable { file: PathBuf, reason: sqlite::OpenError },
    /// A newer version of papo wrote the file.
    #[error(
        "{file} was written by a newer version of papo (schema {found}; this version supports up to {known}). Copy it with that version."
    )]
    SourceNewer { file: PathBuf, found: usize, known: usize },
    /// An older version of papo wrote the file.
    #[error(
        "{file} was written by an older version of papo. Start this version once with that file, which converts it, and stop it again."
    )]
    SourceOlder { file: PathBuf },
    /// Verification found damage in the file.
    #[error(
        "{file} is damaged ({}, and {} more findings). Restore an undamaged backup first; `papo-server verify` lists all findings.",
        .findings[0], .findings.len() - 1
    )]
    SourceDamaged { file: PathBuf, findings: Vec<Finding> },
    /// The database cannot be used.
    #[error("Cannot use {database}: {reason}")]
    Target { database: String, reason: postgres::OpenError },
    /// The database contains the data of another server.
    #[error("{database} already contains the data of another papo server. Use an empty database.")]
    OtherServer { database: String },
    /// The database or the connection to it failed.
    #[error("The copy to {database} failed: {reason}. Nothing was copied. Repeat the command when the cause is fixed.")]
    Failed { database: String, reason: StoreError },
    /// The connection failed during the commit.
    #[error(
        "The connection to {database} was lost during the commit: {reason}. Repeat the command, which compares a copy that is there."
    )]
    Unknown { database: String, reason: StoreError },
    /// The database does not contain what the file contains.
    #[error("{}", describe(.file, .database, *.existed, .differences))]
    Different { file: PathBuf, database: String, existed: bool, differences: Vec<Difference> },
    /// Verification found damage in the copy.
    #[error("The copy in {database} is damaged ({}, and {} more findings). Do not start a server on it.", .findings[0], .findings.len() - 1)]
    CopyDamaged { database: String, findings: Vec<Finding> },
}

/// A table that is not the same in both databases.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "names that say everything need no text")]
pub enum Difference {
    /// Only one side has the table, or one of its columns.
    Columns { table: String },
    /// The rows differ. These are their numbers.
    Rows { table: String, source: u64, target: u64 },
}

impl CopyError {
    pub(super) fn source(file: &Path, reason: sqlite::OpenError) -> Self {
        let file = file.to_owned();
        match reason {
            sqlite::OpenError::InUse => Self::SourceInUse { file },
            sqlite::OpenError::Newer { found, known } => Self::SourceNewer { file, found, known },
            reason => Self::SourceUnusable { file, reason },
        }
    }
}

fn describe(file: &Path, database: &str, existed: bool, differences: &[Difference]) -> String {
    let file = file.display();
    let tables: Vec<String> = differences.iter().map(Difference::to_string).collect();
    let tables = tables.join(", ");
    if existed {
        format!(
            "{database} contains a copy of {file} that differs from it in {tables}. If servers have used it since, this is as it should be; otherwise copy into an empty database."
        )
    } else {
        format!("The copy of {file} differs from it in {tables}, so that nothing was kept in {database}. Please report this.")
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Columns { table } => write!(f, "the columns of {table}"),
            Self::Rows { table, source, target } if source == target => write!(f, "{table} (of {source} rows)"),
            Self::Rows { table, source, target } => write!(f, "{table} ({source} rows, and {target} in the copy)"),
        }
    }
}
