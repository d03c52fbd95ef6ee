//! Queries on groups: the directory, invites and invitations.

use papo_shared::model::{ConversationId, GroupInviteId, GroupInviteListing, GroupListing, GroupName, Invitation};

use crate::domain::{AccountId, GroupInvites};
use crate::store::postgres::fault::Fault;
use crate::store::postgres::query::{Connection, map, one};
use crate::store::postgres::rows::{
    conversation_id, get, limit, number, optional_number, optional_time, role, time, username, visibility,
};

pub(crate) async fn directory(
    connection: &Connection,
    account: AccountId,
    query: Option<&str>,
    after: Option<ConversationId>,
    max_rows: usize,
) -> Result<Vec<GroupListing>, Fault> {
    // Two lists, each in the order of an index, so that a page does not examine the private groups of others.
    let sql = "WITH found AS (
                   SELECT id FROM conversation WHERE visibility > 0 AND id > $2 AND ($3::text IS NULL OR strpos(name_key, $3) > 0)
                   UNION
                   SELECT own.conversation FROM membership own JOIN conversation ON conversation.id = own.conversation
                   WHERE own.account = $1 AND own.to_seq IS NULL AND own.conversation > $2
                       AND conversation.name IS NOT NULL AND ($3::text IS NULL OR strpos(conversation.name_key, $3) > 0)
                   ORDER BY 1 LIMIT $4)
               SELECT conversation.id, conversation.name, conversation.members,
                   EXISTS (SELECT 1 FROM membership
                           WHERE membership.conversation = conversation.id AND account = $1 AND to_seq IS NULL),
                   conversation.visibility
               FROM found JOIN conversation ON conversation.id = found.id ORDER BY found.id";
    let after = after.map_or(0, |id| i64::from(id.0));
    map(connection, sql, &[&i64::from(account.0), &after, &query, &limit(max_rows)], |row| {
        Ok(GroupListing {
            conversation: conversation_id(row, 0)?,
            name: GroupName::from(get::<String>(row, 1)?),
            members: number(row, 2)?,
            member: get(row, 3)?,
            visibility: visibility(row, 4)?,
        })
    })
    .await
}

/// The invites to a group, for one of its members.
pub(crate) async fn invites(
    connection: &Connection,
    account: AccountId,
    id: ConversationId,
) -> Result<Option<GroupInvites>, Fault> {
    let sql = "SELECT membership.role, conversation.name IS NOT NULL
               FROM membership JOIN conversation ON conversation.id = membership.conversation
               WHERE membership.conversation = $1 AND membership.account = $2 AND membership.to_seq IS NULL";
    let id = i64::from(id.0);
    let Some(own) = one(connection, sql, &[&id, &i64::from(account.0)]).await? else { return Ok(None) };
    let role = Some(role(&own, 0)?).filter(|_| get(&own, 1).unwrap_or_default());
    let sql = "SELECT group_invite.id, account.username, group_invite.created_at, group_invite.uses_left, group_invite.expires_at
               FROM group_invite JOIN account ON account.id = group_invite.created_by
               WHERE group_invite.conversation = $1 ORDER BY group_invite.id";
    let invites = map(connection, sql, &[&id], |row| {
        Ok(GroupInviteListing {
            invite: GroupInviteId(get(row, 0)?),
            created_by: username(row, 1)?,
            created_at: time(row, 2)?,
            uses_left: optional_number(row, 3)?,
            expires_at: optional_time(row, 4)?,
        })
    })
    .await?;
    Ok(Some(GroupInvites { role, invites }))
}

/// The invitations that an account has received, oldest first.
pub(crate) async fn invitations(connection: &Connection, account: AccountId) -> Result<Vec<Invitation>, Fault> {
    let sql = "SELECT conversation.id, conversation.name, conversation.members, inviter.username, invitation.at
               FROM invitation
               JOIN conversation ON conversation.id = invitation.conversation
               JOIN account inviter ON inviter.id = invitation.inviter
               WHERE invitation.account = $1 ORDER BY invitation.at, invitation.conversation";
    map(connection, sql, &[&i64::from(account.0)], |row| {
        Ok(Invitation {
            conversation: conversation_id(row, 0)?,
            name: GroupName::from(get::<String>(row, 1)?),
            members: number(row, 2)?,
            invited_by: username(row, 3)?,
            at: time(row, 4)?,
        })
    })
    .await
}
