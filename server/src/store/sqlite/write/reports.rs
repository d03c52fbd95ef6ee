//! Applies changes to the reports.

use papo_shared::model::{ReportReason, Seq};
use rusqlite::{Connection, Params};

use crate::domain::ReportChange;
use crate::domain::erasure::STEP_REPORTS;
use crate::store::columns;

/// Applies one change.
pub(super) fn apply(connection: &Connection, change: &ReportChange<'_>) -> rusqlite::Result<()> {
    match change {
        ReportChange::Insert { id, reporter, message, edits, reason, at } => execute(
            connection,
            "INSERT INTO report (id, reporter, entry, edits, reason, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            (id.0, reporter.0, columns::row_id(*message), edits, reason.map(ReportReason::as_str), at.0),
        ),
        ReportChange::SetReason { id, reason } => {
            execute(connection, "UPDATE report SET reason = ?2 WHERE id = ?1", (id.0, reason.as_str()))
        }
        ReportChange::Close { id, at } => execute(connection, "UPDATE report SET closed_at = ?2 WHERE id = ?1", (id.0, at.0)),
        ReportChange::DeleteClosed { kept } => execute(
            connection,
            "DELETE FROM report WHERE id IN
                 (SELECT id FROM report WHERE closed_at IS NOT NULL ORDER BY closed_at DESC, id DESC LIMIT -1 OFFSET ?1)",
            [kept],
        ),
        ReportChange::DeleteInGroup(conversation) => execute(
            connection,
            "DELETE FROM report WHERE id IN (SELECT id FROM report WHERE entry BETWEEN ?1 AND ?2 LIMIT ?3)",
            (columns::entry_id(*conversation, Seq(1)), columns::entry_id(*conversation, Seq(u64::MAX)), STEP_REPORTS),
        ),
        ReportChange::EraseReasons(reporter) => {
            execute(connection, "UPDATE report SET reason = NULL WHERE reporter = ?1", [reporter.0])
        }
    }
}

fn execute(connection: &Connection, sql: &str, params: impl Params) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute(params).map(drop)
}
