//! Messages and read cursors.

use std::sync::Arc;

use papo_shared::model::{ClientId, ConversationId, Entry, EntryKind, Message, MessageText, Seq, Timestamp};
use papo_shared::protocol::Refusal;
use rusqlite::{ErrorCode, OptionalExtension};

use super::tables::Tables;
use super::{read_entries, rows};
use crate::domain::{AccountId, Who, rules};
use crate::store::{CursorMoved, Outcome, Posted};

pub(super) fn append(
    tables: &mut Tables,
    id: ConversationId,
    author: &Who,
    client_id: ClientId,
    text: &MessageText,
    at: Timestamp,
) -> rusqlite::Result<Outcome> {
    let known = match tables.writable(id, author.id)? {
        Ok(known) => known,
        // Who left after sending, or was blocked, still hears what became of it.
        Err(refusal) => return Ok(repeated(tables, id, author, client_id, text)?.unwrap_or(Outcome::Refused(refusal))),
    };
    let seq = known.last_seq.next();
    let audience = known.members.clone();
    let inserted = tables
        .connection
        .prepare_cached("INSERT INTO entry (id, at, author, kind, client_id, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
        .execute((rows::entry_id(id, seq), at.0, author.id.0, rows::MESSAGE, client_id.as_bytes(), text.as_str()));
    match inserted {
        Ok(_) => {}
        // A message is rarely sent twice, so the index is asked only when it objects.
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
            return repeated(tables, id, author, client_id, text)?.ok_or(error);
        }
        Err(error) => return Err(error),
    }
    tables.cache.numbered(id, seq);
    tables.said.add(rows::entry_id(id, seq), at);
    let kind = EntryKind::Message(Message::new(client_id, text.clone()));
    let entry = Entry { seq, at, author: author.username.clone(), kind };
    Ok(Outcome::Posted(Posted { conversation: id, entry, audience, duplicate: false, group: None }))
}

/// What became of this client id before, if it was used before.
fn repeated(
    tables: &Tables,
    id: ConversationId,
    author: &Who,
    client_id: ClientId,
    text: &MessageText,
) -> rusqlite::Result<Option<Outcome>> {
    let first = tables
        .connection
        .prepare_cached(&format!("{} entry.client_id = ?1 AND entry.author = ?2", rows::SELECT_ENTRY))?
        .query_row((client_id.as_bytes(), author.id.0), |row| Ok((rows::conversation_of(row.get(0)?), rows::entry(row)?)))
        .optional()?;
    let Some((conversation, entry)) = first else { return Ok(None) };
    let same = conversation == id && matches!(&entry.kind, EntryKind::Message(first) if first.text == *text);
    if !same {
        return Ok(Some(Outcome::Refused(Refusal::ClientIdReused)));
    }
    Ok(Some(Outcome::Posted(Posted { conversation, entry, audience: Arc::new([]), duplicate: true, group: None })))
}

pub(super) fn move_read_cursor(
    tables: &mut Tables,
    conversation: ConversationId,
    account: AccountId,
    seq: Seq,
) -> rusqlite::Result<Outcome> {
    let known = tables.cache.get(&tables.connection, conversation)?.filter(|known| known.has(account));
    let last_seq = match rules::as_member(known) {
        Ok(known) => known.last_seq,
        Err(refusal) => return Ok(Outcome::Refused(refusal)),
    };
    let connection = &tables.connection;
    let moved = connection
        .prepare_cached(
            "UPDATE membership SET read_seq = ?3
             WHERE conversation = ?1 AND account = ?2 AND to_seq IS NULL AND read_seq < ?3",
        )?
        .execute((conversation.0, account.0, rows::column(seq.min(last_seq))))?
        > 0;
    let read_seq = connection
        .prepare_cached("SELECT read_seq FROM membership WHERE conversation = ?1 AND account = ?2 AND to_seq IS NULL")?
        .query_row((conversation.0, account.0), |row| rows::seq(row, 0))?;
    let unread = read_entries::unread(connection, account, conversation, read_seq)?;
    Ok(Outcome::CursorMoved(CursorMoved { conversation, account, read_seq, unread, last_seq, moved }))
}
