//! Read cursors, with the counts of what follows them.

use papo_shared::model::limits::MAX_UNREAD;
use papo_shared::model::{ConversationId, Seq};
use papo_shared::protocol::ReadCursor;
use rusqlite::{Connection, OptionalExtension};

use crate::domain::{AccountId, UnreadScan};
use crate::store::columns;
use crate::store::sqlite::rows;

/// The read cursor of a member.
pub(crate) fn one(connection: &Connection, account: AccountId, id: ConversationId) -> rusqlite::Result<Option<ReadCursor>> {
    let found = connection
        .prepare_cached(
            "SELECT own.read_seq, conversation.last_seq
             FROM membership own JOIN conversation ON conversation.id = own.conversation
             WHERE own.account = ?1 AND own.conversation = ?2 AND own.to_seq IS NULL",
        )?
        .query_row((account.0, id.0), |row| Ok((rows::seq(row, 0)?, rows::seq(row, 1)?)))
        .optional()?;
    let Some((read_seq, last_seq)) = found else { return Ok(None) };
    Ok(Some(counted(connection, account, id, read_seq, last_seq)?.0))
}

/// A read cursor at this position of a log with this newest entry, and the number of entries that were examined to count.
pub(crate) fn counted(
    connection: &Connection,
    account: AccountId,
    conversation: ConversationId,
    read_seq: Seq,
    last_seq: Seq,
) -> rusqlite::Result<(ReadCursor, u64)> {
    if read_seq >= last_seq {
        return Ok((ReadCursor { conversation, read_seq, unread: 0, mentions: 0, last_seq }, 0));
    }
    let id = |seq| columns::entry_id(conversation, seq);
    let mentions = connection
        .prepare_cached(
            "SELECT count(*) FROM (
                 SELECT 1 FROM notice INDEXED BY notice_open
                 WHERE account = ?1 AND entry > ?2 AND entry <= ?3 AND done = 0 LIMIT ?4)",
        )?
        .query_row((account.0, id(read_seq), id(last_seq), MAX_UNREAD), |row| row.get(0))?;
    let scan = UnreadScan::new(read_seq, last_seq);
    let (found, oldest) = connection
        .prepare_cached(
            "SELECT count(*), min(id) FROM (
                 SELECT id FROM entry
                 WHERE id > ?1 AND id <= ?2 AND kind = 1 AND author <> ?3 AND body IS NOT NULL ORDER BY id DESC LIMIT ?4)",
        )?
        .query_row((id(scan.after), id(last_seq), account.0, scan.enough), |row| {
            Ok((row.get(0)?, row.get::<_, Option<i64>>(1)?.map(columns::seq_of)))
        })?;
    let examined_after = oldest.filter(|_| found == scan.enough).unwrap_or(scan.after);
    let unread = scan.count(found, mentions);
    Ok((ReadCursor { conversation, read_seq, unread, mentions, last_seq }, last_seq.0 - examined_after.0))
}
