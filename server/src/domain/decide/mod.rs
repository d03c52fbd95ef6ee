//! Decides writes: the outcome of each by the known facts, and the changes it requires.
//!
//! All rules about writes are applied here, once for all backends. Deciding is pure: it reads [`Facts`], changes nothing, and
//! gives the same decision for the same facts. A backend loads the facts that a decision is missing and decides again; then it
//! applies the changes to its tables and to the facts, and continues with the next write. A backend for which round trips are
//! expensive can decide all writes of a batch, load everything that is missing at once, and decide them again.

mod accounts;
mod bans;
mod blocks;
mod decision;
mod devices;
mod erasures;
mod group_invites;
mod groups;
mod invitations;
mod invites;
mod lookup;
mod members;
mod message_changes;
mod messages;
mod notices;
mod post;
mod reading;
mod reports;
mod retention;
mod second_factor;
#[cfg(test)]
mod tests;

use papo_shared::model::DeviceId;
use papo_shared::protocol::Refusal;

use self::accounts::NewAccount;
pub use self::decision::Decision;
use self::decision::{Decided, Stop};
use self::erasures::AccountDeletion;
use self::group_invites::NewGroupInvite;
use self::invites::NewInvite;
use self::message_changes::TargetMessage;
use self::messages::MessageToSend;
use self::reports::NewReport;
use super::account::AccountId;
use super::audit::AuditNote;
use super::change::Change;
use super::facts::{All, Facts, Key, Missing};
use super::message::EntryId;
use super::outcome::Outcome;
use super::rules;
use super::second_factor_change::SecondFactorChange;
use super::write::Write;

/// Decides a write. Writes of suspended accounts, and writes from devices that are signed out, are refused.
///
/// # Errors
/// The facts that it needs and that are not loaded.
pub fn decide<'a>(write: &'a Write, facts: &Facts) -> Result<Decision<'a>, Missing> {
    let (author, decided) = decide_by_kind(write, facts);
    let suspended_at = match author {
        Some(by) => facts.accounts.get(&by).map(|by| by.as_ref().and_then(|by| by.suspended_at)),
        None => Ok(None),
    };
    if let Ok(suspended_at) = suspended_at
        && let Err(refusal) = rules::may_act(suspended_at)
    {
        return Ok(Decision::unchanged(Outcome::Refused(refusal)));
    }
    let missing = match (decided, suspended_at) {
        (Ok(decision), Ok(_)) => {
            debug_assert_eq!(deleted_devices(&decision), decision.outcome.signed_out_devices(), "sessions must end: {write:?}");
            return charged(write, author, decision, facts);
        }
        (Err(Stop::Refused(refusal)), Ok(_)) => return Ok(Decision::unchanged(Outcome::Refused(refusal))),
        (Err(Stop::Missing(missing)), Ok(_)) | (Ok(_) | Err(Stop::Refused(_)), Err(missing)) => missing,
        (Err(Stop::Missing(mut missing)), Err(more)) => {
            missing.0.extend(more.0);
            missing
        }
    };
    Err(missing)
}

/// The devices that are signed out by a decision's changes.
fn deleted_devices(decision: &Decision<'_>) -> Vec<DeviceId> {
    let deleted = decision.changes.iter().filter_map(|change| match change {
        Change::DeleteDevice { id, .. } => Some(*id),
        _ => None,
    });
    deleted.collect()
}

/// Charges the author for what a decision stores, or refuses it if the author or the server has no space left for it.
fn charged<'a>(write: &Write, author: Option<AccountId>, decision: Decision<'a>, facts: &Facts) -> Result<Decision<'a>, Missing> {
    let limits = &facts.storage_limits;
    let mut charged = limits.check_space(&decision.changes).map(|()| None);
    if let (Ok(None), Some(by)) = (&charged, author) {
        let used = facts.accounts.get(&by)?.as_ref().map(|by| by.usage).unwrap_or_default();
        charged = limits.charge(used, &decision.changes).map(|usage| usage.map(|usage| (by, usage)));
    }
    match (charged, assumed(write, facts)) {
        (Ok(None), _) => Ok(decision),
        (Ok(usage), _) => Ok(Decision { usage, ..decision }),
        // A repeated message still gets its first outcome.
        (Err(_), Some(client_id)) => Err(Missing(vec![client_id])),
        (Err(refusal), None) => Ok(Decision::unchanged(Outcome::Refused(refusal))),
    }
}

/// Decides a write, loading facts as needed.
///
/// # Errors
/// A fact could not be loaded.
pub fn decide_and_load<'a, E>(
    write: &'a Write,
    facts: &mut Facts,
    mut load: impl FnMut(&mut Facts, &Key) -> Result<(), E>,
) -> Result<Decision<'a>, E> {
    loop {
        match decide(write, facts) {
            Ok(decision) => return Ok(decision),
            Err(Missing(keys)) => keys.iter().try_for_each(|key| load(facts, key))?,
        }
    }
}

