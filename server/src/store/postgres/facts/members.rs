//! Facts about the members of conversations.

use papo_shared::model::ConversationId;

use super::conversations::conversation_numbers;
use super::loaded::{Loaded, set_existence, set_lists, set_values};
use crate::domain::AccountId;
use crate::domain::change::Marks;
use crate::domain::facts::MemberFacts;
use crate::store::columns;
use crate::store::postgres::fault::Fault;
use crate::store::postgres::query::{Connection, map};
use crate::store::postgres::rows::{account_id, conversation_id, notify, role, seq};

/// Conversations with accounts as two parameters.
pub(super) fn member_numbers(wanted: &[(ConversationId, AccountId)]) -> (Vec<i64>, Vec<i64>) {
    wanted.iter().map(|(id, account)| (i64::from(id.0), i64::from(account.0))).unzip()
}

pub(super) async fn members(connection: &Connection, wanted: Vec<(ConversationId, AccountId)>) -> Result<Loaded, Fault> {
    let sql = "SELECT conversation, account, role, from_seq, read_seq, seen_seq, delivered_seq, notify, notify_until
               FROM membership JOIN unnest($1::bigint[], $2::bigint[]) AS wanted (id, member)
                   ON conversation = id AND account = member
               WHERE to_seq IS NULL";
    let (ids, accounts) = member_numbers(&wanted);
    let found = map(connection, sql, &[&ids, &accounts], |row| {
        let marks = Marks { read: seq(row, 4)?, seen: seq(row, 5)?, delivered: seq(row, 6)? };
        let member = MemberFacts { role: role(row, 2)?, first: seq(row, 3)?, marks, notify: notify(row, 7)? };
        Ok(((conversation_id(row, 0)?, account_id(row, 1)?), member))
    })
    .await?;
    Ok(set_values(wanted, found, |facts, member, found| facts.members.set(member, found)))
}

pub(super) async fn rosters(connection: &Connection, ids: Vec<ConversationId>) -> Result<Loaded, Fault> {
    let sql = "SELECT conversation, account, role, from_seq FROM membership
               WHERE conversation = ANY ($1) AND to_seq IS NULL ORDER BY conversation, account";
    let found = map(connection, sql, &[&conversation_numbers(&ids)], |row| {
        Ok((conversation_id(row, 0)?, (account_id(row, 1)?, role(row, 2)?, seq(row, 3)?)))
    })
    .await?;
    Ok(set_lists(ids, found, |facts, id, list| facts.rosters.set(id, list)))
}

pub(super) async fn was_removed(connection: &Connection, wanted: Vec<(ConversationId, AccountId)>) -> Result<Loaded, Fault> {
    let sql = "SELECT id, member FROM unnest($1::bigint[], $2::bigint[]) AS wanted (id, member)
               WHERE $3 = (SELECT entry.kind
                           FROM membership JOIN entry ON entry.id = membership.conversation << 32 | membership.to_seq
                           WHERE membership.conversation = wanted.id AND membership.account = wanted.member
                           ORDER BY membership.from_seq DESC LIMIT 1)";
    let (ids, accounts) = member_numbers(&wanted);
    let found = map(connection, sql, &[&ids, &accounts, &columns::MEMBER_REMOVED], |row| {
        Ok((conversation_id(row, 0)?, account_id(row, 1)?))
    })
    .await?;
    Ok(set_existence(wanted, found, |facts, member, exists| facts.was_removed.set(member, exists)))
}
