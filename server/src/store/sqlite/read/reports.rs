//! Queries on reports, for the operator.

use papo_shared::model::{GroupName, ReportReason, Timestamp, Username};
use rusqlite::{Connection, Row};

use crate::domain::{Report, ReportId, ReportedText};
use crate::store::columns;

pub(crate) fn page(
    connection: &Connection,
    with_closed: bool,
    after: Option<ReportId>,
    limit: usize,
) -> rusqlite::Result<Vec<Report>> {
    connection
        .prepare_cached(
            "SELECT report.id, report.at, reporter.username, report.entry, author.username, entry.at, conversation.name,
                 report.reason, report.closed_at, entry.body, reported.body, entry.removal
             FROM report
             JOIN account reporter ON reporter.id = report.reporter
             JOIN entry ON entry.id = report.entry
             JOIN account author ON author.id = entry.author
             JOIN conversation ON conversation.id = report.entry >> 32
             LEFT JOIN revision reported ON reported.entry = report.entry AND reported.number = report.edits + 1
             WHERE report.id > ?1 AND (?2 OR report.closed_at IS NULL) AND conversation.deleted_at IS NULL
             ORDER BY report.id LIMIT ?3",
        )?
        .query_map((after.map_or(0, |id| id.0), with_closed, limit), report)?
        .collect()
}

fn report(row: &Row<'_>) -> rusqlite::Result<Report> {
    let entry = row.get(3)?;
    let removal = row.get::<_, Option<i64>>(11)?;
    let text = match (row.get(9)?, row.get(10)?) {
        (Some(current), None) => ReportedText::Unchanged(current),
        (Some(current), Some(reported)) => ReportedText::Edited { reported, current },
        (None, _) if removal == Some(columns::EXPIRED) => ReportedText::Expired,
        (None, _) => ReportedText::Deleted,
    };
    Ok(Report {
        id: ReportId(row.get(0)?),
        at: Timestamp(row.get(1)?),
        reporter: Username::from(row.get::<_, String>(2)?),
        message: columns::entry_of(entry),
        author: Username::from(row.get::<_, String>(4)?),
        sent_at: Timestamp(row.get(5)?),
        group: row.get::<_, Option<String>>(6)?.map(GroupName::from),
        reason: row.get::<_, Option<String>>(7)?.map(ReportReason::from),
        closed_at: row.get::<_, Option<i64>>(8)?.map(Timestamp),
        text,
    })
}

pub(crate) fn count_open(connection: &Connection) -> rusqlite::Result<usize> {
    let sql = "SELECT count(*) FROM report JOIN conversation ON conversation.id = report.entry >> 32
               WHERE report.closed_at IS NULL AND conversation.deleted_at IS NULL";
    connection.prepare_cached(sql)?.query_row([], |row| row.get(0))
}
