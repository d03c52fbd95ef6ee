//! Blocks between users, and the resulting permission to write.

use papo_shared::model::{ConversationId, Username};
use papo_shared::protocol::Refusal;
use rusqlite::Connection;

use super::rows::ACCOUNT;
use super::{load, rows};
use crate::domain::{Account, AccountId, Audience, rules};

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
    let known = load::conversation(connection, id)?.filter(|known| known.has(account));
    Ok(rules::require_member(known).and_then(|known| {
        known.may_write(account)?;
        Ok(known.members)
    }))
}
