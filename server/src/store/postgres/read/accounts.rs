//! Queries on accounts.

use papo_shared::model::{ConversationId, Username};

use super::visible_range::visible_range;
use crate::domain::{Account, AccountId, BCRYPT_CHARS, BCRYPT_SETTINGS_CHARS, Credentials, Member};
use crate::store::columns::ACCOUNT;
use crate::store::postgres::fault::Fault;
use crate::store::postgres::query::{Connection, map, one};
use crate::store::postgres::rows::{self, account_id, get, limit, role};

pub(crate) async fn credentials(connection: &Connection, username: &Username) -> Result<Option<Credentials>, Fault> {
    let sql = format!("SELECT password_hash, {ACCOUNT} FROM account WHERE username = $1 AND deleted_at IS NULL");
    let found = one(connection, &sql, &[&username.as_str()]).await?;
    found.map(|row| Ok(Credentials { password_hash: get(&row, 0)?, account: rows::account(&row, 1)? })).transpose()
}

pub(crate) async fn password_hash_settings(connection: &Connection) -> Result<Vec<String>, Fault> {
    let settings = format!("left(right(password_hash, {BCRYPT_CHARS}), {BCRYPT_SETTINGS_CHARS})");
    let sql = format!("SELECT DISTINCT {settings} FROM account WHERE length(password_hash) >= {BCRYPT_CHARS}");
    map(connection, &sql, &[], |row| get(row, 0)).await
}

pub(crate) async fn accounts(connection: &Connection, ids: &[AccountId]) -> Result<Vec<Account>, Fault> {
    let ids: Vec<i64> = ids.iter().map(|id| id.0.into()).collect();
    let sql = format!("SELECT {ACCOUNT} FROM account WHERE id = ANY ($1)");
    map(connection, &sql, &[&ids], |row| rows::account(row, 0)).await
}

pub(crate) async fn users(
    connection: &Connection,
    query: Option<&str>,
    after: Option<&Username>,
    max_rows: usize,
) -> Result<Vec<Account>, Fault> {
    let sql = format!(
        "SELECT {ACCOUNT} FROM account
         WHERE username > $1 AND deleted_at IS NULL AND ($2::text IS NULL OR strpos(search, $2) > 0)
         ORDER BY username LIMIT $3"
    );
    let after = after.map_or("", Username::as_str);
    map(connection, &sql, &[&after, &query, &limit(max_rows)], |row| rows::account(row, 0)).await
}

pub(crate) async fn contacts(connection: &Connection, account: AccountId) -> Result<Vec<AccountId>, Fault> {
    let sql = "SELECT DISTINCT other.account FROM membership own
               JOIN membership other ON other.conversation = own.conversation AND other.to_seq IS NULL
               WHERE own.account = $1 AND own.to_seq IS NULL AND other.account <> $1";
    map(connection, sql, &[&i64::from(account.0)], |row| account_id(row, 0)).await
}

pub(crate) async fn members(
    connection: &Connection,
    account: AccountId,
    id: ConversationId,
    after: Option<&Username>,
    max_rows: usize,
) -> Result<Option<Vec<Member>>, Fault> {
    if visible_range(connection, account, id).await?.is_none() {
        return Ok(None);
    }
    let sql = format!(
        "SELECT membership.role, {ACCOUNT} FROM membership JOIN account ON account.id = membership.account
         WHERE membership.conversation = $1 AND membership.to_seq IS NULL AND account.username > $2
         ORDER BY account.username LIMIT $3"
    );
    let after = after.map_or("", Username::as_str);
    let found = map(connection, &sql, &[&i64::from(id.0), &after, &limit(max_rows)], |row| {
        Ok(Member { account: rows::account(row, 1)?, role: role(row, 0)? })
    })
    .await?;
    Ok(Some(found))
}

/// Accounts blocked by this one, ordered by username.
pub(crate) async fn blocked(
    connection: &Connection,
    account: AccountId,
    after: Option<&Username>,
    max_rows: usize,
) -> Result<Vec<Account>, Fault> {
    let sql = format!(
        "SELECT {ACCOUNT} FROM block JOIN account ON account.id = block.blocked
         WHERE block.blocker = $1 AND account.username > $2 ORDER BY account.username LIMIT $3"
    );
    let after = after.map_or("", Username::as_str);
    map(connection, &sql, &[&i64::from(account.0), &after, &limit(max_rows)], |row| rows::account(row, 0)).await
}
