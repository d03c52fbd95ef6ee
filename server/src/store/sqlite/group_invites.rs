//! Queries on group invites.

use papo_shared::model::{ConversationId, GroupInviteId, GroupInviteListing, Timestamp, Username};
use papo_shared::protocol::Refusal;
use rusqlite::{Connection, OptionalExtension};

use super::rows;
use crate::domain::{AccountId, rules};

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
    let role = connection
        .prepare_cached("SELECT role FROM membership WHERE conversation = ?1 AND account = ?2 AND to_seq IS NULL")?
        .query_row((id.0, account.0), |row| rows::role(row, 0))
        .optional()?;
    let may = rules::require_member(role).and_then(|role| {
        rules::require_group(is_group.filter(|is_group: &bool| *is_group))?;
        rules::may_manage_group(role)
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
