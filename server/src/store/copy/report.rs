//! What a copy tells its operator.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;

/// A complete copy.
#[derive(Debug, Serialize)]
pub struct CopyReport {
    /// The source.
    pub file: PathBuf,
    /// The target, without its password.
    pub database: String,
    /// Whether the database contained the copy before.
    pub existed: bool,
    /// The tables, which are the same in both.
    pub tables: Vec<TableReport>,
}

/// A table of a complete copy.
#[derive(Debug, Serialize)]
pub struct TableReport {
    /// Name of the table.
    pub table: String,
    /// Number of rows.
    pub rows: u64,
    /// The sum of the SHA-256 hashes of the rows, in hexadecimal digits.
    pub hash: String,
}

/// What a copy in progress is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress<'a> {
    /// Verifies the source.
    VerifyingSource,
    /// Copies a table.
    Copying {
        /// Name of the table.
        table: &'a str,
        /// Rows that were sent so far.
        rows: u64,
    },
    /// Reads a table from both sides.
    Comparing {
        /// Name of the table.
        table: &'a str,
    },
    /// Verifies the copy.
    VerifyingCopy,
}

impl fmt::Display for CopyReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (file, database) = (self.file.display(), &self.database);
        let rows: u64 = self.tables.iter().map(|table| table.rows).sum();
        match self.existed {
            false => write!(f, "{file} is copied to {database}")?,
            true => write!(f, "{database} already contains this copy of {file}")?,
        }
        write!(f, "; {rows} rows in {} tables are the same in both, and nothing is damaged", self.tables.len())
    }
}

impl fmt::Display for Progress<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::VerifyingSource => f.write_str("verifying the source"),
            Self::Copying { table, rows } => write!(f, "copying {table}, {rows} rows so far"),
            Self::Comparing { table } => write!(f, "comparing {table}"),
            Self::VerifyingCopy => f.write_str("verifying the copy"),
        }
    }
}
