//! Queries on devices.

use papo_shared::model::{DeviceId, DeviceName};
use tokio_postgres::Row;

use crate::domain::{Account, AccountId, Device, TokenHash};
use crate::store::columns::ACCOUNT;
use crate::store::postgres::fault::Fault;
use crate::store::postgres::query::{Connection, map, one};
use crate::store::postgres::rows::{self, get, limit, time};

/// Columns that [`device`] reads, in order.
const DEVICE: &str = "device.id, device.name, device.created_at, device.last_used";

/// Reads the columns of [`DEVICE`], starting at the first one.
fn device(row: &Row) -> Result<Device, Fault> {
    let name = DeviceName::from(get::<String>(row, 1)?);
    Ok(Device { id: DeviceId(get(row, 0)?), name, created_at: time(row, 2)?, last_used: time(row, 3)? })
}

pub(crate) async fn by_token(connection: &Connection, token: &TokenHash) -> Result<Option<(Device, Account)>, Fault> {
    let sql = format!(
        "SELECT {DEVICE}, {ACCOUNT} FROM device JOIN account ON account.id = device.account WHERE device.token_hash = $1"
    );
    let found = one(connection, &sql, &[&&token.0[..]]).await?;
    found.map(|row| Ok((device(&row)?, rows::account(&row, 4)?))).transpose()
}

pub(crate) async fn is_valid(connection: &Connection, device: DeviceId) -> Result<bool, Fault> {
    Ok(one(connection, "SELECT id FROM device WHERE id = $1", &[&device.0]).await?.is_some())
}

/// Those that are signed out, or whose account is suspended.
pub(crate) async fn ended(connection: &Connection, devices: &[DeviceId]) -> Result<Vec<DeviceId>, Fault> {
    let sql = "SELECT id FROM unnest($1::bigint[]) AS wanted (id)
               WHERE NOT EXISTS (SELECT 1 FROM device JOIN account ON account.id = device.account
                                 WHERE device.id = wanted.id AND account.suspended_at IS NULL)";
    let wanted: Vec<i64> = devices.iter().map(|device| device.0).collect();
    map(connection, sql, &[&wanted], |row| Ok(DeviceId(get(row, 0)?))).await
}

pub(crate) async fn of(
    connection: &Connection,
    account: AccountId,
    after: Option<DeviceId>,
    max_rows: usize,
) -> Result<Vec<Device>, Fault> {
    let sql = format!("SELECT {DEVICE} FROM device WHERE account = $1 AND id > $2 ORDER BY id LIMIT $3");
    let after = after.map_or(0, |after| after.0);
    map(connection, &sql, &[&i64::from(account.0), &after, &limit(max_rows)], device).await
}
