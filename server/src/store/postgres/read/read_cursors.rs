//! Read cursors, with the counts of what follows them.

use papo_shared::model::limits::MAX_UNREAD;
use papo_shared::model::{ConversationId, Seq};
use papo_shared::protocol::ReadCursor;

use crate::domain::{AccountId, UnreadScan};
use crate::store::columns;
use crate::store::postgres::fault::Fault;
use crate::store::postgres::query::{Connection, map, one};
use crate::store::postgres::rows::{number, seq};

/// The part of a log after a member's read cursor.
#[derive(Clone, Copy, Debug)]
pub(crate) struct UnreadPart {
    pub(crate) conversation: ConversationId,
    pub(crate) read: Seq,
    pub(crate) last: Seq,
}

impl UnreadPart {
    /// Maximum number of entries that are examined to count.
    pub(crate) fn max_examined(self) -> u64 {
        self.last.0.saturating_sub(UnreadScan::new(self.read, self.last).after.0)
    }
}

/// The read cursor of a member.
pub(crate) async fn one_of(connection: &Connection, account: AccountId, id: ConversationId) -> Result<Option<ReadCursor>, Fault> {
    let sql = "SELECT own.read_seq, conversation.last_seq
               FROM membership own JOIN conversation ON conversation.id = own.conversation
               WHERE own.account = $1 AND own.conversation = $2 AND own.to_seq IS NULL";
    let Some(row) = one(connection, sql, &[&i64::from(account.0), &i64::from(id.0)]).await? else { return Ok(None) };
    let part = UnreadPart { conversation: id, read: seq(&row, 0)?, last: seq(&row, 1)? };
    Ok(counted(connection, account, &[part]).await?.pop())
}

/// The read cursors at these positions, in this order.
pub(crate) async fn counted(connection: &Connection, account: AccountId, parts: &[UnreadPart]) -> Result<Vec<ReadCursor>, Fault> {
    let scans: Vec<UnreadScan> = parts.iter().map(|part| UnreadScan::new(part.read, part.last)).collect();
    let id = |part: &UnreadPart, seq| columns::entry_id(part.conversation, seq);
    let read: Vec<i64> = parts.iter().map(|part| id(part, part.read)).collect();
    let last: Vec<i64> = parts.iter().map(|part| id(part, part.last)).collect();
    let after: Vec<i64> = parts.iter().zip(&scans).map(|(part, scan)| id(part, scan.after)).collect();
    let enough: Vec<i64> = scans.iter().map(|scan| scan.enough.into()).collect();
    let sql = "SELECT (SELECT count(*) FROM (
                   SELECT 1 FROM notice WHERE account = $1 AND entry > read AND entry <= last AND NOT done LIMIT $6) AS mentions),
                   (SELECT count(*) FROM (
                       SELECT 1 FROM entry
                       WHERE id > after AND id <= last AND kind = 1 AND author <> $1 AND body IS NOT NULL
                       ORDER BY id DESC LIMIT enough) AS messages)
               FROM unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[])
                   WITH ORDINALITY AS part (read, last, after, enough, number)
               ORDER BY number";
    let parameters: (i64, i64) = (account.0.into(), MAX_UNREAD.into());
    let found = map(connection, sql, &[&parameters.0, &read, &last, &after, &enough, &parameters.1], |row| {
        Ok((number(row, 0)?, number(row, 1)?))
    })
    .await?;
    let cursors = found.into_iter().zip(parts).zip(scans).map(|(((mentions, found), part), scan)| ReadCursor {
        conversation: part.conversation,
        read_seq: part.read,
        unread: scan.count(found, mentions),
        mentions,
        last_seq: part.last,
    });
    Ok(cursors.collect())
}
