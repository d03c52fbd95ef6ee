//! Queries on the inbox and on receipts.

use papo_shared::model::limits::MAX_COUNTED_ENTRIES;
use papo_shared::model::{ConversationId, Username};
use papo_shared::protocol::{InboxItem, Receipt};

use super::entries;
use super::visible_range::visible_range;
use crate::domain::AccountId;
use crate::store::columns;
use crate::store::postgres::fault::Fault;
use crate::store::postgres::query::{Connection, map};
use crate::store::postgres::rows::{get, limit, seq, username};

/// The newest inbox items, newest first. Messages of direct conversations have to be looked for among all entries.
pub(crate) async fn inbox(connection: &Connection, account: AccountId, max_rows: usize) -> Result<Vec<InboxItem>, Fault> {
    let sql = "WITH log AS (
                   SELECT own.conversation << 32 | own.read_seq AS low, own.conversation << 32 | conversation.last_seq AS high,
                       own.conversation << 32 | greatest(own.read_seq, conversation.last_seq - $3) AS counted,
                       conversation.name IS NULL AS is_direct
                   FROM membership own JOIN conversation ON conversation.id = own.conversation
                   WHERE own.account = $1 AND own.to_seq IS NULL AND own.read_seq < conversation.last_seq)
               SELECT item.id, item.reason FROM log CROSS JOIN LATERAL (
                   SELECT entry.id, entry.at, notice.reason
                   FROM entry LEFT JOIN notice ON notice.account = $1 AND notice.entry = entry.id
                   WHERE entry.id > log.counted AND entry.id <= log.high AND entry.kind = 1 AND entry.author <> $1
                       AND entry.body IS NOT NULL AND notice.done IS NOT TRUE
                   ORDER BY entry.id DESC LIMIT $2) AS item
               WHERE log.is_direct
               UNION ALL
               SELECT item.id, item.reason FROM log CROSS JOIN LATERAL (
                   SELECT notice.entry AS id, notice.reason
                   FROM notice WHERE notice.entry > log.low AND notice.entry <= log.high AND notice.account = $1 AND NOT notice.done
                   ORDER BY notice.entry DESC LIMIT $2) AS item
               WHERE NOT log.is_direct";
    let counted = limit(usize::try_from(MAX_COUNTED_ENTRIES).unwrap_or(usize::MAX));
    let parameters = (i64::from(account.0), limit(max_rows));
    let sql = format!(
        "SELECT item.id, item.reason FROM ({sql}) AS item JOIN entry ON entry.id = item.id
         ORDER BY entry.at DESC, entry.id DESC LIMIT $2"
    );
    let found = map(connection, &sql, &[&parameters.0, &parameters.1, &counted], |row| {
        Ok((get::<i64>(row, 0)?, columns::reason(get(row, 1)?)))
    })
    .await?;
    let mut entries = entries::by_ids(connection, account, &found.iter().map(|(id, _)| *id).collect()).await?;
    let item = |(id, reason)| Some(InboxItem { conversation: columns::conversation_of(id), reason, entry: entries.remove(&id)? });
    Ok(found.into_iter().filter_map(item).collect())
}

pub(crate) async fn receipts(
    connection: &Connection,
    account: AccountId,
    id: ConversationId,
    after: Option<&Username>,
    max_rows: usize,
) -> Result<Option<Vec<Receipt>>, Fault> {
    if visible_range(connection, account, id).await?.is_none() {
        return Ok(None);
    }
    let sql = "SELECT account.username, other.from_seq, greatest(other.delivered_seq, other.seen_seq), other.seen_seq
               FROM membership other JOIN account ON account.id = other.account
               WHERE other.conversation = $1 AND other.to_seq IS NULL AND other.account <> $2 AND account.username > $3
               ORDER BY account.username LIMIT $4";
    let after = after.map_or("", Username::as_str);
    let found = map(connection, sql, &[&i64::from(id.0), &i64::from(account.0), &after, &limit(max_rows)], |row| {
        let (first_seq, delivered_seq, read_seq) = (seq(row, 1)?, seq(row, 2)?, seq(row, 3)?);
        Ok(Receipt { username: username(row, 0)?, first_seq, delivered_seq, read_seq })
    })
    .await?;
    Ok(Some(found))
}
