//! Queries on devices.

use papo_shared::model::{DeviceId, DeviceName};
use tokio_postgres::Row;

use crate::domain::{Account, AccountId, Device, TokenHash};
use crate::store::columns::ACCOUNT;
use crate::store::postgres::fault::Fault;
use crate::store::postgres::query::{Connection, map, one};
use crate::store::postgres::rows::{self, get, limit, time};
use crate::store::shared::DeviceEnd;

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

/// Those whose sessions must end.
pub(crate) async fn ended(
    connection: &Connection,
    devices: &[(AccountId, DeviceId)],
) -> Result<Vec<(DeviceId, DeviceEnd)>, Fault> {
    let sql = "SELECT wanted.device, account.deleted_at IS NOT NULL, device.id IS NULL
               FROM unnest($1::bigint[], $2::bigint[]) AS wanted (account, device)
               LEFT JOIN account ON account.id = wanted.account
               LEFT JOIN device ON device.id = wanted.device
               WHERE device.id IS NULL OR account.suspended_at IS NOT NULL";
    let (accounts, wanted): (Vec<i64>, Vec<i64>) =
        devices.iter().map(|(account, device)| (i64::from(account.0), device.0)).unzip();
    map(connection, sql, &[&accounts, &wanted], |row| {
        let end = match (get(row, 1)?, get(row, 2)?) {
            (true, _) => DeviceEnd::AccountDeleted,
            (false, true) => DeviceEnd::SignedOut,
            (false, false) => DeviceEnd::AccountSuspended,
        };
        Ok((DeviceId(get(row, 0)?), end))
    })
    .await
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
