//! Accounts, passwords, devices.

use papo_shared::model::{DisplayName, Timestamp, Username};
use papo_shared::protocol::Refusal;
use rusqlite::OptionalExtension;

use super::tables::Tables;
use crate::domain::{AccountId, DeviceId, MAX_DEVICES};
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
    Ok(Outcome::AccountCreated(id, insert_device(tables, id, device, at)?))
}

pub(super) fn set_password(
    tables: &Tables,
    account: AccountId,
    current_hash: &str,
    new_hash: &str,
    keep_only: Option<DeviceId>,
) -> rusqlite::Result<Outcome> {
    let changed = tables
        .connection
        .prepare_cached("UPDATE account SET password_hash = ?3 WHERE id = ?1 AND password_hash = ?2")?
        .execute((account.0, current_hash, new_hash))?;
    if changed == 0 {
        return Ok(Outcome::Refused(Refusal::WrongCredentials));
    }
    let Some(kept) = keep_only else { return Ok(Outcome::DevicesRemoved(Vec::new())) };
    let removed = tables
        .connection
        .prepare_cached("DELETE FROM device WHERE account = ?1 AND id <> ?2 RETURNING id")?
        .query_map((account.0, kept.0), |row| row.get(0).map(DeviceId))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(Outcome::DevicesRemoved(removed))
}

pub(super) fn add_device(
    tables: &Tables,
    account: AccountId,
    verified_hash: &str,
    device: &NewDevice,
    at: Timestamp,
) -> rusqlite::Result<Outcome> {
    let stands = tables
        .connection
        .prepare_cached("SELECT 1 FROM account WHERE id = ?1 AND password_hash = ?2")?
        .exists((account.0, verified_hash))?;
    if !stands {
        return Ok(Outcome::Refused(Refusal::WrongCredentials));
    }
    Ok(Outcome::DeviceAdded(insert_device(tables, account, device, at)?))
}

pub(super) fn remove_device(tables: &Tables, device: DeviceId) -> rusqlite::Result<Outcome> {
    let removed = tables
        .connection
        .prepare_cached("DELETE FROM device WHERE id = ?1 RETURNING id")?
        .query_map([device.0], |row| row.get(0).map(DeviceId))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(Outcome::DevicesRemoved(removed))
}

pub(super) fn touch_seen(tables: &Tables, account: AccountId, at: Timestamp) -> rusqlite::Result<Outcome> {
    tables.connection.prepare_cached("UPDATE account SET last_seen = ?2 WHERE id = ?1")?.execute((account.0, at.0))?;
    Ok(Outcome::Done)
}

fn insert_device(tables: &Tables, account: AccountId, device: &NewDevice, at: Timestamp) -> rusqlite::Result<DeviceId> {
    let id = tables
        .connection
        .prepare_cached("INSERT INTO device (account, token_hash, name, created_at) VALUES (?1, ?2, ?3, ?4) RETURNING id")?
        .query_row((account.0, device.token.0, &device.name, at.0), |row| row.get(0).map(DeviceId))?;
    tables
        .connection
        .prepare_cached(
            "DELETE FROM device WHERE account = ?1 AND id NOT IN
             (SELECT id FROM device WHERE account = ?1 ORDER BY id DESC LIMIT ?2)",
        )?
        .execute((account.0, MAX_DEVICES))?;
    Ok(id)
}
