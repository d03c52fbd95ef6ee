//! Signing devices in and out.

use papo_shared::model::{DeviceId, Timestamp};
use papo_shared::protocol::Refusal;

use super::decision::{Decided, Decision, changes};
use crate::domain::account::AccountId;
use crate::domain::change::Change;
use crate::domain::device::MAX_DEVICES;
use crate::domain::facts::{All, Facts};
use crate::domain::new_device::NewDevice;
use crate::domain::outcome::Outcome;

pub(super) fn add<'a>(
    facts: &Facts,
    account: AccountId,
    verified_hash: &str,
    device: &'a NewDevice,
    at: Timestamp,
) -> Decided<'a> {
    let (hash, devices, id) =
        (facts.password_hashes.get(&account), facts.devices_of.get(&account), facts.next_devices.next()).all()?;
    if hash.as_deref() != Some(verified_hash) {
        return Err(Refusal::WrongCredentials.into());
    }
    // The oldest devices are signed out to make room for the new one.
    let excess = (devices.len() + 1).saturating_sub(MAX_DEVICES);
    let deleted = devices.iter().take(excess).map(|id| Change::DeleteDevice { id: *id, account });
    let changes = changes(deleted.chain([Change::InsertDevice { id, account, device, at }]));
    Ok(Decision::new(Outcome::DeviceAdded(id), changes))
}

pub(super) fn remove<'a>(facts: &Facts, id: DeviceId) -> Decided<'a> {
    Ok(match facts.devices.get(&id)? {
        Some(account) => removed(id, *account),
        None => Decision::unchanged(Outcome::DevicesRemoved(Vec::new())),
    })
}

pub(super) fn revoke<'a>(facts: &Facts, by: DeviceId, id: DeviceId) -> Decided<'a> {
    let (requester, owner) = (facts.devices.get(&by), facts.devices.get(&id)).all()?;
    let requester = requester.ok_or(Refusal::TokenUnknown)?;
    let owner = owner.filter(|owner| *owner == requester).ok_or(Refusal::NoSuchDevice)?;
    Ok(removed(id, owner))
}

fn removed<'a>(id: DeviceId, account: AccountId) -> Decision<'a> {
    Decision::new(Outcome::DevicesRemoved(vec![id]), Change::DeleteDevice { id, account })
}
