//! Inbox items: the mentions and replies that make a message concern a member in particular.
//!
//! They are inserted with the message, rebuilt when it is edited, and deleted with it.

use papo_shared::model::mention;
use papo_shared::model::{ConversationId, MessageText, Seq, Username};
use papo_shared::protocol::InboxReason;
use rusqlite::{Connection, OptionalExtension};

use super::rows;
use crate::domain::{AccountId, Who};

/// The members mentioned in a text who may see the message, without its author. Looks up usernames one by one;
/// [`MAX_MENTIONS`](papo_shared::model::limits::MAX_MENTIONS) bounds their number.
pub(super) fn named(
    connection: &Connection,
    id: ConversationId,
    seq: Seq,
    author: &Who,
    text: &MessageText,
) -> rusqlite::Result<Vec<Who>> {
    let mut member = connection.prepare_cached(
        "SELECT account.id FROM account JOIN membership own ON own.account = account.id
         WHERE account.username = ?1 AND own.conversation = ?2 AND own.to_seq IS NULL AND own.from_seq <= ?3",
    )?;
    let mut named = Vec::new();
    for username in mention::names(text.as_str()) {
        if username == author.username {
            continue;
        }
        let found = member.query_row((username.as_str(), id.0, rows::column(seq)), |row| row.get(0)).optional()?;
        named.extend(found.map(|id| Who { id: AccountId(id), username }));
    }
    Ok(named)
}

/// Mentions as stored in a column: usernames separated by spaces. Usernames contain no spaces and never change.
pub(super) fn column(named: &[Who]) -> Option<String> {
    let names: Vec<&str> = named.iter().map(|who| who.username.as_str()).collect();
    (!names.is_empty()).then(|| names.join(" "))
}

/// Parses a column written by [`column()`].
pub(super) fn names(column: Option<&str>) -> Vec<Username> {
    column.map_or_else(Vec::new, |names| names.split(' ').map(|name| Username::from(name.to_owned())).collect())
}

/// Rebuilds the inbox items of a message after its mentions changed. Dismissed items stay dismissed; new items for
/// accounts that have blocked the author are inserted as dismissed.
pub(super) fn remake(
    connection: &Connection,
    entry: i64,
    author: AccountId,
    named: &[Who],
    answered: Option<AccountId>,
) -> rusqlite::Result<()> {
    connection.prepare_cached("UPDATE notice SET reason = 0 WHERE entry = ?1 AND reason <> 3")?.execute([entry])?;
    let mut set = connection.prepare_cached(
        "INSERT INTO notice (account, entry, reason, done)
         VALUES (?1, ?2, ?3, EXISTS (SELECT 1 FROM block WHERE blocker = ?1 AND blocked = ?4))
         ON CONFLICT (account, entry) DO UPDATE SET reason = excluded.reason",
    )?;
    // A mention outranks a reply, so it is written last.
    if let Some(answered) = answered.filter(|answered| *answered != author) {
        set.execute((answered.0, entry, REPLY, author.0))?;
    }
    for who in named {
        set.execute((who.id.0, entry, MENTION, author.0))?;
    }
    connection.prepare_cached("DELETE FROM notice WHERE entry = ?1 AND reason = 0")?.execute([entry])?;
    Ok(())
}

const MENTION: i64 = 1;
const REPLY: i64 = 2;
const DIRECT: i64 = 3;

/// Number of the account's inbox items after `read`, without dismissed ones.
pub(super) fn count(connection: &Connection, account: AccountId, id: ConversationId, read: Seq) -> rusqlite::Result<u32> {
    connection
        .prepare_cached("SELECT count(*) FROM notice WHERE account = ?1 AND entry > ?2 AND entry <= ?3 AND NOT done")?
        .query_row((account.0, rows::entry_id(id, read), rows::entry_id(id, Seq(u64::MAX))), |row| row.get(0))
}

/// Dismisses an inbox item. Returns whether it was in the inbox.
pub(super) fn dismiss(connection: &Connection, account: AccountId, entry: i64, is_direct: bool) -> rusqlite::Result<bool> {
    let known = connection
        .prepare_cached("UPDATE notice SET done = 1 WHERE account = ?1 AND entry = ?2 AND NOT done")?
        .execute((account.0, entry))?;
    if known > 0 || !is_direct {
        return Ok(known > 0);
    }
    // A direct message is in the inbox without a row; only dismissing it needs one.
    let added = connection
        .prepare_cached("INSERT OR IGNORE INTO notice (account, entry, reason, done) VALUES (?1, ?2, ?3, 1)")?
        .execute((account.0, entry, DIRECT))?;
    Ok(added > 0)
}

/// Converts the `reason` column.
pub(super) fn reason(column: Option<i64>) -> InboxReason {
    match column {
        Some(MENTION) => InboxReason::Mention,
        Some(REPLY) => InboxReason::Reply,
        _ => InboxReason::Direct,
    }
}
