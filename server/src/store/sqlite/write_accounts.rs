//! Accounts and passwords.

use papo_shared::model::{DeviceId, DisplayName, Timestamp, Username};
use papo_shared::protocol::Refusal;
use rusqlite::OptionalExtension;

use super::tables::Tables;
use super::{read_devices, write_devices};
use crate::domain::AccountId;
use crate::store::{NewDevice, Outcome};

pub(super) fn create(
    tables: &Tables,
    username: &Username,
    display_name: &DisplayName,
    password_hash: &str,
    device: &NewDevice,
    at: Timestamp,
) -> rusqlite::Result<Outcome> {
    let search = format!("{}\n{}", username.as_str().to_lowercase(), display_name.as_str().to_lowercase());
    let id: Option<u32> = tables
        .connection
        .prepare_cached(
            "INSERT INTO account (username, display_name, search, password_hash, created_at) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (username) DO NOTHING RETURNING id",
        )?
        .query_row((username.as_str(), display_name.as_str(), search, password_hash, at.0), |row| row.get(0))
        .optional()?;
    let Some(id) = id.map(AccountId) else { return Ok(Outcome::Refused(Refusal::UsernameTaken)) };
    Ok(Outcome::AccountCreated(id, write_devices::insert(tables, id, device, at)?))
}

pub(super) fn set_password(
    tables: &Tables,
    account: AccountId,
    current_hash: &str,
    new_hash: &str,
    keep_only: Option<DeviceId>,
) -> rusqlite::Result<Outcome> {
    if let Some(kept) = keep_only
        && !read_devices::stands(&tables.connection, kept)?
    {
        return Ok(Outcome::Refused(Refusal::TokenUnknown));
    }
    let changed = tables
        .connection
        .prepare_cached("UPDATE account SET password_hash = ?3 WHERE id = ?1 AND password_hash = ?2")?
        .execute((account.0, current_hash, new_hash))?;
    if changed == 0 {
        return Ok(Outcome::Refused(Refusal::WrongCredentials));
    }
    match keep_only {
        Some(_) => write_devices::remove_all(tables, account, keep_only),
        None => Ok(Outcome::DevicesRemoved(Vec::new())),
    }
}

pub(super) fn replace_password(tables: &Tables, account: AccountId, new_hash: &str) -> rusqlite::Result<Outcome> {
    tables.connection.prepare_cached("UPDATE account SET password_hash = ?2 WHERE id = ?1")?.execute((account.0, new_hash))?;
    write_devices::remove_all(tables, account, None)
}

pub(super) fn suspend(tables: &Tables, account: AccountId, at: Timestamp) -> rusqlite::Result<Outcome> {
    tables
        .connection
        .prepare_cached("UPDATE account SET suspended_at = ?2 WHERE id = ?1 AND suspended_at IS NULL")?
        .execute((account.0, at.0))?;
    Ok(Outcome::Done)
}

pub(super) fn resume(tables: &Tables, account: AccountId) -> rusqlite::Result<Outcome> {
    tables.connection.prepare_cached("UPDATE account SET suspended_at = NULL WHERE id = ?1")?.execute([account.0])?;
    Ok(Outcome::Done)
}

/// Since when this account is suspended.
pub(super) fn suspended_at(tables: &Tables, account: AccountId) -> rusqlite::Result<Option<Timestamp>> {
    let mut since = tables.connection.prepare_cached("SELECT suspended_at FROM account WHERE id = ?1")?;
    let found = since.query_row([account.0], |row| row.get::<_, Option<i64>>(0)).optional()?;
    Ok(found.flatten().map(Timestamp))
}

pub(super) fn touch_seen(tables: &Tables, account: AccountId, at: Timestamp) -> rusqlite::Result<Outcome> {
    tables.connection.prepare_cached("UPDATE account SET last_seen = ?2 WHERE id = ?1")?.execute((account.0, at.0))?;
    Ok(Outcome::Done)
}
