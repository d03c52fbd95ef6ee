//! Deleting accounts and groups, and the steps in which what they leave behind is erased.

use papo_shared::model::{ConversationId, Seq, Timestamp, Username};
use papo_shared::protocol::Refusal;

use super::decision::{Decided, Decision, Stop, changes};
use super::{accounts, group_invites, invitations, members, message_changes, second_factor};
use crate::domain::account::AccountId;
use crate::domain::change::Change;
use crate::domain::changes::Changes;
use crate::domain::erasure::{Erasure, ErasureStep, ErasureWork, StoredText};
use crate::domain::facts::{All, Facts};
use crate::domain::message::{EntryId, Removal};
use crate::domain::outcome::{GroupDeletion, MessagesErased, Outcome};
use crate::domain::report::ReportChange;
use crate::domain::second_factor::{Authentication, CheckedCode};

/// An account to delete.
pub(super) struct AccountDeletion<'a> {
    pub(super) account: AccountId,
    pub(super) authentication: Option<&'a Authentication>,
    pub(super) erase_messages: bool,
    pub(super) at: Timestamp,
}

pub(super) fn delete_account<'a>(facts: &Facts, deletion: &AccountDeletion<'_>) -> Decided<'a> {
    let &AccountDeletion { account, authentication, erase_messages, at } = deletion;
    let (known, hash, second_factor, devices, invitations) = (
        facts.accounts.get(&account),
        facts.password_hashes.get(&account),
        facts.second_factors.get(&account),
        facts.devices_of.get(&account),
        invitations::delete_all_of(facts, account),
    )
        .all()?;
    let known = known.as_ref().filter(|known| !known.is_deleted).ok_or(Refusal::NoSuchUser)?;
    if let Some(authentication) = authentication {
        accounts::require_verified(hash.as_deref(), &authentication.verified_hash)?;
        if let Some(CheckedCode::Wrong(after)) = second_factor::check_required(second_factor.as_ref(), authentication.code, at)? {
            return Ok(second_factor::wrong_code(account, after));
        }
    }
    let username = name_of_deleted(facts, account)?;
    let mut changes = changes([
        Change::DeleteAccount { account, before: known.username.clone(), username, at },
        Change::SetSecondFactor { account, second_factor: None },
        Change::InsertErasure(Erasure::Memberships(account)),
    ]);
    if erase_messages {
        changes.push(Change::InsertErasure(Erasure::Messages(account)));
        changes.push(Change::Report(ReportChange::EraseReasons(account)));
    }
    changes.extend(accounts::delete_devices(account, devices));
    changes.extend(invitations);
    Ok(Decision::new(Outcome::AccountDeleted(devices.clone()), changes))
}

/// A name that shows that its account is deleted, and that nobody can register.
fn name_of_deleted(facts: &Facts, account: AccountId) -> Result<Username, Stop> {
    for separator in ['-', '.', '_'] {
        let name = Username::from(format!("deleted{separator}{}", account.0));
        if facts.usernames.get(&name)?.is_none() {
            return Ok(name);
        }
    }
    // Only if somebody registered all of them before they were reserved.
    Err(Refusal::UsernameTaken.into())
}

pub(super) fn delete_group<'a>(facts: &Facts, conversation: ConversationId, at: Timestamp) -> Decided<'a> {
    let (known, invites) = (facts.conversations.get(&conversation), facts.group_invites.get(&conversation)).all()?;
    let known = known.as_ref().ok_or(Refusal::NotAGroup)?;
    let before = known.group.as_ref().ok_or(Refusal::NotAGroup)?.name.clone();
    let mut changes = changes(invites.iter().map(|invite| group_invites::delete(conversation, invite)));
    let deleted = Change::DeleteGroup { conversation, before, to: known.last_seq, at };
    changes.extend([deleted, Change::InsertErasure(Erasure::Log(conversation))]);
    let audience = known.members.clone();
    Ok(Decision::new(Outcome::GroupDeleted(GroupDeletion { conversation, audience }), changes))
}

/// Erases a message on behalf of the operator.
pub(super) fn erase_message<'a>(facts: &Facts, conversation: ConversationId, seq: Seq) -> Decided<'a> {
    let id = EntryId { conversation, seq };
    let (known, message, original) =
        (facts.conversations.get(&conversation), facts.messages.get(&id), facts.original_texts.get(&id)).all()?;
    let known = known.as_ref().ok_or(Refusal::NoSuchMessage)?;
    let text = message.as_ref().and_then(|message| message.text.as_deref()).ok_or(Refusal::NoSuchMessage)?;
    let erased = MessagesErased { messages: vec![id], audience: known.members.clone(), removal: Removal::Operator };
    let change = message_changes::erase(id, text, original.as_deref(), erased.removal);
    Ok(Decision::new(Outcome::ErasureContinued(erased), change))
}

/// Does the next step of the oldest pending erasure.
pub(super) fn advance<'a>(facts: &Facts, at: Timestamp) -> Decided<'a> {
    let Some(ErasureStep { id, work }) = facts.erasure_steps.get(&())? else { return Ok(Decision::unchanged(Outcome::Done)) };
    Ok(match work {
        ErasureWork::Finished => Decision::new(continued(), Change::DeleteErasure(*id)),
        ErasureWork::LeaveGroup { account, group } => members::leave_with_invites(facts, *group, account, at, true)?,
        ErasureWork::EraseMessages { messages, until } => {
            let known = facts.conversations.get(&until.conversation)?;
            let audience = known.as_ref().map(|known| known.members.clone()).unwrap_or_default();
            let mut changes: Changes<'_> = messages.iter().map(erase).collect();
            changes.push(Change::SetErasurePosition { id: *id, after: *until });
            let messages = messages.iter().map(|stored| stored.message).collect();
            Decision::new(Outcome::ErasureContinued(MessagesErased { messages, audience, removal: Removal::Author }), changes)
        }
        ErasureWork::DeleteReports { group } => Decision::new(continued(), Change::Report(ReportChange::DeleteInGroup(*group))),
        ErasureWork::DeleteMemberships { group } => Decision::new(continued(), Change::DeleteMemberships(*group)),
        ErasureWork::DeleteEntries { group, messages, first } => {
            let mut changes: Changes<'_> = messages.iter().map(erase).collect();
            changes.push(Change::DeleteEntries { conversation: *group, first: *first });
            Decision::new(continued(), changes)
        }
    })
}

fn erase<'a>(stored: &StoredText) -> Change<'a> {
    message_changes::erase(stored.message, &stored.text, stored.original.as_deref(), Removal::Author)
}

/// A step that erased no messages that anyone still sees.
fn continued() -> Outcome {
    Outcome::ErasureContinued(MessagesErased::default())
}
