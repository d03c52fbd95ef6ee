//! Joining and leaving groups, roles, and notification settings.

use papo_shared::model::{ConversationId, EntryKind, Notify, Role, Seq, Timestamp};
use papo_shared::protocol::Refusal;

use super::decision::{Decided, Decision, Stop, changes};
use super::lookup::{self, Group};
use super::post::{ListedEntry, Post};
use super::{group_invites, invitations};
use crate::domain::account::{AccountId, AccountRef};
use crate::domain::change::Change;
use crate::domain::changes::Changes;
use crate::domain::conversation::Audience;
use crate::domain::facts::{All, Facts, Missing};
use crate::domain::invite::InviteHash;
use crate::domain::outcome::{NotifyChange, Outcome};
use crate::domain::rules;

pub(super) fn add<'a>(
    facts: &Facts,
    conversation: ConversationId,
    by: &AccountRef,
    member: &AccountRef,
    at: Timestamp,
) -> Decided<'a> {
    let shared =
        (facts.answered_directs.get(&(member.id, by.id)), facts.shared_groups.get(&(by.id.min(member.id), by.id.max(member.id))));
    let (_, new_member, is_blocked, (answered_direct, shares_group)) = (
        facts.conversations.get(&conversation),
        facts.accounts.get(&member.id),
        facts.blocks.get(&(member.id, by.id)),
        shared.all(),
    )
        .all()?;
    let group = lookup::group(facts, conversation, by.id)?;
    rules::may_join(group.known.has(member.id), group.known.members.len())?;
    rules::may_contact(*is_blocked || new_member.as_ref().is_some_and(|known| known.is_deleted))?;
    if !rules::may_be_added_unasked(*answered_direct, *shares_group) {
        return invitations::invite(facts, group, conversation, by, member.id, at);
    }
    let kind = EntryKind::MemberAdded { member: member.username.clone() };
    let post = Post { conversation, seq: group.known.last_seq.next(), author: by, at };
    add_membership(facts, group, &post, kind, member.id, Some(member.id))
}

pub(super) fn accept_invitation<'a>(
    facts: &Facts,
    conversation: ConversationId,
    member: AccountId,
    at: Timestamp,
) -> Decided<'a> {
    let (invitations, _, account, _) = (
        facts.invitations.get(&member),
        facts.conversations.get(&conversation),
        facts.accounts.get(&member),
        facts_of_joining(facts, conversation, member),
    )
        .all()?;
    let invitation = invitations::pending_to(invitations, conversation, at).ok_or(Refusal::NoSuchInvitation)?;
    let inviter = facts.accounts.get(&invitation.by)?;
    let (inviter, account) = inviter.as_ref().zip(account.as_ref()).ok_or(Refusal::NoSuchInvitation)?;
    let by = AccountRef { id: invitation.by, username: inviter.username.clone() };
    let group = lookup::group(facts, conversation, by.id)?;
    rules::may_join(group.known.has(member), group.known.members.len())?;
    let kind = EntryKind::MemberAdded { member: account.username.clone() };
    let post = Post { conversation, seq: group.known.last_seq.next(), author: &by, at };
    add_membership(facts, group, &post, kind, member, Some(member))
}

pub(super) fn join_public<'a>(facts: &Facts, conversation: ConversationId, member: &AccountRef, at: Timestamp) -> Decided<'a> {
    let (known, was_removed, _) = (
        facts.conversations.get(&conversation),
        facts.was_removed.get(&(conversation, member.id)),
        facts_of_joining(facts, conversation, member.id),
    )
        .all()?;
    let group = known.as_ref().and_then(Group::of).ok_or(Refusal::NotPublic)?;
    if group.known.has(member.id) {
        return Ok(Decision::unchanged(Outcome::AlreadyMember(conversation)));
    }
    rules::may_join_public_group(group.visibility, *was_removed)?;
    rules::may_join(false, group.known.members.len())?;
    let post = Post { conversation, seq: group.known.last_seq.next(), author: member, at };
    add_membership(facts, group, &post, EntryKind::MemberJoined, member.id, None)
}

pub(super) fn join<'a>(facts: &Facts, code: InviteHash, member: &AccountRef, at: Timestamp) -> Decided<'a> {
    let conversation = facts.group_invite_targets.get(&code)?.ok_or(Refusal::InviteInvalid)?;
    let (known, invites, was_removed, _) = (
        facts.conversations.get(&conversation),
        facts.group_invites.get(&conversation),
        facts.was_removed.get(&(conversation, member.id)),
        facts_of_joining(facts, conversation, member.id),
    )
        .all()?;
    let invite = invites.iter().find(|invite| invite.code == code && invite.is_valid(at)).ok_or(Refusal::InviteInvalid)?;
    let known = known.as_ref().ok_or(Refusal::InviteInvalid)?;
    if known.has(member.id) {
        return Ok(Decision::unchanged(Outcome::AlreadyMember(conversation)));
    }
    let group = Group::of(known).ok_or(Refusal::InviteInvalid)?;
    rules::may_join_by_invite(*was_removed)?;
    rules::may_join(false, known.members.len())?;
    let post = Post { conversation, seq: known.last_seq.next(), author: member, at };
    let mut decision = add_membership(facts, group, &post, EntryKind::MemberJoined, member.id, None)?;
    decision.changes.extend(group_invites::use_up(conversation, invite));
    Ok(decision)
}

