//! Accounts and passwords.

use papo_shared::model::{DeviceId, DisplayName, StatusText, Timestamp, Username};
use papo_shared::protocol::Refusal;

use super::decision::{Decided, Decision, changes};
use super::invites;
use crate::domain::account::AccountId;
use crate::domain::change::Change;
use crate::domain::changes::Changes;
use crate::domain::facts::{All, Facts};
use crate::domain::invite::InviteHash;
use crate::domain::new_device::NewDevice;
use crate::domain::outcome::Outcome;
use crate::domain::skeleton::skeleton;

/// An account to create.
pub(super) struct NewAccount<'a> {
    pub(super) username: &'a Username,
    pub(super) display_name: &'a DisplayName,
    pub(super) password_hash: &'a str,
    pub(super) device: Option<&'a NewDevice>,
    pub(super) invite: Option<InviteHash>,
    pub(super) at: Timestamp,
}

pub(super) fn create<'a>(facts: &Facts, new: &NewAccount<'a>) -> Decided<'a> {
    let &NewAccount { username, display_name, password_hash, device, at, .. } = new;
    let invite = new.invite.map_or(Ok(None), |code| facts.invites.get(&code).map(|invite| Some((code, invite))));
    let next_device = device.map_or(Ok(None), |device| facts.next_devices.next().map(|id| Some((id, device))));
    let (taken, looks_alike, account, device, invite) = (
        facts.usernames.get(username),
        facts.skeletons.get(&skeleton(username.as_str())),
        facts.next_accounts.next(),
        next_device,
        invite,
    )
        .all()?;
    if taken.is_some() {
        return Err(Refusal::UsernameTaken.into());
    }
    if *looks_alike {
        return Err(Refusal::UsernameTooAlike.into());
    }
    let used = invite.map(|(code, invite)| invites::use_up(code, invite.as_ref(), at)).transpose()?;
    let inserted = Change::InsertAccount { id: account, username, display_name, password_hash, at };
    let signed_in = device.map(|(id, device)| Change::InsertDevice { id, account, device, at });
    let all = used.into_iter().chain([inserted]).chain(signed_in);
    Ok(Decision::new(Outcome::AccountCreated(account, device.map(|(id, _)| id)), changes(all)))
}

pub(super) fn set_password<'a>(
    facts: &Facts,
    account: AccountId,
    current_hash: &str,
    new_hash: &'a str,
    keep_only: Option<DeviceId>,
) -> Decided<'a> {
    let kept = keep_only.map_or(Ok(None), |kept| facts.devices.get(&kept).map(|owner| Some((kept, owner))));
    let devices = keep_only.map_or(Ok(None), |_| facts.devices_of.get(&account).map(Some));
    let (hash, kept, devices) = (facts.password_hashes.get(&account), kept, devices).all()?;
    if kept.is_some_and(|(_, owner)| owner.is_none()) {
        return Err(Refusal::TokenUnknown.into());
    }
    require_verified(hash.as_deref(), current_hash)?;
    let others = devices.into_iter().flatten().copied().filter(|device| Some(*device) != keep_only).collect();
    Ok(sign_out(account, others, Some(Change::SetPasswordHash { account, hash: new_hash })))
}

pub(super) fn replace_password<'a>(facts: &Facts, account: AccountId, new_hash: &'a str) -> Decided<'a> {
    let devices = facts.devices_of.get(&account)?.clone();
    Ok(sign_out(account, devices, Some(Change::SetPasswordHash { account, hash: new_hash })))
}

pub(super) fn remove_devices<'a>(facts: &Facts, account: AccountId) -> Decided<'a> {
    Ok(sign_out(account, facts.devices_of.get(&account)?.clone(), None))
}

/// Checks that the stored hash is still the one against which the password was verified.
pub(super) fn require_verified(stored: Option<&str>, verified_hash: &str) -> Result<(), Refusal> {
    if stored == Some(verified_hash) { Ok(()) } else { Err(Refusal::WrongCredentials) }
}

/// Signs out these devices of the account, after the change `before`.
fn sign_out<'a>(account: AccountId, devices: Vec<DeviceId>, before: Option<Change<'a>>) -> Decision<'a> {
    let changes = changes(before.into_iter().chain(delete_devices(account, &devices)));
    Decision::new(Outcome::DevicesRemoved(devices), changes)
}

/// The changes that sign out these devices of the account.
pub(super) fn delete_devices<'a>(account: AccountId, devices: &[DeviceId]) -> impl Iterator<Item = Change<'a>> {
    devices.iter().map(move |id| Change::DeleteDevice { id: *id, account })
}

/// Suspends or resumes the account. Changes nothing if it is in that state already.
pub(super) fn set_suspended<'a>(facts: &Facts, account: AccountId, since: Option<Timestamp>) -> Decided<'a> {
    let known = facts.accounts.get(&account)?;
    let changes = match known {
        Some(known) if known.suspended_at.is_some() != since.is_some() => Change::SetSuspended { account, since }.into(),
        _ => Changes::default(),
    };
    let outcome = if since.is_some() { Outcome::AccountSuspended(account) } else { Outcome::Done };
    Ok(Decision::new(outcome, changes))
}

/// `None` leaves a field unchanged.
pub(super) fn set_profile<'a>(
    facts: &Facts,
    account: AccountId,
    display_name: Option<&'a DisplayName>,
    status: Option<&'a Option<StatusText>>,
) -> Decided<'a> {
    let Some(known) = facts.accounts.get(&account)? else { return Ok(Decision::unchanged(Outcome::Done)) };
    let username = &known.username;
    let named = display_name.map(|display_name| Change::SetDisplayName { account, username: username.clone(), display_name });
    let status = status.map(|status| Change::SetStatus { account, status: status.as_ref() });
    Ok(Decision::new(Outcome::Done, changes(named.into_iter().chain(status))))
}
