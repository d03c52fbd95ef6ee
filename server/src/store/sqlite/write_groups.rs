//! Opening, creating, naming.

use std::sync::Arc;

use papo_shared::model::{ConversationId, Entry, EntryKind, GroupListing, GroupName, Role, Seq, Timestamp, Topic};
use papo_shared::protocol::Refusal;
use rusqlite::OptionalExtension;

use super::tables::Tables;
use super::write_members::role;
use super::{blocks, rows};
use crate::domain::{AccountId, Audience, Who, rules};
use crate::store::{Outcome, Posted};

pub(super) fn open_direct(tables: &Tables, one: AccountId, other: AccountId, at: Timestamp) -> rusqlite::Result<Outcome> {
    let (low, high) = (one.min(other), one.max(other));
    let connection = &tables.connection;
    if let Err(refusal) = rules::may_approach(blocks::has_blocked(connection, other, one)?) {
        return Ok(Outcome::Refused(refusal));
    }
    if let Some(id) = blocks::direct(connection, one, other)? {
        return Ok(Outcome::DirectOpened(id));
    }
    for account in [low, high] {
        if let Err(refusal) = rules::may_have_another(conversations_of(tables, account)?) {
            return Ok(Outcome::Refused(refusal));
        }
    }
    let id: u32 = connection
        .prepare_cached("INSERT INTO conversation (low, high, last_seq, created_at) VALUES (?1, ?2, 0, ?3) RETURNING id")?
        .query_row((low.0, high.0, at.0), |row| row.get(0))?;
    for account in [low, high] {
        insert_membership(tables, ConversationId(id), account, Seq(1), Role::Member)?;
    }
    Ok(Outcome::DirectOpened(ConversationId(id)))
}

pub(super) fn create(tables: &Tables, creator: &Who, name: &GroupName, at: Timestamp) -> rusqlite::Result<Outcome> {
    if let Err(refusal) = rules::may_have_another(conversations_of(tables, creator.id)?) {
        return Ok(Outcome::Refused(refusal));
    }
    let id: Option<u32> = tables
        .connection
        .prepare_cached(
            "INSERT INTO conversation (name, name_key, last_seq, created_at) VALUES (?1, ?2, 1, ?3)
             ON CONFLICT (name_key) DO NOTHING RETURNING id",
        )?
        .query_row((name.as_str(), name.uniqueness_key(), at.0), |row| row.get(0))
        .optional()?;
    let Some(id) = id.map(ConversationId) else { return Ok(Outcome::Refused(Refusal::GroupNameTaken)) };
    let kind = EntryKind::GroupCreated { name: name.clone() };
    let entry = insert_entry(tables, id, Seq(1), creator, kind, None, at)?;
    insert_membership(tables, id, creator.id, Seq(1), Role::Owner)?;
    Ok(posted(id, entry, Arc::new([creator.id]), name.clone(), 1))
}

pub(super) fn rename(
    tables: &mut Tables,
    id: ConversationId,
    by: &Who,
    name: &GroupName,
    at: Timestamp,
) -> rusqlite::Result<Outcome> {
    let Group { seq, members, name: name_before } = match group_to_run(tables, id, by.id)? {
        Ok(group) => group,
        Err(refusal) => return Ok(Outcome::Refused(refusal)),
    };
    if name_before == *name {
        return Ok(Outcome::Done);
    }
    let changed = tables
        .connection
        .prepare_cached("UPDATE OR IGNORE conversation SET name = ?2, name_key = ?3 WHERE id = ?1")?
        .execute((id.0, name.as_str(), name.uniqueness_key()))?;
    if changed == 0 {
        return Ok(Outcome::Refused(Refusal::GroupNameTaken));
    }
    let entry = insert_entry(tables, id, seq, by, EntryKind::GroupRenamed { name: name.clone() }, None, at)?;
    tables.cache.change(id, |known| known.name = Some(name.clone()));
    tables.cache.numbered(id, seq);
    let count = members.len();
    Ok(posted(id, entry, members, name.clone(), count))
}

pub(super) fn set_topic(
    tables: &mut Tables,
    id: ConversationId,
    by: &Who,
    topic: Option<&Topic>,
    at: Timestamp,
) -> rusqlite::Result<Outcome> {
    let Group { seq, members, .. } = match group_to_run(tables, id, by.id)? {
        Ok(group) => group,
        Err(refusal) => return Ok(Outcome::Refused(refusal)),
    };
    let changed = tables
        .connection
        .prepare_cached("UPDATE conversation SET topic = ?2 WHERE id = ?1 AND topic IS NOT ?2")?
        .execute((id.0, topic.map(Topic::as_str)))?;
    if changed == 0 {
        return Ok(Outcome::Done);
    }
    let entry = insert_entry(tables, id, seq, by, EntryKind::TopicChanged { topic: topic.cloned() }, None, at)?;
    tables.cache.numbered(id, seq);
    Ok(told(id, entry, members))
}

