//! Facts about accounts, devices and invites to the server.

use papo_shared::model::{DeviceId, Timestamp, Username};
use rusqlite::Connection;

use super::query::{all, one};
use crate::domain::facts::{AccountFacts, InviteFacts};
use crate::domain::storage::DailyUsage;
use crate::domain::{AccountId, InviteHash, InviteId};

pub(super) fn account(connection: &Connection, id: AccountId) -> rusqlite::Result<Option<AccountFacts>> {
    let sql = "SELECT username, suspended_at, ifnull(day, 0), ifnull(bytes, 0), ifnull(messages, 0), deleted_at IS NOT NULL
               FROM account LEFT JOIN usage ON usage.account = account.id WHERE account.id = ?1";
    one(connection, sql, [id.0], |row| {
        let suspended_at = row.get::<_, Option<i64>>(1)?.map(Timestamp);
        let usage = DailyUsage { day: row.get(2)?, bytes: row.get(3)?, messages: row.get(4)? };
        let (username, is_deleted) = (Username::from(row.get::<_, String>(0)?), row.get(5)?);
        Ok(AccountFacts { username, suspended_at, is_deleted, usage })
    })
}

pub(super) fn password_hash(connection: &Connection, id: AccountId) -> rusqlite::Result<Option<String>> {
    one(connection, "SELECT password_hash FROM account WHERE id = ?1", [id.0], |row| row.get(0))
}

pub(super) fn by_username(connection: &Connection, username: &Username) -> rusqlite::Result<Option<AccountId>> {
    one(connection, "SELECT id FROM account WHERE username = ?1", [username.as_str()], |row| row.get(0).map(AccountId))
}

pub(super) fn owner(connection: &Connection, id: DeviceId) -> rusqlite::Result<Option<AccountId>> {
    one(connection, "SELECT account FROM device WHERE id = ?1", [id.0], |row| row.get(0).map(AccountId))
}

pub(super) fn devices_of(connection: &Connection, account: AccountId) -> rusqlite::Result<Vec<DeviceId>> {
    all(connection, "SELECT id FROM device WHERE account = ?1 ORDER BY id", [account.0], |row| row.get(0).map(DeviceId))
}

pub(super) fn invite(connection: &Connection, code: InviteHash) -> rusqlite::Result<Option<InviteFacts>> {
    one(connection, "SELECT id, uses_left, expires_at FROM invite WHERE code_hash = ?1", [code.0], |row| {
        let expires_at = row.get::<_, Option<i64>>(2)?.map(Timestamp);
        Ok(InviteFacts { id: InviteId(row.get(0)?), uses_left: row.get(1)?, expires_at })
    })
}

pub(super) fn invite_code(connection: &Connection, id: InviteId) -> rusqlite::Result<Option<InviteHash>> {
    one(connection, "SELECT code_hash FROM invite WHERE id = ?1", [id.0], |row| row.get(0).map(InviteHash))
}
