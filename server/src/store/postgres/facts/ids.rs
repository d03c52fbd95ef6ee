//! Ids for new rows. Only transactions that exclude all others ask for them, so they stay free until they are used.

use papo_shared::model::{ConversationId, DeviceId, GroupInviteId};

use super::loaded::Loaded;
use crate::domain::{AccountId, InviteId, ReportId};
use crate::store::postgres::fault::Fault;
use crate::store::postgres::query::{Connection, one};
use crate::store::postgres::rows::get;

pub(super) async fn accounts(connection: &Connection, count: usize) -> Result<Loaded, Fault> {
    let ids = next(connection, "SELECT coalesce(max(id), 0) FROM account", count).await?;
    Ok(Box::new(move |facts| ids.into_iter().for_each(|id| facts.next_accounts.add(AccountId(id)))))
}

pub(super) async fn conversations(connection: &Connection, count: usize) -> Result<Loaded, Fault> {
    let ids = next(connection, "SELECT coalesce(max(id), 0) FROM conversation", count).await?;
    Ok(Box::new(move |facts| ids.into_iter().for_each(|id| facts.next_conversations.add(ConversationId(id)))))
}

pub(super) async fn devices(connection: &Connection, count: usize) -> Result<Loaded, Fault> {
    let ids = next(connection, "SELECT last_device FROM server", count).await?;
    Ok(Box::new(move |facts| ids.into_iter().for_each(|id| facts.next_devices.add(DeviceId(id)))))
}

pub(super) async fn invites(connection: &Connection, count: usize) -> Result<Loaded, Fault> {
    let ids = next(connection, "SELECT last_invite FROM server", count).await?;
    Ok(Box::new(move |facts| ids.into_iter().for_each(|id| facts.next_invites.add(InviteId(id)))))
}

pub(super) async fn group_invites(connection: &Connection, count: usize) -> Result<Loaded, Fault> {
    let ids = next(connection, "SELECT last_group_invite FROM server", count).await?;
    Ok(Box::new(move |facts| ids.into_iter().for_each(|id| facts.next_group_invites.add(GroupInviteId(id)))))
}

pub(super) async fn reports(connection: &Connection, count: usize) -> Result<Loaded, Fault> {
    let ids = next(connection, "SELECT last_report FROM server", count).await?;
    Ok(Box::new(move |facts| ids.into_iter().for_each(|id| facts.next_reports.add(ReportId(id)))))
}

/// The ids after the last one.
async fn next<T: TryFrom<i64>>(connection: &Connection, last: &str, count: usize) -> Result<Vec<T>, Fault> {
    let last: i64 = one(connection, last, &[]).await?.map_or(Ok(0), |row| get(&row, 0))?;
    (last..).skip(1).take(count).map(|id| T::try_from(id).map_err(|_| Fault::Value(0))).collect()
}