/// The number of conversations of an account that joins a group, and the changes that end an invitation to it.
fn facts_of_joining<'a>(
    facts: &Facts,
    conversation: ConversationId,
    account: AccountId,
) -> Result<(usize, Changes<'a>), Missing> {
    let count = facts.conversation_counts.get(&account);
    let (count, changes) = (count, invitations::delete_on_joining(facts, conversation, account)).all()?;
    Ok((*count, changes))
}

/// Adds a member and the entry about it.
fn add_membership<'a>(
    facts: &Facts,
    group: Group<'_>,
    post: &Post<'_>,
    kind: EntryKind,
    account: AccountId,
    named: Option<AccountId>,
) -> Decided<'a> {
    let (conversations, mut changes) = facts_of_joining(facts, post.conversation, account)?;
    rules::may_enter_conversation(conversations)?;
    let mut audience = group.known.members.to_vec();
    audience.push(account);
    audience.sort_unstable();
    let listed = group.listed(audience.len());
    let (entry, outcome) = post.entry(kind, named, audience.into(), Some(listed));
    let added = Change::AddMembership { conversation: post.conversation, account, from: post.seq, role: Role::Member };
    changes.extend([entry, added]);
    Ok(Decision::new(outcome, changes))
}

pub(super) fn remove<'a>(
    facts: &Facts,
    conversation: ConversationId,
    by: &AccountRef,
    member: &AccountRef,
    at: Timestamp,
) -> Decided<'a> {
    let (_, _, _, invites, invitations) = (
        facts.conversations.get(&conversation),
        facts.members.get(&(conversation, by.id)),
        facts.members.get(&(conversation, member.id)),
        facts.group_invites.get(&conversation),
        invitations::delete_sent(facts, conversation, member.id),
    )
        .all()?;
    let ((group, role), member_role) = group_with_two_roles(facts, conversation, by, member)?;
    rules::may_remove(role, member_role, by.id == member.id)?;
    let created = invites.iter().filter(|invite| invite.by == member.id);
    let mut changes = invitations;
    changes.extend(created.map(|invite| group_invites::delete(conversation, invite)));
    let post = Post { conversation, seq: group.known.last_seq.next(), author: by, at };
    let kind = EntryKind::MemberRemoved { member: member.username.clone() };
    let (entry, outcome) = post.entry(kind, Some(member.id), audience(group), Some(listed_without_one(group)));
    let ended = Change::EndMembership { conversation, account: member.id, to: post.seq, removed: true };
    changes.extend([entry, ended]);
    Ok(Decision::new(outcome, changes))
}

pub(super) fn leave<'a>(facts: &Facts, conversation: ConversationId, member: &AccountRef, at: Timestamp) -> Decided<'a> {
    leave_with_invites(facts, conversation, member, at, false)
}

/// As [`leave`]. If `ends_own_invites`, the invites that the member created are deleted.
pub(super) fn leave_with_invites<'a>(
    facts: &Facts,
    conversation: ConversationId,
    member: &AccountRef,
    at: Timestamp,
    ends_own_invites: bool,
) -> Decided<'a> {
    let (group, role) = lookup::group_with_role(facts, conversation, member.id)?;
    let mut changes = invitations::delete_sent(facts, conversation, member.id)?;
    let next_owner = if role == Role::Owner { next_owner(facts, conversation, member.id)? } else { None };
    let is_last = group.known.members.len() == 1;
    let invites = if is_last || ends_own_invites { &facts.group_invites.get(&conversation)?[..] } else { &[] };
    let ended = invites.iter().filter(|invite| is_last || invite.by == member.id);
    changes.extend(ended.map(|invite| group_invites::delete(conversation, invite)));
    let new_owner = next_owner.as_ref().map(|next_owner| next_owner.username.clone());
    let next_owner = next_owner.map(|next_owner| next_owner.id);
    let post = Post { conversation, seq: group.known.last_seq.next(), author: member, at };
    let (entry, outcome) =
        post.entry(EntryKind::MemberLeft { new_owner }, next_owner, audience(group), Some(listed_without_one(group)));
    changes.extend([entry, Change::EndMembership { conversation, account: member.id, to: post.seq, removed: false }]);
    // After the membership has ended: a group never has two owners.
    changes.extend(next_owner.map(|account| Change::SetRole { conversation, account, role: Role::Owner }));
    Ok(Decision::new(outcome, changes))
}

