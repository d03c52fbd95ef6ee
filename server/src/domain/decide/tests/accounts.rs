//! Accounts, devices, invites to the server, blocks.

use papo_shared::model::limits::MAX_BLOCKED;
use papo_shared::model::{DeviceId, DisplayName, Timestamp, Username};

use super::{ANA, DIRECT, EVA, NOW, RUI, check, decided, facts, say, who};
use crate::domain::account::AccountId;
use crate::domain::audit::AuditNote;
use crate::domain::change::Change;
use crate::domain::device::MAX_DEVICES;
use crate::domain::facts::{Facts, InviteFacts};
use crate::domain::invite::{InviteCode, InviteHash, InviteId};
use crate::domain::new_device::NewDevice;
use crate::domain::skeleton::skeleton;
use crate::domain::token::TokenHash;
use crate::domain::write::Write;

fn code() -> InviteHash {
    InviteCode::new([1; 10]).hash()
}

fn device() -> NewDevice {
    NewDevice { token: TokenHash::of("token"), name: "laptop".to_owned().into() }
}

fn register(username: &str, invite: Option<InviteHash>) -> Write {
    let username = Username::parse(username).unwrap();
    let display_name = DisplayName::parse("x").unwrap();
    let device = Some(device());
    Write::CreateAccount { username, display_name, password_hash: "hash".to_owned(), device, invite, at: NOW }
}

fn with_invite(uses_left: u32, expires_at: Option<Timestamp>) -> Facts {
    let mut facts = facts();
    facts.invites.set(code(), Some(InviteFacts { id: InviteId(7), uses_left, expires_at }));
    facts.invite_codes.set(InviteId(7), Some(code()));
    facts
}

#[test]
fn an_account_needs_a_free_name_and_its_invite_must_be_valid() {
    check(&facts(), &register("novo", None), "AccountCreated InsertAccount InsertDevice");
    check(&facts(), &register("ana", None), "Refused UsernameTaken");
    let mut by_operator = register("novo", None);
    if let Write::CreateAccount { device, .. } = &mut by_operator {
        *device = None;
    }
    check(&facts(), &by_operator, "AccountCreated InsertAccount");
    let mut alike = facts();
    alike.skeletons.set(skeleton("novo"), true);
    check(&alike, &register("novo", None), "Refused UsernameTooAlike");

    let invited = register("novo", Some(code()));
    check(&facts(), &invited, "Refused InviteInvalid");
    check(&with_invite(1, None), &invited, "AccountCreated DeleteInvite InsertAccount InsertDevice");
    check(&with_invite(2, Some(Timestamp(NOW.0 + 1))), &invited, "AccountCreated SetInviteUses InsertAccount InsertDevice");
    check(&with_invite(2, Some(NOW)), &invited, "Refused InviteInvalid");
    check(&with_invite(2, None), &register("ana", Some(code())), "Refused UsernameTaken");
    let decision = format!("{:?}", decided(&mut with_invite(3, None), &invited).changes);
    assert!(decision.contains("uses_left: 2"), "{decision}");
}

#[test]
fn invite_codes_are_unique() {
    let create = Write::CreateInvite { code: code(), uses: 1, expires_at: None, by: "root".to_owned(), at: NOW };
    check(&facts(), &create, "InviteCreated InsertInvite");
    check(&with_invite(1, None), &create, "Failed");
    check(&with_invite(1, None), &Write::RevokeInvite { invite: InviteId(7) }, "Done DeleteInvite");
    check(&facts(), &Write::RevokeInvite { invite: InviteId(7) }, "Refused InviteInvalid");
}

fn with_devices(count: i64) -> Facts {
    let mut facts = facts();
    facts.password_hashes.set(AccountId(ANA), Some("hash".to_owned()));
    facts.devices_of.set(AccountId(ANA), (1..=count).map(DeviceId).collect());
    (1..=count).for_each(|id| facts.devices.set(DeviceId(id), Some(AccountId(ANA))));
    facts.devices.set(DeviceId(500), Some(AccountId(EVA)));
    facts
}

#[test]
fn changing_a_password_requires_the_current_hash_and_a_signed_in_device() {
    let set = |current: &str, keep_only| Write::SetPassword {
        account: AccountId(ANA),
        current_hash: current.to_owned(),
        new_hash: "new".to_owned(),
        keep_only,
    };
    check(&with_devices(3), &set("hash", Some(DeviceId(2))), "DevicesRemoved SetPasswordHash DeleteDevice DeleteDevice");
    check(&with_devices(3), &set("hash", None), "DevicesRemoved SetPasswordHash");
    check(&with_devices(3), &set("old", Some(DeviceId(2))), "Refused WrongCredentials");
    check(&with_devices(3), &set("old", Some(DeviceId(9))), "Refused TokenUnknown");
    let replace = Write::ReplacePassword { account: AccountId(ANA), new_hash: "new".to_owned() };
    check(&with_devices(2), &replace, "DevicesRemoved SetPasswordHash DeleteDevice DeleteDevice");
    check(&with_devices(2), &Write::RemoveDevices { account: AccountId(ANA) }, "DevicesRemoved DeleteDevice DeleteDevice");
}

