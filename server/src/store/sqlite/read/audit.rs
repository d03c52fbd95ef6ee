//! The audit log.

use papo_shared::model::Timestamp;
use rusqlite::Connection;

use crate::domain::{AuditEntry, AuditNote};

/// Audit entries before `before`, newest first.
pub(crate) fn page(connection: &Connection, before: Option<i64>, limit: usize) -> rusqlite::Result<Vec<AuditEntry>> {
    let mut newest = connection
        .prepare_cached("SELECT id, at, by, action, target FROM audit WHERE ?1 IS NULL OR id < ?1 ORDER BY id DESC LIMIT ?2")?;
    let found = newest.query_map((before, limit), |row| {
        let note = AuditNote { at: Timestamp(row.get(1)?), by: row.get(2)?, action: row.get(3)?, target: row.get(4)? };
        Ok(AuditEntry { id: row.get(0)?, note })
    })?;
    found.collect()
}