/// All members before the entry, including one who is removed by it: their devices must drop the conversation.
fn audience(group: Group<'_>) -> Audience {
    group.known.members.clone()
}

fn listed_without_one(group: Group<'_>) -> ListedEntry<'_> {
    group.listed(group.known.members.len().saturating_sub(1))
}

pub(super) fn set_role<'a>(
    facts: &Facts,
    conversation: ConversationId,
    by: &AccountRef,
    member: &AccountRef,
    to: Role,
    at: Timestamp,
) -> Decided<'a> {
    let ((group, role), member_role) = group_with_two_roles(facts, conversation, by, member)?;
    if rules::may_set_role(role, member_role, by.id == member.id)? == to {
        return Ok(Decision::unchanged(Outcome::Done));
    }
    let set = |account, role| Change::SetRole { conversation, account, role };
    // Before the new owner's role is set: a group never has two owners.
    let mut changes = changes((to == Role::Owner).then(|| set(by.id, Role::Admin)));
    let post = Post { conversation, seq: group.known.last_seq.next(), author: by, at };
    let kind = EntryKind::RoleChanged { member: member.username.clone(), role: to };
    let (entry, outcome) = post.entry(kind, Some(member.id), group.known.members.clone(), None);
    changes.extend([set(member.id, to), entry]);
    Ok(Decision::new(outcome, changes))
}

/// Makes a member the owner on behalf of the operator.
pub(super) fn transfer<'a>(facts: &Facts, conversation: ConversationId, member: &AccountRef, at: Timestamp) -> Decided<'a> {
    let (known, roster) = (facts.conversations.get(&conversation), facts.rosters.get(&conversation)).all()?;
    let known = known.as_ref().filter(|known| known.group.is_some()).ok_or(Refusal::NotAGroup)?;
    if !known.has(member.id) {
        return Err(Refusal::NoSuchMember.into());
    }
    let owner = roster.iter().find(|(_, role, _)| *role == Role::Owner).map(|(account, _, _)| *account);
    if owner == Some(member.id) {
        return Ok(Decision::unchanged(Outcome::Done));
    }
    let set = |account, role| Change::SetRole { conversation, account, role };
    let post = Post { conversation, seq: known.last_seq.next(), author: member, at };
    let kind = EntryKind::RoleChanged { member: member.username.clone(), role: Role::Owner };
    let (entry, outcome) = post.entry(kind, Some(member.id), known.members.clone(), None);
    // Before the new owner's role is set: a group never has two owners.
    let mut changes = changes(owner.map(|owner| set(owner, Role::Admin)));
    changes.extend([set(member.id, Role::Owner), entry]);
    Ok(Decision::new(outcome, changes))
}

/// The group, the requester's role, and the role of another account, if it is a member.
fn group_with_two_roles<'f>(
    facts: &'f Facts,
    conversation: ConversationId,
    by: &AccountRef,
    other: &AccountRef,
) -> Result<((Group<'f>, Role), Option<Role>), Stop> {
    let (_, _, membership) = (
        facts.conversations.get(&conversation),
        facts.members.get(&(conversation, by.id)),
        facts.members.get(&(conversation, other.id)),
    )
        .all()?;
    Ok((lookup::group_with_role(facts, conversation, by.id)?, membership.as_ref().map(|membership| membership.role)))
}

/// The owner of a group after this one has left.
fn next_owner(facts: &Facts, conversation: ConversationId, leaving: AccountId) -> Result<Option<AccountRef>, Stop> {
    let roster = facts.rosters.get(&conversation)?;
    let remaining = roster.iter().copied().filter(|(account, _, _): &(AccountId, Role, Seq)| *account != leaving);
    let Some(id) = rules::next_owner(remaining) else { return Ok(None) };
    let next_owner = facts.accounts.get(&id)?;
    Ok(next_owner.as_ref().map(|next_owner| AccountRef { id, username: next_owner.username.clone() }))
}

pub(super) fn set_notify<'a>(facts: &Facts, conversation: ConversationId, account: AccountId, notify: Notify) -> Decided<'a> {
    let member = rules::require_member(facts.members.get(&(conversation, account))?.as_ref())?;
    if member.notify == notify {
        return Ok(Decision::unchanged(Outcome::Done));
    }
    let outcome = Outcome::NotifyChanged(NotifyChange { conversation, account, notify });
    Ok(Decision::new(outcome, Change::SetNotify { conversation, account, notify }))
}
