//! Signing devices in and out.

use papo_shared::model::{DeviceId, Timestamp};
use papo_shared::protocol::Refusal;

use super::read_devices;
use super::tables::Tables;
use crate::domain::{AccountId, MAX_DEVICES};
use crate::store::{NewDevice, Outcome};

pub(super) fn add(
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
    Ok(Outcome::DeviceAdded(insert(tables, account, device, at)?))
}

pub(super) fn remove(tables: &Tables, device: DeviceId) -> rusqlite::Result<Outcome> {
    let removed = tables
        .connection
        .prepare_cached("DELETE FROM device WHERE id = ?1 RETURNING id")?
        .query_map([device.0], |row| row.get(0).map(DeviceId))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(Outcome::DevicesRemoved(removed))
}

/// Removes the devices of an account, all but the one that is kept.
pub(super) fn remove_all(tables: &Tables, account: AccountId, kept: Option<DeviceId>) -> rusqlite::Result<Outcome> {
    let removed = tables
        .connection
        .prepare_cached("DELETE FROM device WHERE account = ?1 AND id IS NOT ?2 RETURNING id")?
        .query_map((account.0, kept.map(|device| device.0)), |row| row.get(0).map(DeviceId))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(Outcome::DevicesRemoved(removed))
}

pub(super) fn revoke(tables: &Tables, by: DeviceId, device: DeviceId) -> rusqlite::Result<Outcome> {
    if !read_devices::stands(&tables.connection, by)? {
        return Ok(Outcome::Refused(Refusal::TokenUnknown));
    }
    let removed = tables
        .connection
        .prepare_cached("DELETE FROM device WHERE id = ?2 AND account = (SELECT account FROM device WHERE id = ?1)")?
        .execute((by.0, device.0))?;
    Ok(if removed == 0 { Outcome::Refused(Refusal::NoSuchDevice) } else { Outcome::DevicesRemoved(vec![device]) })
}

pub(super) fn touch(tables: &Tables, device: DeviceId, at: Timestamp) -> rusqlite::Result<Outcome> {
    tables.connection.prepare_cached("UPDATE device SET last_used = ?2 WHERE id = ?1")?.execute((device.0, at.0))?;
    Ok(Outcome::Done)
}

pub(super) fn insert(tables: &Tables, account: AccountId, device: &NewDevice, at: Timestamp) -> rusqlite::Result<DeviceId> {
    let id = tables
        .connection
        .prepare_cached(
            "INSERT INTO device (account, token_hash, name, created_at, last_used) VALUES (?1, ?2, ?3, ?4, ?4) RETURNING id",
        )?
        .query_row((account.0, device.token.0, device.name.as_str(), at.0), |row| row.get(0).map(DeviceId))?;
    tables
        .connection
        .prepare_cached(
            "DELETE FROM device WHERE account = ?1 AND id NOT IN
             (SELECT id FROM device WHERE account = ?1 ORDER BY id DESC LIMIT ?2)",
        )?
        .execute((account.0, MAX_DEVICES))?;
    Ok(id)
}
