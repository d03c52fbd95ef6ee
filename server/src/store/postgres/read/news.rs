//! Queries on what was committed after a position.
//!
//! A position is a snapshot. The transaction that stored an entry is known, so an entry is new if it is visible now and was not
//! visible in that snapshot, whatever the order in which transactions began and committed.

use papo_shared::model::{ConversationId, Seq};

use crate::domain::AccountId;
use crate::store::postgres::fault::Fault;
use crate::store::postgres::query::{Connection, one};
use crate::store::postgres::rows::get;
use crate::store::shared::{NewEntries, News, NewsPosition};

pub(crate) async fn position(connection: &Connection) -> Result<NewsPosition, Fault> {
    let found = connection.query_one("SELECT pg_current_snapshot()::text", &[]).await?;
    Ok(NewsPosition(get(&found, 0)?))
}

/// One statement, so that the new position is the snapshot in which it finds the entries. The bounds select from the index: nothing
/// older than `xmin` is new, and no transaction from `xmax` on is visible, though a restored dump may contain its number.
pub(crate) async fn after(connection: &Connection, after: &NewsPosition, accounts: &[AccountId]) -> Result<News, Fault> {
    let sql = "WITH found AS (
                   SELECT id >> 32 AS conversation, min(id & 4294967295) AS first, max(id & 4294967295) AS last
                   FROM entry
                   WHERE xid >= pg_snapshot_xmin($1::text::pg_snapshot) AND xid < pg_snapshot_xmax(pg_current_snapshot())
                       AND NOT pg_visible_in_snapshot(xid, $1::text::pg_snapshot)
                   GROUP BY 1),
               of_accounts AS (
                   SELECT conversation, first, last FROM found
                   WHERE EXISTS (SELECT 1 FROM membership WHERE membership.conversation = found.conversation AND to_seq IS NULL
                                     AND account = ANY ($2::bigint[]))
                   ORDER BY conversation)
               SELECT pg_current_snapshot()::text, coalesce(array_agg(conversation), '{}'), coalesce(array_agg(first), '{}'),
                   coalesce(array_agg(last), '{}')
               FROM of_accounts";
    let accounts: Vec<i64> = accounts.iter().map(|id| id.0.into()).collect();
    let row = one(connection, sql, &[&after.0, &accounts]).await?.ok_or(Fault::Value(0))?;
    let (ids, firsts, lasts): (Vec<i64>, Vec<i64>, Vec<i64>) = (get(&row, 1)?, get(&row, 2)?, get(&row, 3)?);
    let entries = ids.into_iter().zip(firsts).zip(lasts).map(|((id, first), last)| {
        let seq = |number: i64| u64::try_from(number).map(Seq).map_err(|_| Fault::Value(2));
        let conversation = u32::try_from(id).map(ConversationId).map_err(|_| Fault::Value(1))?;
        Ok(NewEntries { conversation, first: seq(first)?, last: seq(last)? })
    });
    Ok(News { next: NewsPosition(get(&row, 0)?), conversations: entries.collect::<Result<_, Fault>>()? })
}