/// A group as it is before the write, and the number that the write's entry gets.
pub(super) struct Group {
    pub(super) name: GroupName,
    pub(super) seq: Seq,
    pub(super) members: Audience,
}

/// The group, for a member who may run it.
fn group_to_run(tables: &mut Tables, id: ConversationId, asker: AccountId) -> rusqlite::Result<Result<Group, Refusal>> {
    let group = group(tables, id, asker)?;
    let role = role(&tables.connection, id, asker)?;
    Ok(group.and_then(|group| rules::as_member(role).and_then(rules::may_run).map(|()| group)))
}

/// The group, for one of its members.
pub(super) fn group(tables: &mut Tables, id: ConversationId, asker: AccountId) -> rusqlite::Result<Result<Group, Refusal>> {
    let known = tables.cache.get(&tables.connection, id)?.filter(|known| known.has(asker));
    Ok(rules::as_member(known).and_then(|known| {
        let name = rules::as_group(known.name.clone())?;
        Ok(Group { name, seq: known.last_seq.next(), members: known.members.clone() })
    }))
}

/// In how many conversations somebody is.
pub(super) fn conversations_of(tables: &Tables, account: AccountId) -> rusqlite::Result<usize> {
    tables
        .connection
        .prepare_cached("SELECT count(*) FROM membership WHERE account = ?1 AND to_seq IS NULL")?
        .query_row([account.0], |row| row.get(0))
}

pub(super) fn insert_membership(
    tables: &Tables,
    id: ConversationId,
    account: AccountId,
    from: Seq,
    role: Role,
) -> rusqlite::Result<()> {
    let from = rows::column(from);
    tables
        .connection
        .prepare_cached("INSERT INTO membership (conversation, account, from_seq, read_seq, role) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute((id.0, account.0, from, from - 1, rows::role_column(role)))?;
    Ok(())
}

pub(super) fn insert_entry(
    tables: &Tables,
    id: ConversationId,
    seq: Seq,
    author: &Who,
    kind: EntryKind,
    member: Option<AccountId>,
    at: Timestamp,
) -> rusqlite::Result<Entry> {
    let (number, body) = match &kind {
        EntryKind::GroupCreated { name } => (rows::GROUP_CREATED, Some(name.as_str())),
        EntryKind::MemberAdded { .. } => (rows::MEMBER_ADDED, None),
        EntryKind::MemberJoined => (rows::MEMBER_JOINED, None),
        EntryKind::MemberLeft { .. } => (rows::MEMBER_LEFT, None),
        EntryKind::MemberRemoved { .. } => (rows::MEMBER_REMOVED, None),
        EntryKind::RoleChanged { role, .. } => (rows::ROLE_CHANGED, Some(rows::role_word(*role))),
        EntryKind::TopicChanged { topic } => (rows::TOPIC_CHANGED, topic.as_ref().map(Topic::as_str)),
        EntryKind::GroupRenamed { name } => (rows::GROUP_RENAMED, Some(name.as_str())),
        // Messages and what becomes of them are written by `write_messages`, and nobody writes what this version has no word for.
        EntryKind::Message(_)
        | EntryKind::MessageEdited { .. }
        | EntryKind::MessageDeleted { .. }
        | EntryKind::ReactionAdded { .. }
        | EntryKind::ReactionRemoved { .. }
        | EntryKind::Unknown => return Err(rusqlite::Error::InvalidQuery),
    };
    tables
        .connection
        .prepare_cached("INSERT INTO entry (id, at, author, kind, body, member) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
        .execute((rows::entry_id(id, seq), at.0, author.id.0, number, body, member.map(|account| account.0)))?;
    Ok(Entry { seq, at, author: author.username.clone(), kind })
}

/// An entry that changed nothing of what everybody may see of a group.
pub(super) fn told(conversation: ConversationId, entry: Entry, audience: Audience) -> Outcome {
    Outcome::Posted(Posted { conversation, entry, audience, duplicate: false, group: None })
}

pub(super) fn posted(id: ConversationId, entry: Entry, audience: Audience, name: GroupName, members: usize) -> Outcome {
    let members = u32::try_from(members).unwrap_or(u32::MAX);
    let group = GroupListing { conversation: id, name, members, member: false };
    Outcome::Posted(Posted { conversation: id, entry, audience, duplicate: false, group: Some(group) })
}
