//! Facts about messages.

use std::collections::{HashMap, HashSet};

use papo_shared::model::{ClientId, Emoji, EntryKind};
use tokio_postgres::Row;

use super::loaded::Loaded;
use crate::domain::facts::{EmojiFacts, InboxRecord, MessageFacts, Original, SentMessage};
use crate::domain::{AccountId, EntryId, TextHashByte};
use crate::store::columns;
use crate::store::postgres::fault::Fault;
use crate::store::postgres::query::{Connection, map};
use crate::store::postgres::rows::{self, account_id, bytes, get, number, optional_account, seq, time, username};

pub(crate) fn row_id(id: EntryId) -> i64 {
    columns::entry_id(id.conversation, id.seq)
}

fn row_ids(ids: &[EntryId]) -> Vec<i64> {
    ids.iter().copied().map(row_id).collect()
}

pub(super) fn entry_id(row: &Row, column: usize) -> Result<EntryId, Fault> {
    let id = get(row, column)?;
    Ok(EntryId { conversation: columns::conversation_of(id), seq: columns::seq_of(id) })
}

pub(super) async fn client_ids(connection: &Connection, wanted: Vec<(AccountId, ClientId)>) -> Result<Loaded, Fault> {
    let sql = format!(
        "SELECT {}, entry.author, entry.mark, revision.body
         FROM entry {}
         JOIN unnest($1::bigint[], $2::bytea[]) AS wanted (by, sent) ON entry.author = wanted.by AND entry.client_id = wanted.sent
         LEFT JOIN revision ON revision.entry = entry.id AND revision.number = 1",
        rows::ENTRY,
        rows::ENTRY_JOINS
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
    let mut found: HashMap<_, _> = found.into_iter().collect();
    Ok(Box::new(move |facts| wanted.into_iter().for_each(|key| facts.client_ids.set(key, found.remove(&key)))))
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
    let mut found: HashMap<_, _> = found.into_iter().collect();
    Ok(Box::new(move |facts| ids.into_iter().for_each(|id| facts.messages.set(id, found.remove(&id)))))
}

pub(super) async fn edit_counts(connection: &Connection, ids: Vec<EntryId>) -> Result<Loaded, Fault> {
    let sql = "SELECT entry, count(*) FROM revision WHERE entry = ANY ($1) GROUP BY entry";
    let found = map(connection, sql, &[&row_ids(&ids)], |row| Ok((entry_id(row, 0)?, number(row, 1)?))).await?;
    let found: HashMap<_, _> = found.into_iter().collect();
    Ok(Box::new(move |facts| {
        ids.into_iter().for_each(|id| facts.edit_counts.set(id, found.get(&id).copied().unwrap_or_default()));
    }))
}

pub(super) async fn original_texts(connection: &Connection, ids: Vec<EntryId>) -> Result<Loaded, Fault> {
    let sql = "SELECT entry, body FROM revision WHERE entry = ANY ($1) AND number = 1";
    let found = map(connection, sql, &[&row_ids(&ids)], |row| Ok((entry_id(row, 0)?, get::<String>(row, 1)?))).await?;
    let mut found: HashMap<_, _> = found.into_iter().collect();
    Ok(Box::new(move |facts| ids.into_iter().for_each(|id| facts.original_texts.set(id, found.remove(&id)))))
}

pub(super) async fn emoji_of(connection: &Connection, ids: Vec<EntryId>) -> Result<Loaded, Fault> {
    let sql = "SELECT entry, emoji, since, accounts FROM reaction_count WHERE entry = ANY ($1)";
    let found = map(connection, sql, &[&row_ids(&ids)], |row| {
        let emoji = EmojiFacts { emoji: Emoji::from(get::<String>(row, 1)?), since: seq(row, 2)?, count: number(row, 3)? };
        Ok((entry_id(row, 0)?, emoji))
    })
    .await?;
    let mut lists: HashMap<_, Vec<_>> = HashMap::new();
    found.into_iter().for_each(|(id, emoji)| lists.entry(id).or_default().push(emoji));
    Ok(Box::new(move |facts| {
        ids.into_iter().for_each(|id| facts.emoji_of.set(id, lists.remove(&id).unwrap_or_default()));
    }))
}

pub(super) async fn reactions(connection: &Connection, wanted: Vec<(EntryId, AccountId, Emoji)>) -> Result<Loaded, Fault> {
    let sql = "SELECT entry, account, emoji FROM reaction
               JOIN unnest($1::bigint[], $2::bigint[], $3::text[]) AS wanted (id, by, with_emoji)
                   ON entry = id AND account = wanted.by AND emoji = with_emoji";
    let ids: Vec<i64> = wanted.iter().map(|(id, ..)| row_id(*id)).collect();
    let accounts: Vec<i64> = wanted.iter().map(|(_, account, _)| account.0.into()).collect();
    let emoji: Vec<&str> = wanted.iter().map(|(.., emoji)| emoji.as_str()).collect();
    let found = map(connection, sql, &[&ids, &accounts, &emoji], |row| {
        Ok((entry_id(row, 0)?, account_id(row, 1)?, Emoji::from(get::<String>(row, 2)?)))
    })
    .await?;
    let found: HashSet<_> = found.into_iter().collect();
    Ok(Box::new(move |facts| {
        for key in wanted {
            let is_there = found.contains(&key);
            facts.reactions.set(key, is_there);
        }
    }))
}

pub(super) async fn notices(connection: &Connection, ids: Vec<EntryId>) -> Result<Loaded, Fault> {
    let sql = "SELECT entry, account, reason, done FROM notice WHERE entry = ANY ($1) ORDER BY account";
    let found = map(connection, sql, &[&row_ids(&ids)], |row| {
        let reason = columns::reason(Some(get(row, 2)?));
        Ok((entry_id(row, 0)?, InboxRecord { account: account_id(row, 1)?, reason, done: get(row, 3)? }))
    })
    .await?;
    let mut lists: HashMap<_, Vec<_>> = HashMap::new();
    found.into_iter().for_each(|(id, notice)| lists.entry(id).or_default().push(notice));
    Ok(Box::new(move |facts| {
        ids.into_iter().for_each(|id| facts.notices.set(id, lists.remove(&id).unwrap_or_default()));
    }))
}
