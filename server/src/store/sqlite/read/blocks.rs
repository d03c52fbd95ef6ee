//! Queries on blocks between users.

use papo_shared::model::Username;
use rusqlite::Connection;

use crate::domain::{Account, AccountId};
use crate::store::columns::ACCOUNT;
use crate::store::sqlite::rows;

/// Accounts blocked by this one, ordered by username.
pub(crate) fn page(
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
