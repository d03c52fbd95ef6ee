//! Facts about conversations.

use std::collections::HashMap;
use std::sync::Arc;

use papo_shared::model::{ConversationId, GroupName, Topic};
use tokio_postgres::Row;

use super::accounts::{numbers, pairs};
use super::loaded::{Loaded, set_values};
use crate::domain::AccountId;
use crate::domain::facts::{ConversationFacts, GroupFacts};
use crate::store::postgres::fault::Fault;
use crate::store::postgres::memberships::{MembershipCache, MembershipVersion, Memberships};
use crate::store::postgres::query::{Connection, map};
use crate::store::postgres::rows::{
    account_id, account_ids, conversation_id, get, number, optional_account, optional_number, seq, visibility,
};

/// The memberships are read only if their version is not the known one.
const CONVERSATIONS: &str = "
    SELECT id, name, last_seq, unanswered_by, visibility, retention_days, membership_version,
        CASE WHEN membership_version IS DISTINCT FROM known THEN
            ARRAY (SELECT account FROM membership WHERE conversation = conversation.id AND to_seq IS NULL ORDER BY account) END,
        CASE WHEN membership_version IS DISTINCT FROM known THEN
            ARRAY (SELECT blocker FROM block WHERE blocker = low AND blocked = high OR blocker = high AND blocked = low
                   ORDER BY blocker) END,
        CASE WHEN membership_version IS DISTINCT FROM known THEN
            EXISTS (SELECT 1 FROM account WHERE account.id IN (low, high) AND account.deleted_at IS NOT NULL) END
    FROM conversation JOIN unnest($1::bigint[], $2::bigint[]) AS wanted (conversation, known) ON id = wanted.conversation
    WHERE deleted_at IS NULL";

/// Conversation ids as a parameter.
pub(super) fn conversation_numbers(ids: &[ConversationId]) -> Vec<i64> {
    ids.iter().map(|id| id.0.into()).collect()
}

/// The facts about one conversation.
pub(crate) async fn one(
    connection: &Connection,
    cache: &MembershipCache,
    id: ConversationId,
) -> Result<Option<ConversationFacts>, Fault> {
    Ok(find(connection, cache, &[id]).await?.pop().map(|(_, found)| found))
}

pub(super) async fn conversations(
    connection: &Connection,
    cache: &MembershipCache,
    ids: Vec<ConversationId>,
) -> Result<Loaded, Fault> {
    let found = find(connection, cache, &ids).await?;
    Ok(set_values(ids, found, |facts, id, found| facts.conversations.set(id, found)))
}

async fn find(
    connection: &Connection,
    cache: &MembershipCache,
    ids: &[ConversationId],
) -> Result<Vec<(ConversationId, ConversationFacts)>, Fault> {
    let known: HashMap<_, _> = ids.iter().filter_map(|id| Some((*id, cache.get(*id)?))).collect();
    let versions: Vec<Option<i64>> = ids.iter().map(|id| known.get(id).map(|known| known.version.0)).collect();
    map(connection, CONVERSATIONS, &[&conversation_numbers(ids), &versions], |row| {
        let id = conversation_id(row, 0)?;
        let memberships = match (get::<Option<Vec<i64>>>(row, 7)?, known.get(&id)) {
            (None, Some(known)) => known.clone(),
            _ => {
                let loaded = Arc::new(memberships(row)?);
                cache.keep(id, loaded.clone());
                loaded
            }
        };
        Ok((id, conversation(row, &memberships)?))
    })
    .await
}

fn memberships(row: &Row) -> Result<Memberships, Fault> {
    Ok(Memberships {
        version: MembershipVersion(get(row, 6)?),
        members: account_ids(row, 7)?.into(),
        blockers: account_ids(row, 8)?,
        has_deleted_member: get(row, 9)?,
    })
}

fn conversation(row: &Row, memberships: &Memberships) -> Result<ConversationFacts, Fault> {
    let (name, visibility, retention_days) = (get::<Option<String>>(row, 1)?, visibility(row, 4)?, optional_number(row, 5)?);
    Ok(ConversationFacts {
        group: name.map(|name| GroupFacts { name: GroupName::from(name), visibility, retention_days }),
        last_seq: seq(row, 2)?,
        members: memberships.members.clone(),
        blockers: memberships.blockers.clone(),
        unanswered_by: optional_account(row, 3)?,
        has_deleted_member: memberships.has_deleted_member,
    })
}

pub(super) async fn counts(connection: &Connection, ids: Vec<AccountId>) -> Result<Loaded, Fault> {
    let sql = "SELECT id, (SELECT count(*) FROM membership WHERE account = id AND to_seq IS NULL)
                        - (SELECT count(*) FROM conversation WHERE unanswered_by = wanted.id)
               FROM unnest($1::bigint[]) AS wanted (id)";
    let found = map(connection, sql, &[&numbers(&ids)], |row| Ok((account_id(row, 0)?, number(row, 1)?))).await?;
    Ok(Box::new(move |facts| found.into_iter().for_each(|(id, count)| facts.conversation_counts.set(id, count))))
}

pub(super) async fn directs(connection: &Connection, wanted: Vec<(AccountId, AccountId)>) -> Result<Loaded, Fault> {
    let sql = "SELECT low, high, id FROM conversation JOIN unnest($1::bigint[], $2::bigint[]) AS wanted (one, other)
                   ON low = one AND high = other";
    let (low, high) = pairs(&wanted);
    let found =
        map(connection, sql, &[&low, &high], |row| Ok(((account_id(row, 0)?, account_id(row, 1)?), conversation_id(row, 2)?)))
            .await?;
    Ok(set_values(wanted, found, |facts, pair, found| facts.directs.set(pair, found)))
}

pub(super) async fn names(connection: &Connection, keys: Vec<String>) -> Result<Loaded, Fault> {
    let found = by_text(connection, "SELECT name_key, id FROM conversation WHERE name_key = ANY ($1)", &keys).await?;
    Ok(set_values(keys, found, |facts, key, id| facts.group_names.set(key, id)))
}

pub(super) async fn skeletons(connection: &Connection, keys: Vec<String>) -> Result<Loaded, Fault> {
    let sql = "SELECT name_skeleton, id FROM conversation WHERE name_skeleton = ANY ($1)";
    let found = by_text(connection, sql, &keys).await?;
    Ok(set_values(keys, found, |facts, key, id| facts.group_skeletons.set(key, id)))
}

async fn by_text(connection: &Connection, sql: &str, texts: &Vec<String>) -> Result<Vec<(String, ConversationId)>, Fault> {
    map(connection, sql, &[texts], |row| Ok((get(row, 0)?, conversation_id(row, 1)?))).await
}

pub(super) async fn topics(connection: &Connection, ids: Vec<ConversationId>) -> Result<Loaded, Fault> {
    let sql = "SELECT id, topic FROM conversation WHERE id = ANY ($1)";
    let found = map(connection, sql, &[&conversation_numbers(&ids)], |row| {
        Ok((conversation_id(row, 0)?, get::<Option<String>>(row, 1)?.map(Topic::from)))
    })
    .await?;
    Ok(set_values(ids, found, |facts, id, found| facts.topics.set(id, found.flatten())))
}
