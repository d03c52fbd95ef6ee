//! The statements of changes to the reports.

use papo_shared::model::{ReportReason, Seq};

use super::statements::{Statements, parameters};
use crate::domain::ReportChange;
use crate::domain::erasure::STEP_REPORTS;
use crate::store::columns;
use crate::store::postgres::rows::limit;

/// Adds the statements of one change.
pub(super) fn apply(statements: &mut Statements, change: &ReportChange<'_>) {
    match change {
        ReportChange::Insert { id, reporter, message, edits, reason, at } => {
            let reason = reason.map(ReportReason::as_str).map(str::to_owned);
            statements.push(
                "INSERT INTO report (id, reporter, entry, edits, reason, at) VALUES ($1, $2, $3, $4, $5, $6)",
                parameters![id.0, i64::from(reporter.0), columns::row_id(*message), limit(*edits), reason, at.0],
            );
            statements.push("UPDATE server SET last_report = greatest(last_report, $1)", parameters![id.0]);
        }
        ReportChange::SetReason { id, reason } => {
            statements.push("UPDATE report SET reason = $2 WHERE id = $1", parameters![id.0, reason.as_str().to_owned()]);
        }
        ReportChange::Close { id, at } => {
            statements.push("UPDATE report SET closed_at = $2 WHERE id = $1", parameters![id.0, at.0]);
        }
        ReportChange::DeleteClosed { kept } => statements.push(
            "DELETE FROM report WHERE id IN
                 (SELECT id FROM report WHERE closed_at IS NOT NULL ORDER BY closed_at DESC, id DESC OFFSET $1)",
            parameters![limit(*kept)],
        ),
        ReportChange::DeleteInGroup(conversation) => statements.push(
            "DELETE FROM report WHERE id IN (SELECT id FROM report WHERE entry BETWEEN $1 AND $2 LIMIT $3)",
            parameters![
                columns::entry_id(*conversation, Seq(1)),
                columns::entry_id(*conversation, Seq(u64::MAX)),
                limit(STEP_REPORTS)
            ],
        ),
        ReportChange::EraseReasons(reporter) => {
            statements.push("UPDATE report SET reason = NULL WHERE reporter = $1", parameters![i64::from(reporter.0)]);
        }
    }
}
