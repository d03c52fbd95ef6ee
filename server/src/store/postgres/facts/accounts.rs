//! Facts about accounts, devices, blocks and invites to the server.

use papo_shared::model::{DeviceId, Username};

use super::loaded::{Loaded, set_existence, set_lists, set_values};
use crate::domain::facts::{AccountFacts, InviteFacts};
use crate::domain::storage::DailyUsage;
use crate::domain::{AccountId, InviteHash, InviteId};
use crate::store::postgres::fault::Fault;
use crate::store::postgres::query::{Connection, map};
use crate::store::postgres::read::second_factor;
use crate::store::postgres::rows::{account_id, bytes, get, number, optional_time, username};

/// Account ids as a parameter.
pub(super) fn numbers(ids: &[AccountId]) -> Vec<i64> {
    ids.iter().map(|id| id.0.into()).collect()
}

/// Pairs of accounts as two parameters.
pub(super) fn pairs(pairs: &[(AccountId, AccountId)]) -> (Vec<i64>, Vec<i64>) {
    pairs.iter().map(|(one, other)| (i64::from(one.0), i64::from(other.0))).unzip()
}

pub(super) async fn accounts(connection: &Connection, ids: Vec<AccountId>) -> Result<Loaded, Fault> {
    let sql = "SELECT account.id, username, suspended_at, coalesce(day, 0), coalesce(bytes, 0), coalesce(messages, 0),
                   deleted_at IS NOT NULL
               FROM account LEFT JOIN usage ON usage.account = account.id WHERE account.id = ANY ($1)";
    let found = map(connection, sql, &[&numbers(&ids)], |row| {
        let usage = DailyUsage { day: get(row, 3)?, bytes: number(row, 4)?, messages: number(row, 5)? };
        let (username, suspended_at, is_deleted) = (username(row, 1)?, optional_time(row, 2)?, get(row, 6)?);
        Ok((account_id(row, 0)?, AccountFacts { username, suspended_at, is_deleted, usage }))
    })
    .await?;
    Ok(set_values(ids, found, |facts, id, found| facts.accounts.set(id, found)))
}

pub(super) async fn password_hashes(connection: &Connection, ids: Vec<AccountId>) -> Result<Loaded, Fault> {
    let sql = "SELECT id, password_hash FROM account WHERE id = ANY ($1)";
    let found = map(connection, sql, &[&numbers(&ids)], |row| Ok((account_id(row, 0)?, get::<String>(row, 1)?))).await?;
    Ok(set_values(ids, found, |facts, id, found| facts.password_hashes.set(id, found)))
}

pub(super) async fn second_factors(connection: &Connection, ids: Vec<AccountId>) -> Result<Loaded, Fault> {
    let found = second_factor::of_accounts(connection, &numbers(&ids)).await?;
    Ok(set_values(ids, found, |facts, id, found| facts.second_factors.set(id, found)))
}

pub(super) async fn usernames(connection: &Connection, names: Vec<Username>) -> Result<Loaded, Fault> {
    let sql = "SELECT username, id FROM account WHERE username = ANY ($1)";
    let wanted: Vec<&str> = names.iter().map(Username::as_str).collect();
    let found = map(connection, sql, &[&wanted], |row| Ok((username(row, 0)?, account_id(row, 1)?))).await?;
    Ok(set_values(names, found, |facts, name, id| facts.usernames.set(name, id)))
}

pub(super) async fn skeletons(connection: &Connection, skeletons: Vec<String>) -> Result<Loaded, Fault> {
    let sql = "SELECT skeleton FROM account WHERE skeleton = ANY ($1)";
    let found = map(connection, sql, &[&skeletons], |row| get(row, 0)).await?;
    Ok(set_existence(skeletons, found, |facts, skeleton, exists| facts.skeletons.set(skeleton, exists)))
}

pub(super) async fn devices(connection: &Connection, ids: Vec<DeviceId>) -> Result<Loaded, Fault> {
    let sql = "SELECT id, account FROM device WHERE id = ANY ($1)";
    let wanted: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let found = map(connection, sql, &[&wanted], |row| Ok((DeviceId(get(row, 0)?), account_id(row, 1)?))).await?;
    Ok(set_values(ids, found, |facts, id, found| facts.devices.set(id, found)))
}

pub(super) async fn devices_of(connection: &Connection, ids: Vec<AccountId>) -> Result<Loaded, Fault> {
    let sql = "SELECT account, id FROM device WHERE account = ANY ($1) ORDER BY id";
    let found = map(connection, sql, &[&numbers(&ids)], |row| Ok((account_id(row, 0)?, DeviceId(get(row, 1)?)))).await?;
    Ok(set_lists(ids, found, |facts, id, list| facts.devices_of.set(id, list)))
}

pub(super) async fn invites(connection: &Connection, codes: Vec<InviteHash>) -> Result<Loaded, Fault> {
    let sql = "SELECT code_hash, id, uses_left, expires_at FROM invite WHERE code_hash = ANY ($1)";
    let wanted: Vec<&[u8]> = codes.iter().map(|code| &code.0[..]).collect();
    let found = map(connection, sql, &[&wanted], |row| {
        let invite = InviteFacts { id: InviteId(get(row, 1)?), uses_left: number(row, 2)?, expires_at: optional_time(row, 3)? };
        Ok((InviteHash(bytes(row, 0)?), invite))
    })
    .await?;
    Ok(set_values(codes, found, |facts, code, found| facts.invites.set(code, found)))
}

pub(super) async fn invite_codes(connection: &Connection, ids: Vec<InviteId>) -> Result<Loaded, Fault> {
    let sql = "SELECT id, code_hash FROM invite WHERE id = ANY ($1)";
    let wanted: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let found = map(connection, sql, &[&wanted], |row| Ok((InviteId(get(row, 0)?), InviteHash(bytes(row, 1)?)))).await?;
    Ok(set_values(ids, found, |facts, id, found| facts.invite_codes.set(id, found)))
}

pub(super) async fn blocks(connection: &Connection, wanted: Vec<(AccountId, AccountId)>) -> Result<Loaded, Fault> {
    let sql = "SELECT blocker, blocked FROM block JOIN unnest($1::bigint[], $2::bigint[]) AS wanted (one, other)
                   ON blocker = one AND blocked = other";
    let (by, whom) = pairs(&wanted);
    let found = map(connection, sql, &[&by, &whom], |row| Ok((account_id(row, 0)?, account_id(row, 1)?))).await?;
    Ok(set_existence(wanted, found, |facts, pair, exists| facts.blocks.set(pair, exists)))
}

pub(super) async fn block_counts(connection: &Connection, ids: Vec<AccountId>) -> Result<Loaded, Fault> {
    let sql = "SELECT id, (SELECT count(*) FROM block WHERE blocker = id) FROM unnest($1::bigint[]) AS id";
    let found = map(connection, sql, &[&numbers(&ids)], |row| Ok((account_id(row, 0)?, number(row, 1)?))).await?;
    Ok(Box::new(move |facts| found.into_iter().for_each(|(id, count)| facts.block_counts.set(id, count))))
}
