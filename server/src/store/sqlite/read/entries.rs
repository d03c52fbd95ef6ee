//! Queries on the logs of conversations.

use papo_shared::model::{ConversationId, Entry, EntryKind, Seq};
use rusqlite::{Connection, OptionalExtension};

use super::changes;
use super::visible_range::visible_range;
use crate::domain::{AccountId, EntryRange};
use crate::store::columns;
use crate::store::sqlite::rows;

pub(crate) fn range(
    connection: &Connection,
    account: AccountId,
    id: ConversationId,
    range: EntryRange,
    limit: usize,
    enough_bytes: usize,
) -> rusqlite::Result<Option<Vec<Entry>>> {
    let Some((first, last)) = visible_range(connection, account, id)? else { return Ok(None) };
    let (low, high, order) = match range {
        EntryRange::After(seq) => (first.max(Seq(seq.0.saturating_add(1))), last, "ASC"),
        EntryRange::Before(seq) => (first, last.min(Seq(seq.0.saturating_sub(1))), "DESC"),
    };
    if low > high {
        return Ok(Some(Vec::new()));
    }
    let condition = format!("entry.id BETWEEN ?1 AND ?2 ORDER BY entry.id {order} LIMIT ?3");
    let mut statement = connection.prepare_cached(&rows::select_entry(&condition))?;
    let mut found = Vec::new();
    let mut bytes = 0;
    for entry in statement.query_map((columns::entry_id(id, low), columns::entry_id(id, high), limit), rows::entry)? {
        let mut entry = entry?;
        complete(connection, account, columns::entry_id(id, entry.seq), &mut entry)?;
        if let EntryKind::Message(message) = &entry.kind {
            bytes += message.text.as_str().len();
        }
        found.push(entry);
        if bytes > enough_bytes {
            break;
        }
    }
    Ok(Some(found))
}

/// One entry as this account sees it. The caller checks permission.
pub(crate) fn one(connection: &Connection, account: AccountId, id: ConversationId, seq: Seq) -> rusqlite::Result<Option<Entry>> {
    let id = columns::entry_id(id, seq);
    let mut found = connection.prepare_cached(&rows::select_entry("entry.id = ?1"))?.query_row([id], rows::entry).optional()?;
    if let Some(entry) = &mut found {
        complete(connection, account, id, entry)?;
    }
    Ok(found)
}

/// Adds the reactions to a message as this account sees them. Unchanged messages need no query.
pub(crate) fn complete(connection: &Connection, account: AccountId, id: i64, entry: &mut Entry) -> rusqlite::Result<()> {
    if let EntryKind::Message(message) = &mut entry.kind
        && message.changed.is_some()
        && !message.deleted
    {
        message.reactions = changes::reaction_counts(connection, account, id)?;
    }
    Ok(())
}
