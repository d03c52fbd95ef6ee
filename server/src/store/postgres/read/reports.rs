//! Queries on reports, for the operator.

use papo_shared::model::{GroupName, ReportReason};
use tokio_postgres::Row;

use crate::domain::{Report, ReportId, ReportedText};
use crate::store::columns;
use crate::store::postgres::fault::Fault;
use crate::store::postgres::query::{Connection, map, one};
use crate::store::postgres::rows::{get, limit, number, optional_time, time, username};

pub(crate) async fn page(
    connection: &Connection,
    with_closed: bool,
    after: Option<ReportId>,
    max_rows: usize,
) -> Result<Vec<Report>, Fault> {
    let sql = "SELECT report.id, report.at, reporter.username, report.entry, author.username, entry.at, conversation.name,
                   report.reason, report.closed_at, entry.body, reported.body, entry.removal
               FROM report
               JOIN account reporter ON reporter.id = report.reporter
               JOIN entry ON entry.id = report.entry
               JOIN account author ON author.id = entry.author
               JOIN conversation ON conversation.id = report.entry >> 32
               LEFT JOIN revision reported ON reported.entry = report.entry AND reported.number = report.edits + 1
               WHERE report.id > $1 AND ($2 OR report.closed_at IS NULL) AND conversation.deleted_at IS NULL
               ORDER BY report.id LIMIT $3";
    let after = after.map_or(0, |id| id.0);
    map(connection, sql, &[&after, &with_closed, &limit(max_rows)], report).await
}

fn report(row: &Row) -> Result<Report, Fault> {
    let entry = get(row, 3)?;
    let removal = get::<Option<i64>>(row, 11)?;
    let text = match (get(row, 9)?, get(row, 10)?) {
        (Some(current), None) => ReportedText::Unchanged(current),
        (Some(current), Some(reported)) => ReportedText::Edited { reported, current },
        (None, _) if removal == Some(columns::EXPIRED) => ReportedText::Expired,
        (None, _) => ReportedText::Deleted,
    };
    Ok(Report {
        id: ReportId(get(row, 0)?),
        at: time(row, 1)?,
        reporter: username(row, 2)?,
        message: columns::entry_of(entry),
        author: username(row, 4)?,
        sent_at: time(row, 5)?,
        group: get::<Option<String>>(row, 6)?.map(GroupName::from),
        reason: get::<Option<String>>(row, 7)?.map(ReportReason::from),
        closed_at: optional_time(row, 8)?,
        text,
    })
}

pub(crate) async fn count_open(connection: &Connection) -> Result<usize, Fault> {
    let sql = "SELECT count(*) FROM report JOIN conversation ON conversation.id = report.entry >> 32
               WHERE report.closed_at IS NULL AND conversation.deleted_at IS NULL";
    one(connection, sql, &[]).await?.map_or(Ok(0), |row| number(&row, 0))
}
