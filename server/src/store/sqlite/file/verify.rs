//! Complete verification of a database file.
//!
//! Opening a file only makes fast checks. This reads the whole file in one snapshot, whether a server is using it or
//! not.

use std::path::Path;

use rusqlite::Connection;

use super::migrations::{self, steps};
use super::open::connect_reader;
use super::open_error::OpenError;
use crate::store::verification::{Finding, MAX_FINDINGS_PER_RULE, RULES, RULES_OF_THIS_VERSION, Rule};

/// Rules about what only SQLite stores, or stores differently. They apply to files of every version.
const OWN_RULES: &[Rule] = &[
    (
        "each message has a position in the storage order",
        "SELECT format('entry %d of conversation %d', id & 4294967295, id >> 32) FROM entry
         WHERE kind = 1 AND id NOT IN (SELECT entry FROM message_order)
         UNION ALL
         SELECT format('position %d', place) FROM message_order WHERE entry NOT IN (SELECT id FROM entry WHERE kind = 1)",
    ),
    (
        "a client id belongs to one message of its author",
        // Without the unique index that should enforce it.
        "SELECT format('account %d, client id %s, %d times', author, hex(client_id), count(*)) FROM entry NOT INDEXED
         WHERE client_id IS NOT NULL GROUP BY author, client_id HAVING count(*) > 1",
    ),
];

/// Verifies a file, which may be in use and may be of an older version.
///
/// # Errors
/// The file cannot be read, is not papo's, or was written by a newer version, whose rules are unknown.
pub fn verify(file: &Path) -> Result<Vec<Finding>, OpenError> {
    let mut connection = connect_reader(file)?;
    // One snapshot, since the file may be written to meanwhile.
    let connection = connection.transaction()?;
    let version = migrations::version(&connection, steps::MIGRATIONS)?;
    let mut findings = Vec::new();
    let damage = texts(&connection, &format!("PRAGMA integrity_check({MAX_FINDINGS_PER_RULE})"))?;
    add(&mut findings, "the file is undamaged", damage.into_iter().filter(|found| found != "ok"));
    if version == steps::MIGRATIONS.len() {
        add(&mut findings, "the schema is that of this version", migrations::differences(&connection)?);
        for (rule, query) in RULES_OF_THIS_VERSION {
            add(&mut findings, rule, texts(&connection, query)?);
        }
    }
    let dangling = "SELECT format('%s, row %s, to %s', \"table\", ifnull(rowid, '?'), parent) FROM pragma_foreign_key_check";
    add(&mut findings, "all references point to existing rows", texts(&connection, dangling)?);
    for (rule, query) in RULES.iter().chain(OWN_RULES) {
        add(&mut findings, rule, texts(&connection, query)?);
    }
    Ok(findings)
}

fn add(findings: &mut Vec<Finding>, rule: &'static str, at: impl IntoIterator<Item = String>) {
    findings.extend(at.into_iter().map(|at| Finding { rule, at }));
}

fn texts(connection: &Connection, query: &str) -> rusqlite::Result<Vec<String>> {
    let mut found = connection.prepare(query)?;
    found.query_map([], |row| row.get(0))?.take(MAX_FINDINGS_PER_RULE).collect()
}
