//! Queries on accounts.

use papo_shared::model::{ConversationId, Username};
use rusqlite::{Connection, OptionalExtension};

use crate::domain::{Account, AccountId, BCRYPT_CHARS, BCRYPT_SETTINGS_CHARS, Credentials, Member};
use crate::store::columns::ACCOUNT;
use crate::store::sqlite::rows;

pub(crate) fn credentials(connection: &Connection, username: &Username) -> rusqlite::Result<Option<Credentials>> {
    connection
        .prepare_cached(&format!("SELECT password_hash, {ACCOUNT} FROM account WHERE username = ?1 AND deleted_at IS NULL"))?
        .query_row([username.as_str()], |row| Ok(Credentials { password_hash: row.get(0)?, account: rows::account(row, 1)? }))
        .optional()
}

pub(crate) fn password_hash_settings(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let settings = format!("substr(password_hash, -{BCRYPT_CHARS}, {BCRYPT_SETTINGS_CHARS})");
    connection
        .prepare(&format!("SELECT DISTINCT {settings} FROM account WHERE length(password_hash) >= {BCRYPT_CHARS}"))?
        .query_map([], |row| row.get(0))?
        .collect()
}

pub(crate) fn accounts(connection: &Connection, ids: &[AccountId]) -> rusqlite::Result<Vec<Account>> {
    let mut statement = connection.prepare_cached(&format!("SELECT {ACCOUNT} FROM account WHERE id = ?1"))?;
    ids.iter().filter_map(|id| statement.query_row([id.0], |row| rows::account(row, 0)).optional().transpose()).collect()
}

pub(crate) fn users(
    connection: &Connection,
    query: Option<&str>,
    after: Option<&Username>,
    limit: usize,
) -> rusqlite::Result<Vec<Account>> {
    connection
        .prepare_cached(&format!(
            "SELECT {ACCOUNT} FROM account
             WHERE username > ?1 AND deleted_at IS NULL AND (?2 IS NULL OR instr(search, ?2) > 0) ORDER BY username LIMIT ?3"
        ))?
        .query_map((after.map_or("", Username::as_str), query, limit), |row| rows::account(row, 0))?
        .collect()
}

pub(crate) fn contacts(connection: &Connection, account: AccountId) -> rusqlite::Result<Vec<AccountId>> {
    connection
        .prepare_cached(
            "SELECT DISTINCT other.account FROM membership own
             JOIN membership other INDEXED BY membership_members ON other.conversation = own.conversation AND other.to_seq IS NULL
             WHERE own.account = ?1 AND own.to_seq IS NULL AND other.account <> ?1",
        )?
        .query_map([account.0], |row| row.get(0).map(AccountId))?
        .collect()
}

pub(crate) fn members(
    connection: &Connection,
    id: ConversationId,
    after: Option<&Username>,
    limit: usize,
) -> rusqlite::Result<Vec<Member>> {
    connection
        .prepare_cached(&format!(
            "SELECT membership.role, {ACCOUNT} FROM membership INDEXED BY membership_members JOIN account ON account.id = membership.account
             WHERE membership.conversation = ?1 AND membership.to_seq IS NULL AND account.username > ?2
             ORDER BY account.username LIMIT ?3"
        ))?
        .query_map((id.0, after.map_or("", Username::as_str), limit), |row| {
            Ok(Member { account: rows::account(row, 1)?, role: rows::role(row, 0)? })
        })?
        .collect()
}
