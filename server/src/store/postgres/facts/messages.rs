//! Facts about messages.

use papo_shared::model::{ClientId, Emoji, EntryKind};
use tokio_postgres::Row;

use super::loaded::{Loaded, set_existence, set_lists, set_values};
use crate::domain::facts::{Edits, EmojiFacts, InboxRecord, MessageFacts, Original, SentMessage};
use crate::domain::{AccountId, EntryId, TextHashByte};
use crate::store::columns;
use crate::store::postgres::fault::Fault;
use crate::store::postgres::query::{Connection, map};
use crate::store::postgres::rows::{self, account_id, bytes, get, number, optional_account, seq, time, username};

fn row_ids(ids: &[EntryId]) -> Vec<i64> {
    ids.iter().copied().map(columns::row_id).collect()
}

pub(super) fn entry_id(row: &Row, column: usize) -> Result<EntryId, Fault> {
    let id = get(row, column)?;
    Ok(columns::entry_of(id))
}

pub(super) async fn client_ids(connection: &Connection, wanted: Vec<(AccountId, ClientId)>) -> Result<Loaded, Fault> {
    let sql = format!(
        "SELECT {}, entry.author, entry.mark, revision.body
         FROM entry {}
         JOIN unnest($1::bigint[], $2::bytea[]) AS wanted (by, sent) ON entry.author = wanted.by AND entry.client_id = wanted.sent
         LEFT JOIN revision ON revision.entry = entry.id AND revision.number = 1",
        columns::ENTRY,
        columns::ENTRY_JOINS
    );
    let authors: Vec<i64> = wanted.iter().map(|(author, _)| author.0.into()).collect();
    let sent: Vec<&[u8]> = wanted.iter().map(|(_, client_id)| &client_id.as_bytes()[..]).collect();
    let found = map(connection, &sql, &[&authors, &sent], |row| {
        let key = (account_id(row, 13)?, ClientId::from_bytes(bytes(row, 4)?));
        let entry = rows::entry(row)?;
        let EntryKind::Message(message) = &entry.kind else { return Err(Fault::Value(3)) };
        let original = match get::<Option<i64>>(row, 14)? {
            Some(mark) => Original::Mark(TextHashByte(u8::try_from(mark).map_err(|_| Fault::Value(14))?)),
            None => Original::Text(get::<Option<String>>(row, 15)?.unwrap_or_else(|| message.text.as_str().to_owned())),
        };
        Ok((key, SentMessage { conversation: columns::conversation_of(get(row, 0)?), entry, original }))
    })
    .await?;
    Ok(set_values(wanted, found, |facts, key, found| facts.client_ids.set(key, found)))
}

pub(super) async fn messages(connection: &Connection, ids: Vec<EntryId>) -> Result<Loaded, Fault> {
    let sql = "SELECT entry.id, entry.author, author.username, entry.body, coalesce(entry.edited_at, entry.at), target.author
               FROM entry
               JOIN account author ON author.id = entry.author
               LEFT JOIN entry target ON target.id = entry.id >> 32 << 32 | entry.target
               WHERE entry.id = ANY ($1) AND entry.kind = 1";
    let found = map(connection, sql, &[&row_ids(&ids)], |row| {
        let message = MessageFacts {
            author: account_id(row, 1)?,
            author_name: username(row, 2)?,
            text: get(row, 3)?,
            written_at: time(row, 4)?,
            reply_to_author: optional_account(row, 5)?,
        };
        Ok((entry_id(row, 0)?, message))
    })
    .await?;
    Ok(set_values(ids, found, |facts, id, found| facts.messages.set(id, found)))
}

pub(super) async fn edits(connection: &Connection, ids: Vec<EntryId>) -> Result<Loaded, Fault> {
    let sql = "SELECT entry, count(*), sum(octet_length(body)) FROM revision WHERE entry = ANY ($1) GROUP BY entry";
    let found = map(connection, sql, &[&row_ids(&ids)], |row| {
        Ok((entry_id(row, 0)?, Edits { count: number(row, 1)?, text_bytes: number(row, 2)? }))
    })
    .await?;
    Ok(set_values(ids, found, |facts, id, found| facts.edits.set(id, found.unwrap_or_default())))
}

pub(super) async fn original_texts(connection: &Connection, ids: Vec<EntryId>) -> Result<Loaded, Fault> {
    let sql = "SELECT entry, body FROM revision WHERE entry = ANY ($1) AND number = 1";
    let found = map(connection, sql, &[&row_ids(&ids)], |row| Ok((entry_id(row, 0)?, get::<String>(row, 1)?))).await?;
    Ok(set_values(ids, found, |facts, id, found| facts.original_texts.set(id, found)))
}

pub(super) async fn emoji_of(connection: &Connection, ids: Vec<EntryId>) -> Result<Loaded, Fault> {
    let sql = "SELECT entry, emoji, since, accounts FROM reaction_count WHERE entry = ANY ($1)";
    let found = map(connection, sql, &[&row_ids(&ids)], |row| {
        let emoji = EmojiFacts { emoji: Emoji::from(get::<String>(row, 1)?), since: seq(row, 2)?, count: number(row, 3)? };
        Ok((entry_id(row, 0)?, emoji))
    })
    .await?;
    Ok(set_lists(ids, found, |facts, id, list| facts.emoji_of.set(id, list)))
}

pub(super) async fn reactions(connection: &Connection, wanted: Vec<(EntryId, AccountId, Emoji)>) -> Result<Loaded, Fault> {
    let sql = "SELECT entry, account, emoji FROM reaction
               JOIN unnest($1::bigint[], $2::bigint[], $3::text[]) AS wanted (id, by, with_emoji)
                   ON entry = id AND account = wanted.by AND emoji = with_emoji";
    let ids: Vec<i64> = wanted.iter().map(|(id, ..)| columns::row_id(*id)).collect();
    let accounts: Vec<i64> = wanted.iter().map(|(_, account, _)| account.0.into()).collect();
    let emoji: Vec<&str> = wanted.iter().map(|(.., emoji)| emoji.as_str()).collect();
    let found = map(connection, sql, &[&ids, &accounts, &emoji], |row| {
        Ok((entry_id(row, 0)?, account_id(row, 1)?, Emoji::from(get::<String>(row, 2)?)))
    })
    .await?;
    Ok(set_existence(wanted, found, |facts, key, exists| facts.reactions.set(key, exists)))
}

pub(super) async fn notices(connection: &Connection, ids: Vec<EntryId>) -> Result<Loaded, Fault> {
    let sql = "SELECT entry, account, reason, done FROM notice WHERE entry = ANY ($1) ORDER BY account";
    let found = map(connection, sql, &[&row_ids(&ids)], |row| {
        let reason = columns::reason(Some(get(row, 2)?));
        Ok((entry_id(row, 0)?, InboxRecord { account: account_id(row, 1)?, reason, done: get(row, 3)? }))
    })
    .await?;
    Ok(set_lists(ids, found, |facts, id, list| facts.notices.set(id, list)))
}