/// The fact that a write is decided without: a message is decided as if its client id were unused. If inserting it violates a
/// constraint and this fact is not loaded, a backend loads it and decides again.
#[must_use]
pub fn assumed(write: &Write, facts: &Facts) -> Option<Key> {
    match write {
        Write::AppendMessage { author, client_id, .. } => {
            let key = (author.id, *client_id);
            facts.client_ids.loaded(&key).is_none().then_some(Key::ClientId(key))
        }
        Write::FromDevice { write, .. } => assumed(write, facts),
        _ => None,
    }
}

/// The account that makes a write, and the decision by its kind. `None` for the server and its operator, and for signing
/// devices out, which suspended users may still do.
fn decide_by_kind<'a>(write: &'a Write, facts: &Facts) -> (Option<AccountId>, Decided<'a>) {
    match write {
        Write::AppendMessage { conversation, author, client_id, text, reply_to, at } => {
            let (conversation, client_id, reply_to, at) = (*conversation, *client_id, *reply_to, *at);
            let message = MessageToSend { conversation, author, client_id, text, reply_to, at };
            (Some(author.id), messages::append(facts, &message))
        }
        Write::EditMessage { conversation, by, seq, text, at } => {
            let target = TargetMessage { conversation: *conversation, by, seq: *seq, at: *at };
            (Some(by.id), message_changes::edit(facts, target, text))
        }
        Write::DeleteMessage { conversation, by, seq, at } => {
            let target = TargetMessage { conversation: *conversation, by, seq: *seq, at: *at };
            (Some(by.id), message_changes::delete(facts, target))
        }
        Write::AddReaction { conversation, by, seq, emoji, at } => {
            let target = TargetMessage { conversation: *conversation, by, seq: *seq, at: *at };
            (Some(by.id), message_changes::add_reaction(facts, target, emoji))
        }
        Write::RemoveReaction { conversation, by, seq, emoji, at } => {
            let target = TargetMessage { conversation: *conversation, by, seq: *seq, at: *at };
            (Some(by.id), message_changes::remove_reaction(facts, target, emoji))
        }

        Write::MoveReadCursor { conversation, account, seq } => {
            (Some(*account), reading::move_read_cursor(facts, *conversation, *account, *seq))
        }
        Write::MoveReadCursorBack { conversation, account, seq } => {
            (Some(*account), reading::move_read_cursor_back(facts, *conversation, *account, *seq))
        }
        Write::Dismiss { conversation, account, seq } => (Some(*account), reading::dismiss(facts, *conversation, *account, *seq)),
        Write::MarkDelivered { conversation, account, seq } => {
            (Some(*account), reading::mark_delivered(facts, *conversation, *account, *seq))
        }

        Write::OpenDirect { one, other, at } => (Some(*one), groups::open_direct(facts, *one, *other, *at)),
        Write::CreateGroup { creator, name, visibility, at } => {
            (Some(creator.id), groups::create(facts, creator, name, *visibility, *at))
        }
        Write::RenameGroup { conversation, by, name, at } => (Some(by.id), groups::rename(facts, *conversation, by, name, *at)),
        Write::SetTopic { conversation, by, topic, at } => {
            (Some(by.id), groups::set_topic(facts, *conversation, by, topic.as_ref(), *at))
        }
        Write::SetVisibility { conversation, by, visibility, at } => {
            (Some(by.id), groups::set_visibility(facts, *conversation, by, *visibility, *at))
        }
        Write::SetRetention { conversation, by, days, at } => {
            (Some(by.id), retention::set_days(facts, *conversation, by, *days, *at))
        }
        Write::AddMember { conversation, by, member, at } => (Some(by.id), members::add(facts, *conversation, by, member, *at)),
        Write::AcceptInvitation { conversation, member, at } => {
            (Some(*member), members::accept_invitation(facts, *conversation, *member, *at))
        }
        Write::DeclineInvitation { conversation, account, at } => {
            (Some(*account), invitations::decline(facts, *conversation, *account, *at))
        }
        Write::RemoveMember { conversation, by, member, at } => {
            (Some(by.id), members::remove(facts, *conversation, by, member, *at))
        }
        Write::SetRole { conversation, by, member, role, at } => {
            (Some(by.id), members::set_role(facts, *conversation, by, member, *role, *at))
        }
        Write::LeaveGroup { conversation, member, at } => (Some(member.id), members::leave(facts, *conversation, member, *at)),
        Write::JoinGroup { code, member, at } => (Some(member.id), members::join(facts, *code, member, *at)),
        Write::JoinPublicGroup { conversation, member, at } => {
            (Some(member.id), members::join_public(facts, *conversation, member, *at))
        }
        Write::SetNotify { conversation, account, notify } => {
            (Some(*account), members::set_notify(facts, *conversation, *account, *notify))
        }
        &Write::CreateGroupInvite { conversation, by, code, uses, expires_at, at } => {
            let invite = NewGroupInvite { conversation, by, code, uses, expires_at, at };
            (Some(by), group_invites::create(facts, &invite))
        }
        Write::RevokeGroupInvite { conversation, by, invite } => {
            (Some(*by), group_invites::revoke(facts, *conversation, *by, *invite))
        }
        Write::Block { by, whom, at } => (Some(*by), blocks::block(facts, *by, whom, *at)),
        Write::Unblock { by, whom } => (Some(*by), blocks::unblock(facts, *by, whom)),

        Write::CreateAccount { username, display_name, password_hash, device, invite, at } => {
            let (device, invite, at) = (device.as_ref(), *invite, *at);
            (None, accounts::create(facts, &NewAccount { username, display_name, password_hash, device, invite, at }))
        }
        Write::SetPassword { account, current_hash, new_hash, keep_only } => {
            (Some(*account), accounts::set_password(facts, *account, current_hash, new_hash, *keep_only))
        }
        Write::ChangeSecondFactor { account, change, at } => {
            let is_by_operator = matches!(change, SecondFactorChange::Reset);
            ((!is_by_operator).then_some(*account), second_factor::change(facts, *account, change, *at))
        }
        Write::ReplacePassword { account, new_hash } => (None, accounts::replace_password(facts, *account, new_hash)),
        Write::RemoveDevices { account } => (None, accounts::remove_devices(facts, *account)),
        Write::SuspendAccount { account, at } => (None, accounts::set_suspended(facts, *account, Some(*at))),
        Write::ResumeAccount { account } => (None, accounts::set_suspended(facts, *account, None)),
        Write::DeleteAccount { account, authentication, erase_messages, at } => {
            let (account, authentication, erase_messages, at) = (*account, authentication.as_ref(), *erase_messages, *at);
            let deletion = AccountDeletion { account, authentication, erase_messages, at };
            (authentication.map(|_| account), erasures::delete_account(facts, &deletion))
        }
        Write::DeleteGroup { conversation, at } => (None, erasures::delete_group(facts, *conversation, *at)),
        Write::TransferGroup { conversation, member, at } => (None, members::transfer(facts, *conversation, member, *at)),
        Write::EraseMessage { conversation, seq } => (None, erasures::erase_message(facts, *conversation, *seq)),
        Write::ReportMessage { conversation, by, seq, reason, at } => {
            let message = EntryId { conversation: *conversation, seq: *seq };
            (Some(*by), reports::report(facts, &NewReport { message, by: *by, reason: reason.as_ref(), at: *at }))
        }
        Write::CloseReport { report, at } => (None, reports::close(facts, *report, *at)),
        Write::AdvanceRetentionClock { at } => (None, retention::advance_clock(facts, *at)),
        Write::ExpireMessages(query) => (None, retention::expire(facts, *query)),
        Write::ContinueErasure { at } => (None, erasures::advance(facts, *at)),
        Write::SetProfile { account, display_name, status } => {
            (Some(*account), accounts::set_profile(facts, *account, display_name.as_ref(), status.as_ref()))
        }
        Write::SetLastSeen { account, at } => {
            (None, Ok(Decision::new(Outcome::Done, Change::SetLastSeen { account: *account, at: *at })))
        }
        Write::AddDevice { account, verified_hash, device, code, at } => {
            (Some(*account), devices::add(facts, *account, verified_hash, device, *code, *at))
        }
        Write::RemoveDevice { device } => (None, devices::remove(facts, *device)),
        Write::RevokeDevice { by, device } => (None, devices::revoke(facts, *by, *device)),
        Write::SetDeviceUse { device, at } => {
            (None, Ok(Decision::new(Outcome::Done, Change::SetDeviceUsed { device: *device, at: *at })))
        }
        Write::CreateInvite { code, uses, expires_at, by, at } => {
            (None, invites::create(facts, &NewInvite { code: *code, uses: *uses, expires_at: *expires_at, by, at: *at }))
        }
        Write::RevokeInvite { invite } => (None, invites::revoke(facts, *invite)),
        Write::AddBan(ban) => (None, bans::add(ban)),
        Write::RemoveBan { network, at } => (None, bans::remove(*network, *at)),
        Write::FromDevice { device, write } => (None, from_device(facts, *device, write)),
        Write::Audited { note, write } => (None, audited(facts, note, write.as_deref())),
    }
}

/// A write for a session of this device.
fn from_device<'a>(facts: &Facts, device: DeviceId, write: &'a Write) -> Decided<'a> {
    let (owner, decision) = (facts.devices.get(&device), decide(write, facts)).all()?;
    match owner {
        Some(_) => Ok(decision),
        None => Err(Refusal::TokenUnknown.into()),
    }
}

/// A write of the operator, if there is one, with a note of it in the audit log.
fn audited<'a>(facts: &Facts, note: &'a AuditNote, write: Option<&'a Write>) -> Decided<'a> {
    let mut decision = match write {
        Some(write) => decide(write, facts)?,
        None => Decision::unchanged(Outcome::Done),
    };
    // Refused and failed writes are not recorded.
    if !matches!(decision.outcome, Outcome::Refused(_) | Outcome::Failed(_)) {
        decision.changes.push(Change::InsertAuditNote(note));
    }
    Ok(decision)
}
