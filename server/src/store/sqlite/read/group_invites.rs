//! Queries on group invites.

use papo_shared::model::{ConversationId, GroupInviteId, GroupInviteListing, Timestamp, Username};
use rusqlite::{Connection, OptionalExtension};

use crate::domain::{AccountId, GroupInvites};
use crate::store::sqlite::rows;

/// The invites to a group, for one of its members.
pub(crate) fn invites(connection: &Connection, account: AccountId, id: ConversationId) -> rusqlite::Result<Option<GroupInvites>> {
    let role = connection
        .prepare_cached(
            "SELECT membership.role, conversation.name IS NOT NULL
             FROM membership JOIN conversation ON conversation.id = membership.conversation
             WHERE membership.conversation = ?1 AND membership.account = ?2 AND membership.to_seq IS NULL",
        )?
        .query_row((id.0, account.0), |row| {
            let (role, is_group) = (rows::role(row, 0)?, row.get(1)?);
            Ok(Some(role).filter(|_| is_group))
        })
        .optional()?;
    let Some(role) = role else { return Ok(None) };
    let mut found = connection.prepare_cached(
        "SELECT group_invite.id, account.username, group_invite.created_at, group_invite.uses_left, group_invite.expires_at
         FROM group_invite JOIN account ON account.id = group_invite.created_by
         WHERE group_invite.conversation = ?1 ORDER BY group_invite.id",
    )?;
    let found = found.query_map([id.0], |row| {
        Ok(GroupInviteListing {
            invite: GroupInviteId(row.get(0)?),
            created_by: Username::from(row.get::<_, String>(1)?),
            created_at: Timestamp(row.get(2)?),
            uses_left: row.get(3)?,
            expires_at: row.get::<_, Option<i64>>(4)?.map(Timestamp),
        })
    })?;
    let invites = found.collect::<rusqlite::Result<_>>()?;
    Ok(Some(GroupInvites { role, invites }))
}
