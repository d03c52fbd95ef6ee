//! Accounts and passwords.

use papo_shared::model::{DeviceId, DisplayName, Timestamp, Username};
use papo_shared::protocol::Refusal;
use rusqlite::OptionalExtension;

use super::tables::Tables;
use super::{invites, read_devices, write_devices};
use crate::domain::{AccountId, InviteHash, skeleton};
use crate::store::{NewDevice, Outcome};

/// An account that is to be.
pub(super) struct NewAccount<'a> {
    pub(super) username: &'a Username,
    pub(super) display_name: &'a DisplayName,
    pub(super) password_hash: &'a str,
    pub(super) device: Option<&'a NewDevice>,
    pub(super) invite: Option<&'a InviteHash>,
    pub(super) at: Timestamp,
}

pub(super) fn create(tables: &Tables, new: &NewAccount<'_>) -> rusqlite::Result<Outcome> {
    let (username, connection) = (new.username.as_str(), &tables.connection);
    if connection.prepare_cached("SELECT 1 FROM account WHERE username = ?1")?.exists([username])? {
        return Ok(Outcome::Refused(Refusal::UsernameTaken));
    }
    let search = searched(username, new.display_name);
    let id: Option<u32> = connection
        .prepare_cached(
            "INSERT INTO account (username, skeleton, display_name, search, password_hash, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (skeleton) DO NOTHING RETURNING id",
        )?
        .query_row((username, skeleton(new.username), new.display_name.as_str(), search, new.password_hash, new.at.0), |row| {
            row.get(0)
        })
        .optional()?;
    let Some(id) = id.map(AccountId) else { return Ok(Outcome::Refused(Refusal::UsernameTooAlike)) };
    if let Some(invite) = new.invite
        && !invites::use_up(connection, invite, new.at)?
    {
        return Ok(Outcome::Refused(Refusal::InviteInvalid));
    }
    let device = new.device.map(|device| write_devices::insert(tables, id, device, new.at)).transpose()?;
    Ok(Outcome::AccountCreated(id, device))
}

/// What the directory is searched in.
pub(super) fn searched(username: &str, display_name: &DisplayName) -> String {
    format!("{}\n{}", username.to_lowercase(), display_name.as_str().to_lowercase())
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
