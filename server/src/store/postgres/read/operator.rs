//! Queries for the operator: invites to register, bans, the audit log, groups, and totals.

use papo_shared::model::{ConversationId, GroupName};
use tokio_postgres::Row;

use crate::domain::{
    AccountId, AccountRef, AuditEntry, AuditNote, Ban, BannedNetwork, GroupSummary, Invite, InviteHash, InviteId, Totals,
};
use crate::store::postgres::fault::Fault;
use crate::store::postgres::query::{Connection, map, one};
use crate::store::postgres::rows::{
    conversation_id, get, limit, number, optional_account, optional_number, optional_time, seq, time,
};

const INVITE: &str = "id, uses_left, expires_at, created_at, created_by";

fn invite_row(row: &Row) -> Result<Invite, Fault> {
    Ok(Invite {
        id: InviteId(get(row, 0)?),
        uses_left: number(row, 1)?,
        expires_at: optional_time(row, 2)?,
        created_at: time(row, 3)?,
        created_by: get(row, 4)?,
    })
}

pub(crate) async fn invite(connection: &Connection, code: &InviteHash) -> Result<Option<Invite>, Fault> {
    let sql = format!("SELECT {INVITE} FROM invite WHERE code_hash = $1");
    one(connection, &sql, &[&&code.0[..]]).await?.map(|row| invite_row(&row)).transpose()
}

pub(crate) async fn invites(connection: &Connection, after: Option<InviteId>, max_rows: usize) -> Result<Vec<Invite>, Fault> {
    let sql = format!("SELECT {INVITE} FROM invite WHERE id > $1 ORDER BY id LIMIT $2");
    map(connection, &sql, &[&after.map_or(0, |after| after.0), &limit(max_rows)], invite_row).await
}

pub(crate) async fn bans(connection: &Connection) -> Result<Vec<Ban>, Fault> {
    map(connection, "SELECT network, until, reason, created_by, created_at FROM ban", &[], |row| {
        let network = BannedNetwork::parse(get(row, 0)?).map_err(|_| Fault::Value(0))?;
        let (until, created_at) = (time(row, 1)?, time(row, 4)?);
        Ok(Ban { network, until, reason: get(row, 2)?, created_by: get(row, 3)?, created_at })
    })
    .await
}

/// Audit entries before `before`, newest first.
pub(crate) async fn audit(connection: &Connection, before: Option<i64>, max_rows: usize) -> Result<Vec<AuditEntry>, Fault> {
    let sql = "SELECT id, at, by, action, target FROM audit WHERE $1::bigint IS NULL OR id < $1 ORDER BY id DESC LIMIT $2";
    map(connection, sql, &[&before, &limit(max_rows)], |row| {
        let note = AuditNote { at: time(row, 1)?, by: get(row, 2)?, action: get(row, 3)?, target: get(row, 4)? };
        Ok(AuditEntry { id: get(row, 0)?, note })
    })
    .await
}

pub(crate) async fn group_summaries(
    connection: &Connection,
    owner: Option<AccountId>,
    after: Option<ConversationId>,
    max_rows: usize,
) -> Result<Vec<GroupSummary>, Fault> {
    let sql = "SELECT conversation.id, conversation.name, conversation.members, conversation.last_seq, conversation.created_at,
                   account.id, account.username, conversation.retention_days
               FROM conversation
               LEFT JOIN membership
                   ON membership.conversation = conversation.id AND membership.to_seq IS NULL AND membership.role = 2
               LEFT JOIN account ON account.id = membership.account
               WHERE conversation.id > $1 AND conversation.name IS NOT NULL AND conversation.deleted_at IS NULL
                   AND ($2::bigint IS NULL OR account.id = $2)
               ORDER BY conversation.id LIMIT $3";
    let (after, owner) = (after.map_or(0, |id| i64::from(id.0)), owner.map(|owner| i64::from(owner.0)));
    map(connection, sql, &[&after, &owner, &limit(max_rows)], |row| {
        let owner = optional_account(row, 5)?.zip(get::<Option<String>>(row, 6)?);
        Ok(GroupSummary {
            conversation: conversation_id(row, 0)?,
            name: GroupName::from(get::<String>(row, 1)?),
            owner: owner.map(|(id, username)| AccountRef { id, username: username.into() }),
            members: number(row, 2)?,
            entries: seq(row, 3)?,
            created_at: time(row, 4)?,
            retention_days: optional_number(row, 7)?,
        })
    })
    .await
}

pub(crate) async fn totals(connection: &Connection) -> Result<Totals, Fault> {
    // Logs have no gaps, so their newest numbers tell their lengths.
    let sql = "SELECT (SELECT count(*) FROM account), (SELECT count(*) FROM device), count(*), coalesce(sum(last_seq), 0)::bigint
               FROM conversation";
    let row = one(connection, sql, &[]).await?.ok_or(Fault::Value(0))?;
    let (accounts, devices) = (number(&row, 0)?, number(&row, 1)?);
    Ok(Totals { accounts, devices, conversations: number(&row, 2)?, entries: number(&row, 3)? })
}
