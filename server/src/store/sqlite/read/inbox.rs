//! Queries on the inbox and on receipts.

use papo_shared::model::{ConversationId, Entry, Seq, Username};
use papo_shared::protocol::{InboxItem, Receipt};
use rusqlite::{Connection, Row};

use super::visible_range::visible_range;
use super::{entries, notices};
use crate::domain::AccountId;
use crate::store::sqlite::rows;

/// The newest inbox items, newest first. Reads each conversation from its newest message, at most `limit` items.
pub(crate) fn inbox(connection: &Connection, account: AccountId, limit: usize) -> rusqlite::Result<Vec<InboxItem>> {
    let mut conversations: Vec<(ConversationId, Seq, bool)> = connection
        .prepare_cached(
            "SELECT own.conversation, own.read_seq, conversation.name IS NULL
             FROM membership own JOIN conversation ON conversation.id = own.conversation
             WHERE own.account = ?1 AND own.to_seq IS NULL AND own.read_seq < conversation.last_seq",
        )?
        .query_map([account.0], |row| Ok((ConversationId(row.get(0)?), rows::seq(row, 1)?, row.get(2)?)))?
        .collect::<rusqlite::Result<_>>()?;
    conversations.sort_unstable();
    let mut items = Vec::new();
    for (id, read, is_direct) in conversations {
        items.extend(newest(connection, account, id, read, is_direct, limit)?);
        if items.len() > 8 * limit {
            keep_newest(&mut items, limit);
        }
    }
    keep_newest(&mut items, limit);
    items.into_iter().map(|item| complete(connection, account, item)).collect()
}

/// An item before its reactions are added.
struct UnreadItem {
    id: i64,
    entry: Entry,
    reason: Option<i64>,
}

/// The newest items of one conversation.
fn newest(
    connection: &Connection,
    account: AccountId,
    id: ConversationId,
    read: Seq,
    is_direct: bool,
    limit: usize,
) -> rusqlite::Result<Vec<UnreadItem>> {
    let from = if is_direct {
        "FROM entry LEFT JOIN notice ON notice.account = ?3 AND notice.entry = entry.id
         WHERE entry.id > ?1 AND entry.id <= ?2 AND entry.kind = 1 AND entry.author <> ?3 AND entry.body IS NOT NULL
           AND ifnull(notice.done, 0) = 0
         ORDER BY entry.id DESC LIMIT ?4"
    } else {
        "FROM notice INDEXED BY notice_open
         WHERE notice.entry > ?1 AND notice.entry <= ?2 AND notice.account = ?3 AND notice.done = 0
         ORDER BY notice.entry DESC LIMIT ?4"
    };
    let id_column = if is_direct { "entry.id" } else { "notice.entry" };
    let (low, high) = (rows::entry_id(id, read), rows::entry_id(id, Seq(u64::MAX)));
    let ids: Vec<(i64, Option<i64>)> = connection
        .prepare_cached(&format!("SELECT {id_column}, notice.reason {from}"))?
        .query_map((low, high, account.0, limit), |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let mut select = connection.prepare_cached(&format!("{} entry.id = ?1", rows::SELECT_ENTRY))?;
    ids.into_iter().map(|(id, reason)| Ok(UnreadItem { id, entry: select.query_row([id], rows::entry)?, reason })).collect()
}

fn keep_newest(items: &mut Vec<UnreadItem>, limit: usize) {
    items.sort_by_key(|item| std::cmp::Reverse((item.entry.at, item.id)));
    items.truncate(limit);
}

fn complete(connection: &Connection, account: AccountId, found: UnreadItem) -> rusqlite::Result<InboxItem> {
    let UnreadItem { id, mut entry, reason } = found;
    entries::complete(connection, account, id, &mut entry)?;
    Ok(InboxItem { conversation: rows::conversation_of(id), reason: notices::reason(reason), entry })
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
             FROM membership other JOIN account ON account.id = other.account
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
