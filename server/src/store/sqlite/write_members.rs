//! Who comes into a group, who goes, and what each may do in it.

use papo_shared::model::{ConversationId, EntryKind, Role, Seq, Timestamp};
use papo_shared::protocol::Refusal;
use rusqlite::{Connection, OptionalExtension};

use super::tables::Tables;
use super::write_groups::{Group, conversations_of, group, insert_entry, insert_membership, posted, told};
use super::{blocks, group_invites, rows};
use crate::domain::{AccountId, Audience, InviteHash, Who, rules};
use crate::store::Outcome;

pub(super) fn add(tables: &mut Tables, id: ConversationId, by: &Who, member: &Who, at: Timestamp) -> rusqlite::Result<Outcome> {
    let group = match group(tables, id, by.id)? {
        Ok(group) => group,
        Err(refusal) => return Ok(Outcome::Refused(refusal)),
    };
    let is_blocked = blocks::has_blocked(&tables.connection, member.id, by.id)?;
    let conversations = conversations_of(tables, member.id)?;
    let is_member = group.members.binary_search(&member.id).is_ok();
    let may = rules::may_join(is_member, group.members.len())
        .and_then(|()| rules::may_approach(is_blocked))
        .and_then(|()| rules::may_have_another(conversations));
    if let Err(refusal) = may {
        return Ok(Outcome::Refused(refusal));
    }
    let kind = EntryKind::MemberAdded { member: member.username.clone() };
    come(tables, id, group, by, kind, member.id, at)
}

pub(super) fn join(tables: &mut Tables, code: &InviteHash, member: &Who, at: Timestamp) -> rusqlite::Result<Outcome> {
    let Some(id) = group_invites::group_of(&tables.connection, code, at)? else {
        return Ok(Outcome::Refused(Refusal::InviteInvalid));
    };
    let Some(known) = tables.cache.get(&tables.connection, id)? else { return Ok(Outcome::Refused(Refusal::InviteInvalid)) };
    if known.has(member.id) {
        return Ok(Outcome::MemberAlready(id));
    }
    let Some(name) = known.name.clone() else { return Ok(Outcome::Refused(Refusal::InviteInvalid)) };
    let group = Group { name, seq: known.last_seq.next(), members: known.members.clone() };
    let was_removed = was_removed(&tables.connection, id, member.id)?;
    let conversations = conversations_of(tables, member.id)?;
    let may = rules::may_come_by_invite(was_removed)
        .and_then(|()| rules::may_join(false, group.members.len()))
        .and_then(|()| rules::may_have_another(conversations));
    if let Err(refusal) = may {
        return Ok(Outcome::Refused(refusal));
    }
    group_invites::use_up(&tables.connection, code)?;
    come(tables, id, group, member, EntryKind::MemberJoined, member.id, at)
}

/// One member more, from this entry on.
fn come(
    tables: &mut Tables,
    id: ConversationId,
    group: Group,
    author: &Who,
    kind: EntryKind,
    member: AccountId,
    at: Timestamp,
) -> rusqlite::Result<Outcome> {
    let Group { name, seq, members } = group;
    let named = matches!(kind, EntryKind::MemberAdded { .. }).then_some(member);
    let entry = insert_entry(tables, id, seq, author, kind, named, at)?;
    insert_membership(tables, id, member, seq, Role::Member)?;
    let mut audience = members.to_vec();
    audience.push(member);
    audience.sort_unstable();
    let audience: Audience = audience.into();
    tables.cache.change(id, |known| known.members = audience.clone());
    tables.cache.numbered(id, seq);
    let count = audience.len();
    Ok(posted(id, entry, audience, name, count))
}

pub(super) fn remove(
    tables: &mut Tables,
    id: ConversationId,
    by: &Who,
    member: &Who,
    at: Timestamp,
) -> rusqlite::Result<Outcome> {
    let group = match group(tables, id, by.id)? {
        Ok(group) => group,
        Err(refusal) => return Ok(Outcome::Refused(refusal)),
    };
    let (own, theirs) = (role(&tables.connection, id, by.id)?, role(&tables.connection, id, member.id)?);
    let may = rules::as_member(own).and_then(|own| rules::may_remove(own, theirs, by.id == member.id));
    if let Err(refusal) = may {
        return Ok(Outcome::Refused(refusal));
    }
    group_invites::forget_those_by(&tables.connection, id, member.id)?;
    let kind = EntryKind::MemberRemoved { member: member.username.clone() };
    go(tables, id, group, by, kind, member.id, Some(member.id), at)
}

pub(super) fn leave(tables: &mut Tables, id: ConversationId, member: &Who, at: Timestamp) -> rusqlite::Result<Outcome> {
    let group = match group(tables, id, member.id)? {
        Ok(group) => group,
        Err(refusal) => return Ok(Outcome::Refused(refusal)),
    };
    let heir = match role(&tables.connection, id, member.id)? {
        Some(Role::Owner) => heir(&tables.connection, id, member.id)?,
        _ => None,
    };
    if group.members.len() == 1 {
        group_invites::forget_all(&tables.connection, id)?;
    }
    let new_owner = heir.as_ref().map(|heir| heir.username.clone());
    let heir = heir.map(|heir| heir.id);
    let outcome = go(tables, id, group, member, EntryKind::MemberLeft { new_owner }, member.id, heir, at)?;
    if let Some(heir) = heir {
        set(&tables.connection, id, heir, Role::Owner)?;
    }
    Ok(outcome)
}