#[test]
fn the_oldest_device_is_signed_out_to_make_room() {
    let add = |verified_hash: &str| {
        let verified_hash = verified_hash.to_owned();
        Write::AddDevice { account: AccountId(ANA), verified_hash, device: device(), code: None, at: NOW }
    };
    let max = MAX_DEVICES as i64;
    check(&with_devices(max - 1), &add("hash"), "DeviceAdded InsertDevice");
    check(&with_devices(max), &add("old"), "Refused WrongCredentials");
    let (mut facts, write) = (with_devices(max), add("hash"));
    let decision = decided(&mut facts, &write);
    let changes: Vec<_> = decision.changes.iter().collect();
    assert!(matches!(changes[..], [Change::DeleteDevice { id: DeviceId(1), .. }, Change::InsertDevice { .. }]), "{changes:?}");
}

#[test]
fn only_the_owner_revokes_a_device() {
    let revoke = |by, device| Write::RevokeDevice { by: DeviceId(by), device: DeviceId(device) };
    check(&with_devices(2), &revoke(1, 2), "DevicesRemoved DeleteDevice");
    check(&with_devices(2), &revoke(9, 2), "Refused TokenUnknown");
    check(&with_devices(2), &revoke(1, 500), "Refused NoSuchDevice");
    check(&with_devices(2), &revoke(1, 9), "Refused NoSuchDevice");
    check(&with_devices(2), &Write::RemoveDevice { device: DeviceId(1) }, "DevicesRemoved DeleteDevice");
    check(&with_devices(2), &Write::RemoveDevice { device: DeviceId(9) }, "DevicesRemoved");
}

#[test]
fn a_suspended_account_cannot_write() {
    let mut suspended = facts();
    let write = Write::SuspendAccount { account: AccountId(ANA), at: NOW };
    check(&suspended, &write, "AccountSuspended SetSuspended");
    check(&suspended, &Write::ResumeAccount { account: AccountId(ANA) }, "Done");
    suspended.apply(decided(&mut suspended.clone(), &write).changes.iter().next().unwrap());
    check(&suspended, &write, "AccountSuspended");
    check(&suspended, &say(DIRECT, ANA, "oi"), "Refused AccountSuspended");
    check(&suspended, &say(DIRECT, RUI, "oi"), "Posted 10 InsertMessage");
    check(&suspended, &Write::SetLastSeen { account: AccountId(ANA), at: NOW }, "Done SetLastSeen");
    check(&suspended, &Write::ResumeAccount { account: AccountId(ANA) }, "Done SetSuspended");
}

#[test]
fn an_operation_is_recorded_if_it_succeeds() {
    let note = AuditNote { at: NOW, by: "root".to_owned(), action: "x".to_owned(), target: String::new() };
    let audited = |write| Write::Audited { note: note.clone(), write };
    check(&facts(), &audited(None), "Done InsertAuditNote");
    check(
        &facts(),
        &audited(Some(Box::new(register("novo", None)))),
        "AccountCreated InsertAccount InsertDevice InsertAuditNote",
    );
    check(&facts(), &audited(Some(Box::new(register("ana", None)))), "Refused UsernameTaken");
    let create = Write::CreateInvite { code: code(), uses: 1, expires_at: None, by: "root".to_owned(), at: NOW };
    check(&with_invite(1, None), &audited(Some(Box::new(create))), "Failed");
}

#[test]
fn only_the_given_profile_fields_are_changed() {
    let profile = |display_name: Option<&str>, status| Write::SetProfile {
        account: AccountId(ANA),
        display_name: display_name.map(|name| DisplayName::parse(name).unwrap()),
        status,
    };
    check(&facts(), &profile(None, None), "Done");
    check(&facts(), &profile(Some("Ana"), None), "Done SetDisplayName");
    check(&facts(), &profile(Some("Ana"), Some(None)), "Done SetDisplayName SetStatus");
}

#[test]
fn blocks_are_limited_and_unique() {
    let block = Write::Block { by: AccountId(ANA), whom: who(RUI), at: NOW };
    let unblock = Write::Unblock { by: AccountId(ANA), whom: who(RUI) };
    check(&facts(), &Write::Block { by: AccountId(ANA), whom: who(ANA), at: NOW }, "Refused CannotTargetSelf");
    check(&facts(), &block, "BlockChanged InsertBlock");
    check(&facts(), &unblock, "Done");
    let with = |is_blocked, count| {
        let mut facts = facts();
        facts.blocks.set((AccountId(ANA), AccountId(RUI)), is_blocked);
        facts.block_counts.set(AccountId(ANA), count);
        facts
    };
    check(&with(false, MAX_BLOCKED - 1), &block, "BlockChanged InsertBlock");
    check(&with(false, MAX_BLOCKED), &block, "Refused TooManyBlocked");
    check(&with(true, MAX_BLOCKED), &block, "Done");
    check(&with(true, 1), &unblock, "BlockChanged DeleteBlock");
}
