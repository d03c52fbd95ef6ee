//! Queries on the inbox and on receipts.

use std::collections::BinaryHeap;

use papo_shared::model::limits::MAX_COUNTED_ENTRIES;
use papo_shared::model::{ConversationId, Seq, Username};
use papo_shared::protocol::{InboxItem, Receipt};
use rusqlite::{CachedStatement, Connection, OptionalExtension, Row};

use super::entries;
use super::visible_range::visible_range;
use crate::domain::AccountId;
use crate::store::columns;
use crate::store::sqlite::rows;

/// The newest inbox items, newest first. Looks at the newest item of each conversation, and then only into those that have
/// one of the newest items.
pub(crate) fn inbox(connection: &Connection, account: AccountId, limit: usize) -> rusqlite::Result<Vec<InboxItem>> {
    let mut newest = NewestItems::prepare(connection, account)?;
    let mut heads = BinaryHeap::new();
    for log in unread_logs(connection, account)? {
        heads.extend(newest.before(log, i64::MAX)?);
    }
    let mut items = Vec::new();
    while items.len() < limit
        && let Some(item) = heads.pop()
    {
        heads.extend(newest.before(item.log, item.id)?);
        items.push(item);
    }
    // Within a log, times may be out of order.
    items.sort_unstable_by(|one, other| other.cmp(one));
    items.into_iter().map(|item| complete(connection, account, &item)).collect()
}

/// The part of a log after the read cursor.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct UnreadLog {
    /// The ids of its entries are above this one.
    low: i64,
    high: i64,
    is_direct: bool,
}

/// An inbox item, ordered by time.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct UnreadItem {
    at: i64,
    id: i64,
    reason: Option<i64>,
    log: UnreadLog,
}

fn unread_logs(connection: &Connection, account: AccountId) -> rusqlite::Result<Vec<UnreadLog>> {
    connection
        .prepare_cached(
            "SELECT own.conversation, own.read_seq, conversation.last_seq, conversation.name IS NULL
             FROM membership own JOIN conversation ON conversation.id = own.conversation
             WHERE own.account = ?1 AND own.to_seq IS NULL AND own.read_seq < conversation.last_seq",
        )?
        .query_map([account.0], |row| {
            let (id, read, last, is_direct) = (ConversationId(row.get(0)?), rows::seq(row, 1)?, rows::seq(row, 2)?, row.get(3)?);
            // Messages of direct conversations have to be looked for among all entries.
            let after = if is_direct { read.max(Seq(last.0.saturating_sub(MAX_COUNTED_ENTRIES))) } else { read };
            Ok(UnreadLog { low: columns::entry_id(id, after), high: columns::entry_id(id, last), is_direct })
        })?
        .collect()
}

/// Finds the newest item of a log. The statements are prepared once, since an account can have thousands of logs.
struct NewestItems<'c> {
    account: AccountId,
    of_direct: CachedStatement<'c>,
    of_group: CachedStatement<'c>,
}

impl<'c> NewestItems<'c> {
    fn prepare(connection: &'c Connection, account: AccountId) -> rusqlite::Result<Self> {
        let of_direct = connection.prepare_cached(
            "SELECT entry.id, entry.at, notice.reason
             FROM entry LEFT JOIN notice ON notice.account = ?3 AND notice.entry = entry.id
             WHERE entry.id > ?1 AND entry.id <= ?2 AND entry.kind = 1 AND entry.author <> ?3 AND entry.body IS NOT NULL
               AND ifnull(notice.done, 0) = 0
             ORDER BY entry.id DESC LIMIT 1",
        )?;
        let of_group = connection.prepare_cached(
            "SELECT notice.entry, entry.at, notice.reason
             FROM notice INDEXED BY notice_open CROSS JOIN entry ON entry.id = notice.entry
             WHERE notice.entry > ?1 AND notice.entry <= ?2 AND notice.account = ?3 AND notice.done = 0
             ORDER BY notice.entry DESC LIMIT 1",
        )?;
        Ok(Self { account, of_direct, of_group })
    }

    /// The newest item of a log before this entry.
    fn before(&mut self, log: UnreadLog, before: i64) -> rusqlite::Result<Option<UnreadItem>> {
        let statement = if log.is_direct { &mut self.of_direct } else { &mut self.of_group };
        let high = log.high.min(before.saturating_sub(1));
        statement
            .query_row((log.low, high, self.account.0), |row| {
                Ok(UnreadItem { id: row.get(0)?, at: row.get(1)?, reason: row.get(2)?, log })
            })
            .optional()
    }
}

fn complete(connection: &Connection, account: AccountId, item: &UnreadItem) -> rusqlite::Result<InboxItem> {
    let (conversation, seq) = (columns::conversation_of(item.id), columns::seq_of(item.id));
    let entry = entries::one(connection, account, conversation, seq)?.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
    Ok(InboxItem { conversation, reason: columns::reason(item.reason), entry })
}

pub(crate) fn receipts(
    connection: &Connection,
    account: AccountId,
    id: ConversationId,
    after: Option<&Username>,
    limit: usize,
) -> rusqlite::Result<Option<Vec<Receipt>>> {
    if visible_range(connection, account, id)?.is_none() {
        return Ok(None);
    }
    connection
        .prepare_cached(
            "SELECT account.username, other.from_seq, max(other.delivered_seq, other.seen_seq), other.seen_seq
             FROM membership other INDEXED BY membership_members JOIN account ON account.id = other.account
             WHERE other.conversation = ?1 AND other.to_seq IS NULL AND other.account <> ?2 AND account.username > ?3
             ORDER BY account.username LIMIT ?4",
        )?
        .query_map((id.0, account.0, after.map_or("", Username::as_str), limit), receipt)?
        .collect::<rusqlite::Result<_>>()
        .map(Some)
}

fn receipt(row: &Row<'_>) -> rusqlite::Result<Receipt> {
    Ok(Receipt {
        username: Username::from(row.get::<_, String>(0)?),
        first_seq: rows::seq(row, 1)?,
        delivered_seq: rows::seq(row, 2)?,
        read_seq: rows::seq(row, 3)?,
    })
}
