//! Queries on devices.

use papo_shared::model::{DeviceId, DeviceName, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row};

use crate::domain::{Account, AccountId, Device, TokenHash};
use crate::store::columns::ACCOUNT;
use crate::store::sqlite::rows;

/// Columns that [`device`] reads, in order.
const DEVICE: &str = "device.id, device.name, device.created_at, device.last_used";

/// Reads the columns of [`DEVICE`], starting at the first one.
fn device(row: &Row<'_>) -> rusqlite::Result<Device> {
    Ok(Device {
        id: DeviceId(row.get(0)?),
        name: DeviceName::from(row.get::<_, String>(1)?),
        created_at: Timestamp(row.get(2)?),
        last_used: Timestamp(row.get(3)?),
    })
}

pub(crate) fn by_token(connection: &Connection, token: &TokenHash) -> rusqlite::Result<Option<(Device, Account)>> {
    connection
        .prepare_cached(&format!(
            "SELECT {DEVICE}, {ACCOUNT} FROM device JOIN account ON account.id = device.account WHERE device.token_hash = ?1"
        ))?
        .query_row([&token.0[..]], |row| Ok((device(row)?, rows::account(row, 4)?)))
        .optional()
}

pub(crate) fn is_valid(connection: &Connection, device: DeviceId) -> rusqlite::Result<bool> {
    connection.prepare_cached("SELECT 1 FROM device WHERE id = ?1")?.exists([device.0])
}

pub(crate) fn of(
    connection: &Connection,
    account: AccountId,
    after: Option<DeviceId>,
    limit: usize,
) -> rusqlite::Result<Vec<Device>> {
    connection
        .prepare_cached(&format!("SELECT {DEVICE} FROM device WHERE account = ?1 AND id > ?2 ORDER BY id LIMIT ?3"))?
        .query_map((account.0, after.map_or(0, |after| after.0), limit), device)?
        .collect()
}
