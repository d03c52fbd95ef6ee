//! Invites to groups.

use papo_shared::model::{ConversationId, GroupInviteId, Timestamp};
use papo_shared::protocol::Refusal;

use super::decision::{Decided, Decision, changes};
use super::lookup;
use crate::domain::account::AccountId;
use crate::domain::change::Change;
use crate::domain::facts::{All, Facts, GroupInviteFacts};
use crate::domain::invite::InviteHash;
use crate::domain::outcome::Outcome;
use crate::domain::rules;

/// An invite to create.
pub(super) struct NewGroupInvite {
    pub(super) conversation: ConversationId,
    pub(super) by: AccountId,
    pub(super) code: InviteHash,
    pub(super) uses: Option<u32>,
    pub(super) expires_at: Option<Timestamp>,
    pub(super) at: Timestamp,
}

pub(super) fn create<'a>(facts: &Facts, new: &NewGroupInvite) -> Decided<'a> {
    let &NewGroupInvite { conversation, by, code, uses, expires_at, at } = new;
    let (_, _, invites, taken, id) = (
        facts.conversations.get(&conversation),
        facts.members.get(&(conversation, by)),
        facts.group_invites.get(&conversation),
        facts.group_invite_targets.get(&code),
        facts.next_group_invites.next(),
    )
        .all()?;
    lookup::manageable_group(facts, conversation, by)?;
    let expired = invites.iter().filter(|invite| !invite.is_valid(at));
    let changes = changes(expired.map(|invite| delete(conversation, invite)));
    rules::may_have_another_invite(invites.len() - changes.len())?;
    if taken.is_some() {
        return Ok(Decision::failed("an invite to a group with this code exists"));
    }
    let mut changes = changes;
    changes.push(Change::InsertGroupInvite { id, conversation, code, by, uses, expires_at, at });
    Ok(Decision::new(Outcome::GroupInviteCreated(id), changes))
}

pub(super) fn revoke<'a>(facts: &Facts, conversation: ConversationId, by: AccountId, id: GroupInviteId) -> Decided<'a> {
    let (_, _, invites) =
        (facts.conversations.get(&conversation), facts.members.get(&(conversation, by)), facts.group_invites.get(&conversation))
            .all()?;
    lookup::manageable_group(facts, conversation, by)?;
    let invite = invites.iter().find(|invite| invite.id == id).ok_or(Refusal::InviteInvalid)?;
    Ok(Decision::new(Outcome::Done, delete(conversation, invite)))
}

/// Redeems one use, if uses are limited; deletes the invite after the last one.
pub(super) fn use_up<'a>(conversation: ConversationId, invite: &GroupInviteFacts) -> Option<Change<'a>> {
    match invite.uses_left? {
        0 | 1 => Some(delete(conversation, invite)),
        uses => Some(Change::SetGroupInviteUses { id: invite.id, conversation, uses_left: uses - 1 }),
    }
}

pub(super) fn delete<'a>(conversation: ConversationId, invite: &GroupInviteFacts) -> Change<'a> {
    Change::DeleteGroupInvite { id: invite.id, conversation, code: invite.code }
}
