//! Group invites: creating, listing, redeeming, revoking.

use papo_shared::model::{ConversationId, GroupInviteId, GroupInviteListing, Timestamp, Username};
use papo_shared::protocol::Refusal;
use rusqlite::{Connection, OptionalExtension};

use super::tables::Tables;
use super::write_groups::group;
use super::write_members::role;
use crate::domain::{AccountId, InviteHash, rules};
use crate::store::Outcome;

/// An invite to be inserted.
pub(super) struct NewGroupInvite<'a> {
    pub(super) code: &'a InviteHash,
    pub(super) uses: Option<u32>,
    pub(super) expires_at: Option<Timestamp>,
    pub(super) at: Timestamp,
}

pub(super) fn create(
    tables: &mut Tables,
    id: ConversationId,
    by: AccountId,
    new: &NewGroupInvite<'_>,
) -> rusqlite::Result<Outcome> {
    if let Err(refusal) = may_invite(tables, id, by)? {
        return Ok(Outcome::Refused(refusal));
    }
    let connection = &tables.connection;
    connection
        .prepare_cached("DELETE FROM group_invite WHERE conversation = ?1 AND expires_at <= ?2")?
        .execute((id.0, new.at.0))?;
    let invites = connection
        .prepare_cached("SELECT count(*) FROM group_invite WHERE conversation = ?1")?
        .query_row([id.0], |row| row.get(0))?;
    if let Err(refusal) = rules::may_have_another_invite(invites) {
        return Ok(Outcome::Refused(refusal));
    }
    connection
        .prepare_cached(
            "INSERT INTO group_invite (conversation, code_hash, created_by, created_at, uses_left, expires_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6) RETURNING id",
        )?
        .query_row((id.0, new.code.0, by.0, new.at.0, new.uses, new.expires_at.map(|at| at.0)), |row| row.get(0))
        .map(|invite| Outcome::GroupInviteCreated(GroupInviteId(invite)))
}

pub(super) fn revoke(tables: &mut Tables, id: ConversationId, by: AccountId, invite: GroupInviteId) -> rusqlite::Result<Outcome> {
    if let Err(refusal) = may_invite(tables, id, by)? {
        return Ok(Outcome::Refused(refusal));
    }
    let removed = tables
        .connection
        .prepare_cached("DELETE FROM group_invite WHERE conversation = ?1 AND id = ?2")?
        .execute((id.0, invite.0))?;
    Ok(if removed == 0 { Outcome::Refused(Refusal::InviteInvalid) } else { Outcome::Done })
}

fn may_invite(tables: &mut Tables, id: ConversationId, by: AccountId) -> rusqlite::Result<Result<(), Refusal>> {
    if let Err(refusal) = group(tables, id, by)? {
        return Ok(Err(refusal));
    }
    Ok(rules::as_member(role(&tables.connection, id, by)?).and_then(rules::may_run))
}

/// The usable invites, for a member who may invite.
pub(super) fn standing(
    connection: &Connection,
    account: AccountId,
    id: ConversationId,
    now: Timestamp,
) -> rusqlite::Result<Result<Vec<GroupInviteListing>, Refusal>> {
    let is_group = connection
        .prepare_cached("SELECT name IS NOT NULL FROM conversation WHERE id = ?1")?
        .query_row([id.0], |row| row.get(0))
        .optional()?;
    let role = role(connection, id, account)?;
    let may = rules::as_member(role).and_then(|role| {
        rules::as_group(is_group.filter(|is_group: &bool| *is_group))?;
        rules::may_run(role)
    });
    if let Err(refusal) = may {
        return Ok(Err(refusal));
    }
    let mut found = connection.prepare_cached(
        "SELECT group_invite.id, account.username, group_invite.created_at, group_invite.uses_left, group_invite.expires_at
         FROM group_invite JOIN account ON account.id = group_invite.created_by
         WHERE group_invite.conversation = ?1 AND (group_invite.expires_at IS NULL OR ?2 < group_invite.expires_at)
         ORDER BY group_invite.id",
    )?;
    let found = found.query_map((id.0, now.0), |row| {
        Ok(GroupInviteListing {
            invite: GroupInviteId(row.get(0)?),
            created_by: Username::from(row.get::<_, String>(1)?),
            created_at: Timestamp(row.get(2)?),
            uses_left: row.get(3)?,
            expires_at: row.get::<_, Option<i64>>(4)?.map(Timestamp),
        })
    })?;
    found.collect::<rusqlite::Result<_>>().map(Ok)
}

/// The group of the valid invite with this code.
pub(super) fn group_of(connection: &Connection, code: &InviteHash, now: Timestamp) -> rusqlite::Result<Option<ConversationId>> {
    connection
        .prepare_cached("SELECT conversation FROM group_invite WHERE code_hash = ?1 AND (expires_at IS NULL OR ?2 < expires_at)")?
        .query_row((code.0, now.0), |row| row.get(0).map(ConversationId))
        .optional()
}

/// Redeems one use, if uses are counted; deletes the invite after the last one.
pub(super) fn use_up(connection: &Connection, code: &InviteHash) -> rusqlite::Result<()> {
    let last = connection.prepare_cached("DELETE FROM group_invite WHERE code_hash = ?1 AND uses_left = 1")?.execute([code.0])?;
    if last == 0 {
        connection
            .prepare_cached("UPDATE group_invite SET uses_left = uses_left - 1 WHERE code_hash = ?1 AND uses_left IS NOT NULL")?
            .execute([code.0])?;
    }
    Ok(())
}

/// Deletes the invites created by this account.
pub(super) fn forget_those_by(connection: &Connection, id: ConversationId, account: AccountId) -> rusqlite::Result<()> {
    connection
        .prepare_cached("DELETE FROM group_invite WHERE conversation = ?1 AND created_by = ?2")?
        .execute((id.0, account.0))?;
    Ok(())
}

/// Deletes all invites to a group.
pub(super) fn forget_all(connection: &Connection, id: ConversationId) -> rusqlite::Result<()> {
    connection.prepare_cached("DELETE FROM group_invite WHERE conversation = ?1")?.execute([id.0])?;
    Ok(())
}
