//! Facts about invitations and invites to groups, and about what two accounts share.

use papo_shared::model::{ConversationId, GroupInviteId};
use tokio_postgres::Row;

use super::accounts::{numbers, pairs};
use super::conversations::conversation_numbers;
use super::loaded::{Loaded, set_existence, set_lists, set_values};
use super::members::member_numbers;
use crate::domain::facts::{GroupInviteFacts, InvitationFacts};
use crate::domain::{AccountId, InviteHash};
use crate::store::columns;
use crate::store::postgres::fault::Fault;
use crate::store::postgres::query::{Connection, map};
use crate::store::postgres::rows::{account_id, bytes, conversation_id, get, optional_number, optional_time, time};

pub(super) async fn invite_targets(connection: &Connection, codes: Vec<InviteHash>) -> Result<Loaded, Fault> {
    let sql = "SELECT code_hash, conversation FROM group_invite WHERE code_hash = ANY ($1)";
    let wanted: Vec<&[u8]> = codes.iter().map(|code| &code.0[..]).collect();
    let found = map(connection, sql, &[&wanted], |row| Ok((InviteHash(bytes(row, 0)?), conversation_id(row, 1)?))).await?;
    Ok(set_values(codes, found, |facts, code, found| facts.group_invite_targets.set(code, found)))
}

pub(super) async fn invites(connection: &Connection, ids: Vec<ConversationId>) -> Result<Loaded, Fault> {
    let sql = "SELECT conversation, id, code_hash, created_by, uses_left, expires_at FROM group_invite
               WHERE conversation = ANY ($1) ORDER BY id";
    let found = map(connection, sql, &[&conversation_numbers(&ids)], |row| {
        let invite = GroupInviteFacts {
            id: GroupInviteId(get(row, 1)?),
            code: InviteHash(bytes(row, 2)?),
            by: account_id(row, 3)?,
            uses_left: optional_number(row, 4)?,
            expires_at: optional_time(row, 5)?,
        };
        Ok((conversation_id(row, 0)?, invite))
    })
    .await?;
    Ok(set_lists(ids, found, |facts, id, list| facts.group_invites.set(id, list)))
}

pub(super) async fn received(connection: &Connection, ids: Vec<AccountId>) -> Result<Loaded, Fault> {
    let sql = "SELECT conversation, account, inviter, at FROM invitation WHERE account = ANY ($1) ORDER BY conversation";
    let found = invitations(connection, sql, &ids, |invitation| invitation.account).await?;
    Ok(set_lists(ids, found, |facts, id, list| facts.invitations.set(id, list)))
}

pub(super) async fn sent(connection: &Connection, ids: Vec<AccountId>) -> Result<Loaded, Fault> {
    let sql = "SELECT conversation, account, inviter, at FROM invitation
               WHERE inviter = ANY ($1) ORDER BY account, conversation";
    let found = invitations(connection, sql, &ids, |invitation| invitation.by).await?;
    Ok(set_lists(ids, found, |facts, id, list| facts.sent_invitations.set(id, list)))
}

/// The found invitations, each with one of its accounts.
async fn invitations(
    connection: &Connection,
    sql: &str,
    ids: &[AccountId],
    key: fn(&InvitationFacts) -> AccountId,
) -> Result<Vec<(AccountId, InvitationFacts)>, Fault> {
    map(connection, sql, &[&numbers(ids)], |row| {
        let (conversation, account, by) = (conversation_id(row, 0)?, account_id(row, 1)?, account_id(row, 2)?);
        let invitation = InvitationFacts { conversation, account, by, at: time(row, 3)? };
        Ok((key(&invitation), invitation))
    })
    .await
}

pub(super) async fn declined(connection: &Connection, wanted: Vec<(ConversationId, AccountId)>) -> Result<Loaded, Fault> {
    let sql = "SELECT conversation, account FROM declined_invitation
               JOIN unnest($1::bigint[], $2::bigint[]) AS wanted (id, by) ON conversation = id AND account = wanted.by";
    let (ids, accounts) = member_numbers(&wanted);
    let found = map(connection, sql, &[&ids, &accounts], |row| Ok((conversation_id(row, 0)?, account_id(row, 1)?))).await?;
    Ok(set_existence(wanted, found, |facts, pair, exists| facts.has_declined.set(pair, exists)))
}

/// Whether an account opened or answered its direct conversation with another.
pub(super) async fn answered_directs(connection: &Connection, wanted: Vec<(AccountId, AccountId)>) -> Result<Loaded, Fault> {
    let sql = "SELECT one, other FROM unnest($1::bigint[], $2::bigint[]) AS wanted (one, other)
               WHERE EXISTS (SELECT 1 FROM conversation WHERE low = least(one, other) AND high = greatest(one, other)
                                 AND unanswered_by IS DISTINCT FROM one)";
    let (one, other) = pairs(&wanted);
    let found = map(connection, sql, &[&one, &other], pair).await?;
    Ok(set_existence(wanted, found, |facts, pair, exists| facts.answered_directs.set(pair, exists)))
}

/// Whether two accounts are members of a group that is not public.
pub(super) async fn shared_groups(connection: &Connection, wanted: Vec<(AccountId, AccountId)>) -> Result<Loaded, Fault> {
    let sql = "SELECT one, other FROM unnest($1::bigint[], $2::bigint[]) AS wanted (one, other)
               WHERE EXISTS (
                   SELECT 1 FROM (SELECT conversation FROM membership WHERE account = one AND to_seq IS NULL
                                  INTERSECT
                                  SELECT conversation FROM membership WHERE account = other AND to_seq IS NULL) AS shared
                   JOIN conversation ON conversation.id = shared.conversation
                   WHERE conversation.name IS NOT NULL AND conversation.visibility <> $3)";
    let (one, other) = pairs(&wanted);
    let found = map(connection, sql, &[&one, &other, &columns::PUBLIC], pair).await?;
    Ok(set_existence(wanted, found, |facts, pair, exists| facts.shared_groups.set(pair, exists)))
}

fn pair(row: &Row) -> Result<(AccountId, AccountId), Fault> {
    Ok((account_id(row, 0)?, account_id(row, 1)?))
}
