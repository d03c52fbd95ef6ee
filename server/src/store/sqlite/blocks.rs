//! Blocks between users, and the resulting permission to write.

use papo_shared::model::{ConversationId, Timestamp, Username};
use papo_shared::protocol::Refusal;
use rusqlite::{Connection, OptionalExtension};

use super::rows::ACCOUNT;
use super::tables::Tables;
use super::{cache, rows};
use crate::domain::{Account, AccountId, Audience, Who, rules};
use crate::store::{BlockSet, Outcome};

pub(super) fn block(tables: &mut Tables, by: AccountId, whom: &Who, at: Timestamp) -> rusqlite::Result<Outcome> {
    let connection = &tables.connection;
    if has_blocked(connection, by, whom.id)? {
        return Ok(Outcome::Done);
    }
    let blocked =
        connection.prepare_cached("SELECT count(*) FROM block WHERE blocker = ?1")?.query_row([by.0], |row| row.get(0))?;
    if let Err(refusal) = rules::may_block_another(blocked) {
        return Ok(Outcome::Refused(refusal));
    }
    connection
        .prepare_cached("INSERT INTO block (blocker, blocked, at) VALUES (?1, ?2, ?3)")?
        .execute((by.0, whom.id.0, at.0))?;
    changed(tables, by, whom, true)
}

pub(super) fn unblock(tables: &mut Tables, by: AccountId, whom: &Who) -> rusqlite::Result<Outcome> {
    let removed =
        tables.connection.prepare_cached("DELETE FROM block WHERE blocker = ?1 AND blocked = ?2")?.execute((by.0, whom.id.0))?;
    if removed == 0 { Ok(Outcome::Done) } else { changed(tables, by, whom, false) }
}

/// Updates the cached direct conversation of the two accounts.
fn changed(tables: &mut Tables, by: AccountId, whom: &Who, blocked: bool) -> rusqlite::Result<Outcome> {
    if let Some(id) = direct(&tables.connection, by, whom.id)? {
        let blockers = blockers(&tables.connection, by.min(whom.id), by.max(whom.id))?;
        if let Some(known) = tables.cache.get(&tables.connection, id)? {
            known.blockers = blockers;
        }
    }
    Ok(Outcome::BlockChanged(BlockSet { by, username: whom.username.clone(), blocked }))
}

/// The direct conversation of two accounts, if there is one.
pub(super) fn direct(connection: &Connection, one: AccountId, other: AccountId) -> rusqlite::Result<Option<ConversationId>> {
    connection
        .prepare_cached("SELECT id FROM conversation WHERE low = ?1 AND high = ?2")?
        .query_row((one.min(other).0, one.max(other).0), |row| row.get(0).map(ConversationId))
        .optional()
}

/// Whether `by` has blocked `whom`.
pub(super) fn has_blocked(connection: &Connection, by: AccountId, whom: AccountId) -> rusqlite::Result<bool> {
    connection.prepare_cached("SELECT 1 FROM block WHERE blocker = ?1 AND blocked = ?2")?.exists((by.0, whom.0))
}

/// Which of the two accounts have blocked the other.
pub(super) fn blockers(connection: &Connection, low: AccountId, high: AccountId) -> rusqlite::Result<Vec<AccountId>> {
    connection
        .prepare_cached(
            "SELECT blocker FROM block
             WHERE blocker = ?1 AND blocked = ?2 OR blocker = ?2 AND blocked = ?1 ORDER BY blocker",
        )?
        .query_map((low.0, high.0), |row| row.get(0).map(AccountId))?
        .collect()
}

/// Accounts blocked by this one, ordered by username.
pub(super) fn page(
    connection: &Connection,
    account: AccountId,
    after: Option<&Username>,
    limit: usize,
) -> rusqlite::Result<Vec<Account>> {
    connection
        .prepare_cached(&format!(
            "SELECT {ACCOUNT} FROM block JOIN account ON account.id = block.blocked
             WHERE block.blocker = ?1 AND account.username > ?2 ORDER BY account.username LIMIT ?3"
        ))?
        .query_map((account.0, after.map_or("", Username::as_str), limit), |row| rows::account(row, 0))?
        .collect()
}

/// The members who receive what this account writes, if it may write.
pub(super) fn may_write(
    connection: &Connection,
    account: AccountId,
    id: ConversationId,
) -> rusqlite::Result<Result<Audience, Refusal>> {
    let known = cache::load(connection, id)?.filter(|known| known.has(account));
    Ok(rules::as_member(known).and_then(|known| {
        known.may_write(account)?;
        Ok(known.members)
    }))
}
