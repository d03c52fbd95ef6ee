//! Opening direct conversations, creating and naming groups.

use std::sync::Arc;

use papo_shared::model::{ConversationId, EntryKind, GroupName, Role, Seq, Timestamp, Topic, Visibility};
use papo_shared::protocol::Refusal;

use super::decision::{Decided, Decision, changes};
use super::lookup;
use super::post::{ListedEntry, Post};
use crate::domain::account::{AccountId, AccountRef};
use crate::domain::change::Change;
use crate::domain::facts::{All, Facts};
use crate::domain::outcome::Outcome;
use crate::domain::rules;
use crate::domain::skeleton::skeleton;

pub(super) fn open_direct<'a>(facts: &Facts, one: AccountId, other: AccountId, at: Timestamp) -> Decided<'a> {
    rules::require_another(one, other)?;
    let (low, high) = (one.min(other), one.max(other));
    let (is_blocked, peer, direct, conversations, id) = (
        facts.blocks.get(&(other, one)),
        facts.accounts.get(&other),
        facts.directs.get(&(low, high)),
        facts.conversation_counts.get(&one),
        facts.next_conversations.next(),
    )
        .all()?;
    rules::may_contact(*is_blocked || peer.as_ref().is_some_and(|peer| peer.is_deleted))?;
    if let Some(id) = direct {
        return Ok(Decision::unchanged(Outcome::DirectOpened(*id)));
    }
    rules::may_enter_conversation(*conversations)?;
    let opened = Change::InsertDirect { id, low, high, unanswered_by: other, at };
    let join = |account| Change::AddMembership { conversation: id, account, from: Seq(1), role: Role::Member };
    Ok(Decision::new(Outcome::DirectOpened(id), changes([opened, join(low), join(high)])))
}

pub(super) fn create<'a>(
    facts: &Facts,
    creator: &AccountRef,
    name: &'a GroupName,
    visibility: Visibility,
    at: Timestamp,
) -> Decided<'a> {
    let (conversations, taken, looks_alike, id) = (
        facts.conversation_counts.get(&creator.id),
        facts.group_names.get(&name.uniqueness_key()),
        facts.group_skeletons.get(&skeleton(name.as_str())),
        facts.next_conversations.next(),
    )
        .all()?;
    rules::may_enter_conversation(*conversations)?;
    if taken.is_some() {
        return Err(Refusal::GroupNameTaken.into());
    }
    if looks_alike.is_some() {
        return Err(Refusal::GroupNameTooAlike.into());
    }
    let post = Post { conversation: id, seq: Seq(1), author: creator, at };
    let audience = Arc::new([creator.id]);
    let listed = ListedEntry { name, visibility, members: 1 };
    let (entry, outcome) = post.entry(EntryKind::GroupCreated { name: name.clone() }, None, audience, Some(listed));
    let owner = Change::AddMembership { conversation: id, account: creator.id, from: Seq(1), role: Role::Owner };
    Ok(Decision::new(outcome, changes([Change::InsertGroup { id, name, visibility, at }, entry, owner])))
}

pub(super) fn rename<'a>(
    facts: &Facts,
    conversation: ConversationId,
    by: &AccountRef,
    name: &'a GroupName,
    at: Timestamp,
) -> Decided<'a> {
    let (_, _, holder, look_alike) = (
        facts.conversations.get(&conversation),
        facts.members.get(&(conversation, by.id)),
        facts.group_names.get(&name.uniqueness_key()),
        facts.group_skeletons.get(&skeleton(name.as_str())),
    )
        .all()?;
    let group = lookup::manageable_group(facts, conversation, by.id)?;
    if group.name == name {
        return Ok(Decision::unchanged(Outcome::Done));
    }
    if holder.is_some_and(|holder| holder != conversation) {
        return Err(Refusal::GroupNameTaken.into());
    }
    if look_alike.is_some_and(|look_alike| look_alike != conversation) {
        return Err(Refusal::GroupNameTooAlike.into());
    }
    let members = &group.known.members;
    let post = Post { conversation, seq: group.known.last_seq.next(), author: by, at };
    let listed = ListedEntry { name, ..group.listed(members.len()) };
    let (entry, outcome) = post.entry(EntryKind::GroupRenamed { name: name.clone() }, None, members.clone(), Some(listed));
    let renamed = Change::SetGroupName { conversation, before: group.name.clone(), name };
    Ok(Decision::new(outcome, changes([renamed, entry])))
}

pub(super) fn set_visibility<'a>(
    facts: &Facts,
    conversation: ConversationId,
    by: &AccountRef,
    visibility: Visibility,
    at: Timestamp,
) -> Decided<'a> {
    let group = lookup::manageable_group(facts, conversation, by.id)?;
    if group.visibility == visibility {
        return Ok(Decision::unchanged(Outcome::Done));
    }
    let members = &group.known.members;
    let post = Post { conversation, seq: group.known.last_seq.next(), author: by, at };
    let listed = ListedEntry { visibility, ..group.listed(members.len()) };
    let (entry, outcome) = post.entry(EntryKind::VisibilityChanged { visibility }, None, members.clone(), Some(listed));
    Ok(Decision::new(outcome, changes([Change::SetVisibility { conversation, visibility }, entry])))
}

pub(super) fn set_topic<'a>(
    facts: &Facts,
    conversation: ConversationId,
    by: &AccountRef,
    topic: Option<&'a Topic>,
    at: Timestamp,
) -> Decided<'a> {
    let (_, _, before) =
        (facts.conversations.get(&conversation), facts.members.get(&(conversation, by.id)), facts.topics.get(&conversation))
            .all()?;
    let group = lookup::manageable_group(facts, conversation, by.id)?;
    if before.as_ref() == topic {
        return Ok(Decision::unchanged(Outcome::Done));
    }
    let post = Post { conversation, seq: group.known.last_seq.next(), author: by, at };
    let kind = EntryKind::TopicChanged { topic: topic.cloned() };
    let (entry, outcome) = post.entry(kind, None, group.known.members.clone(), None);
    Ok(Decision::new(outcome, changes([Change::SetTopic { conversation, topic }, entry])))
}
