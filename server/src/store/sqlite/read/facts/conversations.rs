//! Facts about conversations, their members, and invites to groups.

use papo_shared::model::{ConversationId, GroupInviteId, GroupName, Role, Seq, Timestamp, Topic};
use rusqlite::{Connection, OptionalExtension};

use super::query::{all, exists, one};
use crate::domain::change::Marks;
use crate::domain::facts::{ConversationFacts, GroupFacts, GroupInviteFacts, MemberFacts};
use crate::domain::{AccountId, Audience, InviteHash};
use crate::store::columns;
use crate::store::sqlite::rows;

/// The conversation as stored in the tables.
pub(crate) fn conversation(connection: &Connection, id: ConversationId) -> rusqlite::Result<Option<ConversationFacts>> {
    let sql = "SELECT name, last_seq, low, high, unanswered_by, visibility, retention_days FROM conversation
               WHERE id = ?1 AND deleted_at IS NULL";
    let found = one(connection, sql, [id.0], |row| {
        let pair = row.get::<_, Option<u32>>(2)?.zip(row.get::<_, Option<u32>>(3)?);
        let (name, visibility) = (row.get::<_, Option<String>>(0)?, rows::visibility(row, 5)?);
        let retention_days = row.get(6)?;
        let group = name.map(|name| GroupFacts { name: GroupName::from(name), visibility, retention_days });
        Ok((group, rows::seq(row, 1)?, pair, row.get::<_, Option<u32>>(4)?.map(AccountId)))
    })?;
    let Some((group, last_seq, pair, unanswered_by)) = found else { return Ok(None) };
    let (blockers, has_deleted_member) = match pair {
        Some((low, high)) => (blockers(connection, low, high)?, has_deleted(connection, low, high)?),
        None => (Vec::new(), false),
    };
    let members = members(connection, id)?;
    Ok(Some(ConversationFacts { group, last_seq, members, blockers, unanswered_by, has_deleted_member }))
}

/// Those of the two members of a direct conversation who have blocked the other.
fn blockers(connection: &Connection, low: u32, high: u32) -> rusqlite::Result<Vec<AccountId>> {
    let sql = "SELECT blocker FROM block
               WHERE blocker = ?1 AND blocked = ?2 OR blocker = ?2 AND blocked = ?1 ORDER BY blocker";
    all(connection, sql, (low, high), |row| row.get(0).map(AccountId))
}

/// Whether one of these two accounts is deleted.
fn has_deleted(connection: &Connection, low: u32, high: u32) -> rusqlite::Result<bool> {
    exists(connection, "SELECT 1 FROM account WHERE id IN (?1, ?2) AND deleted_at IS NOT NULL", (low, high))
}

/// The members of a conversation, sorted.
fn members(connection: &Connection, id: ConversationId) -> rusqlite::Result<Audience> {
    // Without this index, past memberships would be read as well, of which there can be any number.
    let mut members = connection.prepare_cached(
        "SELECT account FROM membership INDEXED BY membership_members
         WHERE conversation = ?1 AND to_seq IS NULL ORDER BY account",
    )?;
    members.query_map([id.0], |row| row.get(0).map(AccountId))?.collect()
}

pub(super) fn direct(connection: &Connection, low: AccountId, high: AccountId) -> rusqlite::Result<Option<ConversationId>> {
    let sql = "SELECT id FROM conversation WHERE low = ?1 AND high = ?2";
    one(connection, sql, (low.0, high.0), |row| row.get(0).map(ConversationId))
}

pub(super) fn by_name(connection: &Connection, key: &str) -> rusqlite::Result<Option<ConversationId>> {
    one(connection, "SELECT id FROM conversation WHERE name_key = ?1", [key], |row| row.get(0).map(ConversationId))
}

pub(super) fn by_skeleton(connection: &Connection, skeleton: &str) -> rusqlite::Result<Option<ConversationId>> {
    one(connection, "SELECT id FROM conversation WHERE name_skeleton = ?1", [skeleton], |row| row.get(0).map(ConversationId))
}

pub(super) fn topic(connection: &Connection, id: ConversationId) -> rusqlite::Result<Option<Topic>> {
    let found = one(connection, "SELECT topic FROM conversation WHERE id = ?1", [id.0], |row| row.get::<_, Option<String>>(0))?;
    Ok(found.flatten().map(Topic::from))
}

pub(super) fn member(connection: &Connection, id: ConversationId, account: AccountId) -> rusqlite::Result<Option<MemberFacts>> {
    let sql = "SELECT role, from_seq, read_seq, seen_seq, delivered_seq, notify, notify_until FROM membership
               WHERE account = ?1 AND conversation = ?2 AND to_seq IS NULL";
    one(connection, sql, (account.0, id.0), |row| {
        let marks = Marks { read: rows::seq(row, 2)?, seen: rows::seq(row, 3)?, delivered: rows::seq(row, 4)? };
        Ok(MemberFacts { role: rows::role(row, 0)?, first: rows::seq(row, 1)?, marks, notify: rows::notify(row, 5)? })
    })
}

pub(super) fn roster(connection: &Connection, id: ConversationId) -> rusqlite::Result<Vec<(AccountId, Role, Seq)>> {
    let sql = "SELECT account, role, from_seq FROM membership INDEXED BY membership_members
               WHERE conversation = ?1 AND to_seq IS NULL";
    all(connection, sql, [id.0], |row| Ok((AccountId(row.get(0)?), rows::role(row, 1)?, rows::seq(row, 2)?)))
}

pub(super) fn was_removed(connection: &Connection, id: ConversationId, account: AccountId) -> rusqlite::Result<bool> {
    let sql = "SELECT entry.kind FROM membership JOIN entry ON entry.id = membership.conversation << 32 | membership.to_seq
               WHERE membership.conversation = ?1 AND membership.account = ?2 ORDER BY membership.from_seq DESC LIMIT 1";
    let ended = connection.prepare_cached(sql)?.query_row((id.0, account.0), |row| row.get::<_, i64>(0)).optional()?;
    Ok(ended == Some(columns::MEMBER_REMOVED))
}

pub(super) fn invite_target(connection: &Connection, code: InviteHash) -> rusqlite::Result<Option<ConversationId>> {
    let sql = "SELECT conversation FROM group_invite WHERE code_hash = ?1";
    one(connection, sql, [code.0], |row| row.get(0).map(ConversationId))
}

pub(super) fn invites(connection: &Connection, id: ConversationId) -> rusqlite::Result<Vec<GroupInviteFacts>> {
    let sql = "SELECT id, code_hash, created_by, uses_left, expires_at FROM group_invite WHERE conversation = ?1 ORDER BY id";
    all(connection, sql, [id.0], |row| {
        Ok(GroupInviteFacts {
            id: GroupInviteId(row.get(0)?),
            code: InviteHash(row.get(1)?),
            by: AccountId(row.get(2)?),
            uses_left: row.get(3)?,
            expires_at: row.get::<_, Option<i64>>(4)?.map(Timestamp),
        })
    })
}
