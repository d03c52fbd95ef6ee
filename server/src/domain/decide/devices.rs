//! Signing devices in and out.

use papo_shared::model::{DeviceId, Timestamp};
use papo_shared::protocol::Refusal;

use super::decision::{Decided, Decision, changes};
use super::{accounts, second_factor};
use crate::domain::account::AccountId;
use crate::domain::change::Change;
use crate::domain::device::MAX_DEVICES;
use crate::domain::facts::{All, Facts};
use crate::domain::new_device::NewDevice;
use crate::domain::outcome::Outcome;
use crate::domain::second_factor::{CheckedCode, SecondFactorCode};

pub(super) fn add<'a>(
    facts: &Facts,
    account: AccountId,
    verified_hash: &str,
    device: &'a NewDevice,
    code: Option<SecondFactorCode>,
    at: Timestamp,
) -> Decided<'a> {
    let (hash, second_factor, devices, id) = (
        facts.password_hashes.get(&account),
        facts.second_factors.get(&account),
        facts.devices_of.get(&account),
        facts.next_devices.next(),
    )
        .all()?;
    accounts::require_verified(hash.as_deref(), verified_hash)?;
    let used_code = match second_factor::check_required(second_factor.as_ref(), code, at)? {
        Some(CheckedCode::Wrong(after)) => return Ok(second_factor::wrong_code(account, after)),
        Some(CheckedCode::Right(after)) => Some(second_factor::set(account, Some(after))),
        None => None,
    };
    // The oldest devices are signed out to make room for the new one.
    let excess = (devices.len() + 1).saturating_sub(MAX_DEVICES);
    let signed_out = devices[..excess].to_vec();
    let deleted = accounts::delete_devices(account, &signed_out);
    let changes = changes(used_code.into_iter().chain(deleted).chain([Change::InsertDevice { id, account, device, at }]));
    Ok(Decision::new(Outcome::DeviceAdded { device: id, signed_out }, changes))
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