/// One member less, after this entry, which they hear of too: on their devices the conversation goes.
#[expect(clippy::too_many_arguments, reason = "what the entry says, and who goes, which its author need not be")]
fn go(
    tables: &mut Tables,
    id: ConversationId,
    group: Group,
    author: &Who,
    kind: EntryKind,
    member: AccountId,
    named: Option<AccountId>,
    at: Timestamp,
) -> rusqlite::Result<Outcome> {
    let Group { name, seq, members } = group;
    let entry = insert_entry(tables, id, seq, author, kind, named, at)?;
    tables
        .connection
        .prepare_cached("UPDATE membership SET to_seq = ?3 WHERE conversation = ?1 AND account = ?2 AND to_seq IS NULL")?
        .execute((id.0, member.0, rows::column(seq)))?;
    let remaining: Audience = members.iter().copied().filter(|account| *account != member).collect();
    let count = remaining.len();
    tables.cache.change(id, |known| known.members = remaining);
    tables.cache.numbered(id, seq);
    Ok(posted(id, entry, members, name, count))
}

pub(super) fn set_role(
    tables: &mut Tables,
    id: ConversationId,
    by: &Who,
    member: &Who,
    to: Role,
    at: Timestamp,
) -> rusqlite::Result<Outcome> {
    let Group { seq, members, .. } = match group(tables, id, by.id)? {
        Ok(group) => group,
        Err(refusal) => return Ok(Outcome::Refused(refusal)),
    };
    let (own, theirs) = (role(&tables.connection, id, by.id)?, role(&tables.connection, id, member.id)?);
    let before = rules::as_member(own).and_then(|own| rules::may_set_role(own, theirs, by.id == member.id));
    match before {
        Err(refusal) => return Ok(Outcome::Refused(refusal)),
        Ok(before) if before == to => return Ok(Outcome::Done),
        Ok(_) => {}
    }
    if to == Role::Owner {
        // First: a group has one owner at any time.
        set(&tables.connection, id, by.id, Role::Admin)?;
    }
    set(&tables.connection, id, member.id, to)?;
    let kind = EntryKind::RoleChanged { member: member.username.clone(), role: to };
    let entry = insert_entry(tables, id, seq, by, kind, Some(member.id), at)?;
    tables.cache.numbered(id, seq);
    Ok(told(id, entry, members))
}

/// What this account may do in this conversation; none for who is no member.
pub(super) fn role(connection: &Connection, id: ConversationId, account: AccountId) -> rusqlite::Result<Option<Role>> {
    connection
        .prepare_cached("SELECT role FROM membership WHERE conversation = ?1 AND account = ?2 AND to_seq IS NULL")?
        .query_row((id.0, account.0), |row| rows::role(row, 0))
        .optional()
}

fn set(connection: &Connection, id: ConversationId, account: AccountId, role: Role) -> rusqlite::Result<()> {
    connection
        .prepare_cached("UPDATE membership SET role = ?3 WHERE conversation = ?1 AND account = ?2 AND to_seq IS NULL")?
        .execute((id.0, account.0, rows::role_column(role)))?;
    Ok(())
}

/// Who owns the group once this one is gone.
fn heir(connection: &Connection, id: ConversationId, leaving: AccountId) -> rusqlite::Result<Option<Who>> {
    let mut remaining = connection.prepare_cached(
        "SELECT account, role, from_seq FROM membership WHERE conversation = ?1 AND account <> ?2 AND to_seq IS NULL",
    )?;
    let remaining: Vec<(AccountId, Role, Seq)> = remaining
        .query_map((id.0, leaving.0), |row| Ok((AccountId(row.get(0)?), rows::role(row, 1)?, rows::seq(row, 2)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let Some(heir) = rules::heir(remaining.into_iter()) else { return Ok(None) };
    let mut username = connection.prepare_cached("SELECT username FROM account WHERE id = ?1")?;
    let username: String = username.query_row([heir.0], |row| row.get(0))?;
    Ok(Some(Who { id: heir, username: username.into() }))
}

/// Whether their last stay in the group, if there was one, ended by their being removed.
fn was_removed(connection: &Connection, id: ConversationId, account: AccountId) -> rusqlite::Result<bool> {
    let ended = connection
        .prepare_cached(
            "SELECT entry.kind FROM membership JOIN entry ON entry.id = membership.conversation << 32 | membership.to_seq
             WHERE membership.conversation = ?1 AND membership.account = ?2 ORDER BY membership.from_seq DESC LIMIT 1",
        )?
        .query_row((id.0, account.0), |row| row.get::<_, i64>(0))
        .optional()?;
    Ok(ended == Some(rows::MEMBER_REMOVED))
}
