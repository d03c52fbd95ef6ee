//! Facts about reports.

use papo_shared::model::ReportReason;
use rusqlite::Connection;

use super::query::one;
use crate::domain::facts::ReportFacts;
use crate::domain::{AccountId, EntryId, ReportId};
use crate::store::columns;

pub(super) fn id_of(connection: &Connection, message: EntryId, reporter: AccountId) -> rusqlite::Result<Option<ReportId>> {
    let sql = "SELECT id FROM report WHERE reporter = ?1 AND entry = ?2";
    one(connection, sql, (reporter.0, columns::row_id(message)), |row| row.get(0).map(ReportId))
}

pub(super) fn report(connection: &Connection, id: ReportId) -> rusqlite::Result<Option<ReportFacts>> {
    one(connection, "SELECT reason, closed_at FROM report WHERE id = ?1", [id.0], |row| {
        let reason = row.get::<_, Option<String>>(0)?.map(ReportReason::from);
        Ok(ReportFacts { reason, is_open: row.get::<_, Option<i64>>(1)?.is_none() })
    })
}
