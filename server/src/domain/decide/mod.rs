//! Decides writes: the outcome of each by the known facts, and the changes it requires.
//!
//! All rules about writes are applied here, once for all backends. Deciding is pure: it reads [`Facts`], changes nothing, and gives
//! the same decision for the same facts. A backend loads the facts that a decision is missing and decides again; then it applies
//! the changes to its tables and to the facts, and continues with the next write. A backend for which round trips are expensive
//! can decide all writes of a batch, load everything that is missing at once, and decide them again.

mod accounts;
mod blocks;
mod decision;
mod devices;
mod group_invites;
mod groups;
mod invites;
mod lookup;
mod members;
mod message_changes;
mod messages;
mod notices;
mod post;
mod reading;
#[cfg(test)]
mod tests;

use self::accounts::NewAccount;
pub use self::decision::Decision;
use self::decision::{Decided, Stop};
use self::group_invites::NewGroupInvite;
use self::invites::NewInvite;
use self::message_changes::TargetMessage;
use self::messages::MessageToSend;
use super::change::Change;
use super::facts::{Facts, Key, Missing};
use super::outcome::Outcome;
use super::rules;
use super::write::Write;

/// Decides a write.
///
/// # Errors
/// The facts that it needs and that are not loaded.
pub fn decide<'a>(write: &'a Write, facts: &Facts) -> Result<Decision<'a>, Missing> {
    let suspended_at = match write.author() {
        Some(by) => facts.accounts.get(&by).map(|by| by.as_ref().and_then(|by| by.suspended_at)),
        None => Ok(None),
    };
    if let Ok(suspended_at) = suspended_at
        && let Err(refusal) = rules::may_act(suspended_at)
    {
        return Ok(Decision::unchanged(Outcome::Refused(refusal)));
    }
    let missing = match (decide_by_kind(write, facts), suspended_at) {
        (Ok(decision), Ok(_)) => return Ok(decision),
        (Err(Stop::Refused(refusal)), Ok(_)) => return Ok(Decision::unchanged(Outcome::Refused(refusal))),
        (Err(Stop::Missing(missing)), Ok(_)) | (Ok(_) | Err(Stop::Refused(_)), Err(missing)) => missing,
        (Err(Stop::Missing(mut missing)), Err(more)) => {
            missing.0.extend(more.0);
            missing
        }
    };
    Err(missing)
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
        _ => None,
    }
}

fn decide_by_kind<'a>(write: &'a Write, facts: &Facts) -> Decided<'a> {
    match write {
        Write::AppendMessage { conversation, author, client_id, text, reply_to, at } => messages::append(
            facts,
            &MessageToSend { conversation: *conversation, author, client_id: *client_id, text, reply_to: *reply_to, at: *at },
        ),
        Write::EditMessage { conversation, by, seq, text, at } => {
            message_changes::edit(facts, TargetMessage { conversation: *conversation, by, seq: *seq, at: *at }, text)
        }
        Write::DeleteMessage { conversation, by, seq, at } => {
            message_changes::delete(facts, TargetMessage { conversation: *conversation, by, seq: *seq, at: *at })
        }
        Write::AddReaction { conversation, by, seq, emoji, at } => {
            message_changes::add_reaction(facts, TargetMessage { conversation: *conversation, by, seq: *seq, at: *at }, emoji)
        }
        Write::RemoveReaction { conversation, by, seq, emoji, at } => {
            message_changes::remove_reaction(facts, TargetMessage { conversation: *conversation, by, seq: *seq, at: *at }, emoji)
        }

        Write::MoveReadCursor { conversation, account, seq } => reading::move_read_cursor(facts, *conversation, *account, *seq),
        Write::MoveReadCursorBack { conversation, account, seq } => {
            reading::move_read_cursor_back(facts, *conversation, *account, *seq)
        }
        Write::Dismiss { conversation, account, seq } => reading::dismiss(facts, *conversation, *account, *seq),
        Write::MarkDelivered { conversation, account, seq } => reading::mark_delivered(facts, *conversation, *account, *seq),

        Write::OpenDirect { one, other, at } => groups::open_direct(facts, *one, *other, *at),
        Write::CreateGroup { creator, name, at } => groups::create(facts, creator, name, *at),
        Write::RenameGroup { conversation, by, name, at } => groups::rename(facts, *conversation, by, name, *at),
        Write::SetTopic { conversation, by, topic, at } => groups::set_topic(facts, *conversation, by, topic.as_ref(), *at),
        Write::AddMember { conversation, by, member, at } => members::add(facts, *conversation, by, member, *at),
        Write::RemoveMember { conversation, by, member, at } => members::remove(facts, *conversation, by, member, *at),
        Write::SetRole { conversation, by, member, role, at } => members::set_role(facts, *conversation, by, member, *role, *at),
        Write::LeaveGroup { conversation, member, at } => members::leave(facts, *conversation, member, *at),
        Write::JoinGroup { code, member, at } => members::join(facts, *code, member, *at),
        Write::SetNotify { conversation, account, notify } => members::set_notify(facts, *conversation, *account, *notify),
        &Write::CreateGroupInvite { conversation, by, code, uses, expires_at, at } => {
            group_invites::create(facts, &NewGroupInvite { conversation, by, code, uses, expires_at, at })
        }
        Write::RevokeGroupInvite { conversation, by, invite } => group_invites::revoke(facts, *conversation, *by, *invite),
        Write::Block { by, whom, at } => blocks::block(facts, *by, whom, *at),
        Write::Unblock { by, whom } => blocks::unblock(facts, *by, whom),

        Write::CreateAccount { username, display_name, password_hash, device, invite, at } => accounts::create(
            facts,
            &NewAccount { username, display_name, password_hash, device: device.as_ref(), invite: *invite, at: *at },
        ),
        Write::SetPassword { account, current_hash, new_hash, keep_only } => {
            accounts::set_password(facts, *account, current_hash, new_hash, *keep_only)
        }
        Write::ReplacePassword { account, new_hash } => accounts::replace_password(facts, *account, new_hash),
        Write::RemoveDevices { account } => accounts::remove_devices(facts, *account),
        Write::SuspendAccount { account, at } => accounts::set_suspended(facts, *account, Some(*at)),
        Write::ResumeAccount { account } => accounts::set_suspended(facts, *account, None),
        Write::SetProfile { account, display_name, status } => {
            accounts::set_profile(facts, *account, display_name.as_ref(), status.as_ref())
        }
        Write::SetLastSeen { account, at } => {
            Ok(Decision::new(Outcome::Done, Change::SetLastSeen { account: *account, at: *at }))
        }
        Write::AddDevice { account, verified_hash, device, at } => devices::add(facts, *account, verified_hash, device, *at),
        Write::RemoveDevice { device } => devices::remove(facts, *device),
        Write::RevokeDevice { by, device } => devices::revoke(facts, *by, *device),
        Write::SetDeviceUse { device, at } => {
            Ok(Decision::new(Outcome::Done, Change::SetDeviceUsed { device: *device, at: *at }))
        }
        Write::CreateInvite { code, uses, expires_at, by, at } => {
            invites::create(facts, &NewInvite { code: *code, uses: *uses, expires_at: *expires_at, by, at: *at })
        }
        Write::RevokeInvite { invite } => invites::revoke(facts, *invite),
        Write::Audited { note, write } => {
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
    }
}
