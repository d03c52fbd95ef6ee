//! Invitations to groups, to users who share nothing with the one who invites them.

use papo_shared::model::{ConversationId, Invitation, Timestamp};
use papo_shared::protocol::Refusal;

use super::decision::{Decided, Decision, changes};
use super::lookup::Group;
use crate::domain::account::{AccountId, AccountRef};
use crate::domain::change::Change;
use crate::domain::changes::Changes;
use crate::domain::facts::{All, Facts, InvitationFacts, Missing};
use crate::domain::outcome::Outcome;
use crate::domain::rules;

/// Invites an account. Deletes the expired invitations among those that count.
pub(super) fn invite<'a>(
    facts: &Facts,
    group: Group<'_>,
    conversation: ConversationId,
    by: &AccountRef,
    account: AccountId,
    at: Timestamp,
) -> Decided<'a> {
    let (received, sent, has_declined) =
        (facts.invitations.get(&account), facts.sent_invitations.get(&by.id), facts.has_declined.get(&(conversation, account)))
            .all()?;
    if pending_to(received, conversation, at).is_some() {
        return Ok(Decision::unchanged(Outcome::AlreadyInvited));
    }
    let pending = |invitations: &[InvitationFacts]| invitations.iter().filter(|invitation| invitation.is_pending(at)).count();
    rules::may_invite(*has_declined, pending(received), pending(sent))?;
    let sent_to_others = sent.iter().filter(|invitation| invitation.account != account);
    let expired = received.iter().chain(sent_to_others).filter(|invitation| !invitation.is_pending(at));
    let mut changes = changes(expired.map(delete));
    changes.push(Change::InsertInvitation { conversation, account, by: by.id, at });
    let members = u32::try_from(group.known.members.len()).unwrap_or(u32::MAX);
    let invitation = Invitation { conversation, name: group.name.clone(), members, invited_by: by.username.clone(), at };
    Ok(Decision::new(Outcome::Invited(account, invitation), changes))
}

pub(super) fn decline<'a>(facts: &Facts, conversation: ConversationId, account: AccountId, at: Timestamp) -> Decided<'a> {
    let invitation = pending_to(facts.invitations.get(&account)?, conversation, at).ok_or(Refusal::NoSuchInvitation)?;
    let declined = changes([delete(invitation), Change::InsertDecline { conversation, account, at }]);
    Ok(Decision::new(Outcome::InvitationDeclined(account, conversation), declined))
}

/// The pending one of these invitations that is to this group.
pub(super) fn pending_to(
    invitations: &[InvitationFacts],
    conversation: ConversationId,
    now: Timestamp,
) -> Option<&InvitationFacts> {
    invitations.iter().find(|invitation| invitation.conversation == conversation && invitation.is_pending(now))
}

/// The changes by which nothing is left of an invitation to an account that joins the group.
pub(super) fn delete_on_joining<'a>(
    facts: &Facts,
    conversation: ConversationId,
    account: AccountId,
) -> Result<Changes<'a>, Missing> {
    let (received, has_declined) = (facts.invitations.get(&account), facts.has_declined.get(&(conversation, account))).all()?;
    let invitation = received.iter().find(|invitation| invitation.conversation == conversation);
    let mut changes = changes(invitation.map(delete));
    changes.extend(has_declined.then_some(Change::DeleteDecline { conversation, account }));
    Ok(changes)
}

/// The changes that delete the invitations to a group by a member who is no longer one.
pub(super) fn delete_sent<'a>(facts: &Facts, conversation: ConversationId, by: AccountId) -> Result<Changes<'a>, Missing> {
    let sent = facts.sent_invitations.get(&by)?.iter().filter(|invitation| invitation.conversation == conversation);
    Ok(changes(sent.map(delete)))
}

/// The changes that delete the invitations that an account has received from another.
pub(super) fn delete_received<'a>(facts: &Facts, account: AccountId, by: AccountId) -> Result<Changes<'a>, Missing> {
    Ok(changes(facts.invitations.get(&account)?.iter().filter(|invitation| invitation.by == by).map(delete)))
}

/// The changes that delete all invitations that an account has received or sent.
pub(super) fn delete_all_of<'a>(facts: &Facts, account: AccountId) -> Result<Vec<Change<'a>>, Missing> {
    let (received, sent) = (facts.invitations.get(&account), facts.sent_invitations.get(&account)).all()?;
    Ok(received.iter().chain(sent).map(delete).collect())
}

fn delete<'a>(invitation: &InvitationFacts) -> Change<'a> {
    let InvitationFacts { conversation, account, by, .. } = *invitation;
    Change::DeleteInvitation { conversation, account, by }
}
