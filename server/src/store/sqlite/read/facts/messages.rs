//! Facts about messages.

use papo_shared::model::{ClientId, Emoji, EntryKind, Timestamp, Username};
use rusqlite::Connection;

use super::query::{all, one};
use crate::domain::facts::{EmojiFacts, MessageFacts, Original, SentMessage};
use crate::domain::{AccountId, EntryId, TextHashByte};
use crate::store::columns;
use crate::store::sqlite::read::changes;
use crate::store::sqlite::rows;

pub(super) fn message(connection: &Connection, id: EntryId) -> rusqlite::Result<Option<MessageFacts>> {
    let sql = "SELECT entry.author, author.username, entry.body, ifnull(entry.edited_at, entry.at), target.author
               FROM entry
               JOIN account author ON author.id = entry.author
               LEFT JOIN entry target ON target.id = entry.id >> 32 << 32 | entry.target
               WHERE entry.id = ?1 AND entry.kind = 1";
    one(connection, sql, [columns::row_id(id)], |row| {
        Ok(MessageFacts {
            author: AccountId(row.get(0)?),
            author_name: Username::from(row.get::<_, String>(1)?),
            text: row.get(2)?,
            written_at: Timestamp(row.get(3)?),
            reply_to_author: row.get::<_, Option<u32>>(4)?.map(AccountId),
        })
    })
}

pub(super) fn sent_with(
    connection: &Connection,
    author: AccountId,
    client_id: ClientId,
) -> rusqlite::Result<Option<SentMessage>> {
    let sql = rows::select_entry("entry.client_id = ?1 AND entry.author = ?2");
    let found = one(connection, &sql, (client_id.as_bytes(), author.0), |row| Ok((row.get(0)?, rows::entry(row)?)))?;
    let Some((id, entry)) = found else { return Ok(None) };
    let EntryKind::Message(message) = &entry.kind else { return Ok(None) };
    let original = if message.deleted {
        let mark = one(connection, "SELECT mark FROM entry WHERE id = ?1", [id], |row| row.get(0))?;
        Original::Mark(TextHashByte(mark.unwrap_or_default()))
    } else {
        let first = if message.edited_at.is_some() { changes::first_text(connection, id)? } else { None };
        Original::Text(first.unwrap_or_else(|| message.text.as_str().to_owned()))
    };
    Ok(Some(SentMessage { conversation: columns::conversation_of(id), entry, original }))
}

pub(super) fn emoji_of(connection: &Connection, id: EntryId) -> rusqlite::Result<Vec<EmojiFacts>> {
    let sql = "SELECT emoji, since, accounts FROM reaction_count WHERE entry = ?1";
    all(connection, sql, [columns::row_id(id)], |row| {
        Ok(EmojiFacts { emoji: Emoji::from(row.get::<_, String>(0)?), since: rows::seq(row, 1)?, count: row.get(2)? })
    })
}
