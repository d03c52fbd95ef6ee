//! Queries on invitations to groups.

use papo_shared::model::{ConversationId, GroupName, Invitation, Timestamp, Username};
use rusqlite::Connection;

use crate::domain::AccountId;

/// The invitations that an account has received, oldest first.
pub(crate) fn received(connection: &Connection, account: AccountId) -> rusqlite::Result<Vec<Invitation>> {
    connection
        .prepare_cached(
            "SELECT conversation.id, conversation.name, conversation.members, inviter.username, invitation.at
             FROM invitation
             JOIN conversation ON conversation.id = invitation.conversation
             JOIN account inviter ON inviter.id = invitation.inviter
             WHERE invitation.account = ?1 ORDER BY invitation.at, invitation.conversation",
        )?
        .query_map([account.0], |row| {
            Ok(Invitation {
                conversation: ConversationId(row.get(0)?),
                name: GroupName::from(row.get::<_, String>(1)?),
                members: row.get(2)?,
                invited_by: Username::from(row.get::<_, String>(3)?),
                at: Timestamp(row.get(4)?),
            })
        })?
        .collect()
}
