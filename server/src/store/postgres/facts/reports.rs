//! Facts about reports.

use papo_shared::model::ReportReason;

use super::accounts::numbers;
use super::loaded::{Loaded, set_values};
use super::messages::entry_id;
use crate::domain::facts::ReportFacts;
use crate::domain::{AccountId, EntryId, ReportId};
use crate::store::columns;
use crate::store::postgres::fault::Fault;
use crate::store::postgres::query::{Connection, map};
use crate::store::postgres::rows::{account_id, get, number};

pub(super) async fn ids(connection: &Connection, wanted: Vec<(EntryId, AccountId)>) -> Result<Loaded, Fault> {
    let sql = "SELECT entry, reporter, id FROM report JOIN unnest($1::bigint[], $2::bigint[]) AS wanted (message, by)
                   ON entry = message AND reporter = wanted.by";
    let (messages, reporters): (Vec<i64>, Vec<i64>) =
        wanted.iter().map(|(message, reporter)| (columns::row_id(*message), i64::from(reporter.0))).unzip();
    let found = map(connection, sql, &[&messages, &reporters], |row| {
        Ok(((entry_id(row, 0)?, account_id(row, 1)?), ReportId(get(row, 2)?)))
    })
    .await?;
    Ok(set_values(wanted, found, |facts, key, found| facts.report_ids.set(key, found)))
}

pub(super) async fn reports(connection: &Connection, ids: Vec<ReportId>) -> Result<Loaded, Fault> {
    let sql = "SELECT id, reason, closed_at IS NULL FROM report WHERE id = ANY ($1)";
    let wanted: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let found = map(connection, sql, &[&wanted], |row| {
        let reason = get::<Option<String>>(row, 1)?.map(ReportReason::from);
        Ok((ReportId(get(row, 0)?), ReportFacts { reason, is_open: get(row, 2)? }))
    })
    .await?;
    Ok(set_values(ids, found, |facts, id, found| facts.reports.set(id, found)))
}

pub(super) async fn open_counts(connection: &Connection, ids: Vec<AccountId>) -> Result<Loaded, Fault> {
    let sql = "SELECT id, (SELECT count(*) FROM report WHERE reporter = wanted.id AND closed_at IS NULL)
               FROM unnest($1::bigint[]) AS wanted (id)";
    let found = map(connection, sql, &[&numbers(&ids)], |row| Ok((account_id(row, 0)?, number(row, 1)?))).await?;
    Ok(Box::new(move |facts| found.into_iter().for_each(|(id, count)| facts.open_report_counts.set(id, count))))
}
