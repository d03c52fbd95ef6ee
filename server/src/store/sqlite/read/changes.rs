//! Queries on the history of messages and on reactions.

use papo_shared::model::{ConversationId, Emoji, MessageText, Reaction, Seq, Timestamp, Username};
use papo_shared::protocol::Revision;
use rusqlite::{Connection, OptionalExtension};

use super::visible_range::visible_range;
use crate::domain::{AccountId, FoundReaction};
use crate::store::columns;
use crate::store::sqlite::rows;

/// The original text of a message that has been edited.
pub(crate) fn first_text(connection: &Connection, entry: i64) -> rusqlite::Result<Option<String>> {
    connection
        .prepare_cached("SELECT body FROM revision WHERE entry = ?1 AND number = 1")?
        .query_row([entry], |row| row.get(0))
        .optional()
}

pub(crate) fn revisions(
    connection: &Connection,
    account: AccountId,
    id: ConversationId,
    seq: Seq,
    after: u32,
    limit: usize,
    enough_bytes: usize,
) -> rusqlite::Result<Option<Option<Vec<Revision>>>> {
    let (at, text) = match message(connection, account, id, seq)? {
        Some(Some(found)) => found,
        Some(None) => return Ok(Some(None)),
        None => return Ok(None),
    };
    let mut before =
        connection.prepare_cached("SELECT at, body FROM revision WHERE entry = ?1 AND number > ?2 ORDER BY number LIMIT ?3")?;
    let mut found = Vec::new();
    let mut bytes = 0;
    let revision = |at, text: String| Revision { at: Timestamp(at), text: MessageText::from(text) };
    for row in before.query_map((columns::entry_id(id, seq), after, limit), |row| Ok(revision(row.get(0)?, row.get(1)?)))? {
        let row = row?;
        bytes += row.text.as_str().len();
        found.push(row);
        if bytes > enough_bytes {
            return Ok(Some(Some(found)));
        }
    }
    let edits: u32 = connection
        .prepare_cached("SELECT count(*) FROM revision WHERE entry = ?1")?
        .query_row([columns::entry_id(id, seq)], |row| row.get(0))?;
    if found.len() < limit && after <= edits {
        found.push(revision(at.0, text));
    }
    Ok(Some(Some(found)))
}

pub(crate) fn reactions(
    connection: &Connection,
    account: AccountId,
    id: ConversationId,
    seq: Seq,
    after: Option<Seq>,
    limit: usize,
) -> rusqlite::Result<Option<Option<Vec<FoundReaction>>>> {
    match message(connection, account, id, seq)? {
        Some(Some(_)) => {}
        Some(None) => return Ok(Some(None)),
        None => return Ok(None),
    }
    connection
        .prepare_cached(
            "SELECT reaction.seq, reaction.emoji, account.username FROM reaction JOIN account ON account.id = reaction.account
             WHERE reaction.entry = ?1 AND reaction.seq > ?2 ORDER BY reaction.seq LIMIT ?3",
        )?
        .query_map((columns::entry_id(id, seq), columns::column(after.unwrap_or_default()), limit), |row| {
            let (emoji, username) = (Emoji::from(row.get::<_, String>(1)?), Username::from(row.get::<_, String>(2)?));
            Ok(FoundReaction { seq: rows::seq(row, 0)?, emoji, username })
        })?
        .collect::<rusqlite::Result<_>>()
        .map(|found| Some(Some(found)))
}

/// The reactions to a message as this account sees them, in the order in which each emoji was first used.
pub(crate) fn reaction_counts(connection: &Connection, account: AccountId, entry: i64) -> rusqlite::Result<Vec<Reaction>> {
    connection
        .prepare_cached(
            "SELECT emoji, accounts, EXISTS (
                 SELECT 1 FROM reaction WHERE entry = ?1 AND emoji = reaction_count.emoji AND account = ?2)
             FROM reaction_count WHERE entry = ?1 ORDER BY since",
        )?
        .query_map((entry, account.0), |row| {
            Ok(Reaction { emoji: Emoji::from(row.get::<_, String>(0)?), count: row.get(1)?, mine: row.get(2)? })
        })?
        .collect()
}

/// The current text of a message and the time it was written. `None` if the account is not a member; `Some(None)` if there is no
/// such message that it may see.
fn message(
    connection: &Connection,
    account: AccountId,
    id: ConversationId,
    seq: Seq,
) -> rusqlite::Result<Option<Option<(Timestamp, String)>>> {
    if visible_range(connection, account, id)?.is_none() {
        return Ok(None);
    }
    let found = connection
        .prepare_cached(
            "SELECT ifnull(entry.edited_at, entry.at), entry.body
             FROM entry
             JOIN membership own ON own.account = ?2 AND own.conversation = ?3 AND own.to_seq IS NULL
             WHERE entry.id = ?1 AND entry.kind = 1 AND entry.body IS NOT NULL AND own.from_seq <= entry.id & 4294967295",
        )?
        .query_row((columns::entry_id(id, seq), account.0, id.0), |row| Ok((Timestamp(row.get(0)?), row.get(1)?)))
        .optional()?;
    Ok(Some(found))
}
