//! Devices.

use papo_server::domain::{AccountRef, Device, MAX_DEVICES, TokenHash};
use papo_server::store::{Outcome, Store, Write};
use papo_shared::model::{DeviceId, Timestamp};
use papo_shared::protocol::Refusal;

use super::{NOW, account, direct, log, one, people, posted, refused, say, seqs, token};

pub(super) async fn add_device(
    store: &dyn Store,
    who: &AccountRef,
    verified_hash: &str,
    text: &str,
) -> Result<DeviceId, Refusal> {
    let verified_hash = verified_hash.to_owned();
    match one(store, Write::AddDevice { account: who.id, verified_hash, device: token(text), code: None, at: NOW }).await {
        Outcome::DeviceAdded { device, .. } => Ok(device),
        Outcome::Refused(refusal) => Err(refusal),
        outcome => panic!("{outcome:?}"),
    }
}

/// The device from which the account was registered.
pub(super) async fn device_of(store: &dyn Store, username: &str) -> DeviceId {
    store.device(&TokenHash::of(&format!("device of {username}"))).await.unwrap().unwrap().0.id
}

pub(super) async fn a_device_is_valid_until_removed(store: &dyn Store) {
    let ana = account(store, "ana").await;
    let (device, whose) = store.device(&TokenHash::of("device of ana")).await.unwrap().unwrap();
    assert_eq!(whose.id, ana.id);
    let device = device.id;
    assert!(store.is_device_valid(device).await.unwrap());
    assert_eq!(store.device(&TokenHash::of("another")).await.unwrap(), None);

    let Outcome::DevicesRemoved(removed) = one(store, Write::RemoveDevice { device }).await else { panic!() };
    assert_eq!(removed, [device]);
    assert!(!store.is_device_valid(device).await.unwrap());
    assert_eq!(store.device(&TokenHash::of("device of ana")).await.unwrap(), None);
    let Outcome::DevicesRemoved(removed) = one(store, Write::RemoveDevice { device }).await else { panic!() };
    assert_eq!(removed, [], "already signed out");
}

pub(super) async fn devices_per_account_are_limited(store: &dyn Store) {
    let [ana, _] = people(store, ["ana", "rui"]).await;
    let first = device_of(store, "ana").await;
    for more in 1..MAX_DEVICES {
        add_device(store, &ana, "hash of ana", &format!("device {more}")).await.unwrap();
    }
    assert!(store.is_device_valid(first).await.unwrap(), "the maximum is allowed");
    let verified_hash = "hash of ana".to_owned();
    let one_more = Write::AddDevice { account: ana.id, verified_hash, device: token("one more"), code: None, at: NOW };
    let Outcome::DeviceAdded { device: last, signed_out } = one(store, one_more).await else { panic!() };
    assert_eq!(signed_out, [first]);
    assert!(!store.is_device_valid(first).await.unwrap(), "above the maximum the oldest is signed out");
    assert!(store.is_device_valid(last).await.unwrap());
    assert!(store.device(&TokenHash::of("device of rui")).await.unwrap().is_some(), "other accounts are not affected");
}

pub(super) async fn devices_are_listed_for_their_owner_in_pages(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let first = device_of(store, "ana").await;
    let second = add_device(store, &ana, "hash of ana", "laptop").await.unwrap();
    let third = add_device(store, &ana, "hash of ana", "phone").await.unwrap();
    let list = async |who: &AccountRef, after, limit| -> Vec<DeviceId> {
        store.devices(who.id, after, limit).await.unwrap().into_iter().map(|device| device.id).collect()
    };
    assert_eq!(list(&ana, None, 9).await, [first, second, third]);
    assert_eq!(list(&ana, None, 2).await, [first, second]);
    assert_eq!(list(&ana, Some(second), 2).await, [third]);
    assert_eq!(list(&rui, None, 9).await, [device_of(store, "rui").await]);

    let laptop = store.devices(ana.id, Some(first), 1).await.unwrap().remove(0);
    let expected = Device { id: second, name: "laptop".to_owned().into(), created_at: NOW, last_used: NOW };
    assert_eq!(laptop, expected, "last used at sign-in");
    one(store, Write::SetDeviceUse { device: second, at: Timestamp(7_000) }).await;
    let (laptop, _) = store.device(&TokenHash::of("laptop")).await.unwrap().unwrap();
    assert_eq!(laptop, Device { last_used: Timestamp(7_000), ..expected });
}

pub(super) async fn only_the_owner_revokes_a_device(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let [of_ana, of_rui] = [device_of(store, "ana").await, device_of(store, "rui").await];
    let lost = add_device(store, &ana, "hash of ana", "lost").await.unwrap();
    let revoke = |by, device| Write::RevokeDevice { by, device };
    assert_eq!(refused(store, revoke(of_rui, lost)).await, Refusal::NoSuchDevice);
    assert!(store.is_device_valid(lost).await.unwrap());

    let Outcome::DevicesRemoved(removed) = one(store, revoke(of_ana, lost)).await else { panic!() };
    assert_eq!(removed, [lost]);
    assert!(!store.is_device_valid(lost).await.unwrap());
    assert_eq!(store.device(&TokenHash::of("lost")).await.unwrap(), None);
    assert_eq!(refused(store, revoke(of_ana, lost)).await, Refusal::NoSuchDevice, "already signed out");
    assert_eq!(refused(store, revoke(lost, of_ana)).await, Refusal::TokenUnknown, "a revoked device cannot revoke others");
    assert!(store.is_device_valid(of_ana).await.unwrap() && store.is_device_valid(of_rui).await.unwrap());

    let again = add_device(store, &rui, "hash of rui", "lost").await.unwrap();
    assert!(again > lost, "ids must not be reused");
}

pub(super) async fn a_write_from_a_device_that_is_signed_out_is_refused(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    let (first, second) = (device_of(store, "ana").await, add_device(store, &ana, "hash of ana", "laptop").await.unwrap());
    let conversation = direct(store, &ana, &rui).await;
    let say_on = |device, text| Write::FromDevice { device, write: Box::new(say(conversation, &ana, text)) };
    posted(store, say_on(first, "1")).await;
    posted(store, say_on(second, "2")).await;
    // Within one batch, before and after.
    let outcomes = store.commit(vec![
        say_on(first, "3"),
        Write::RemoveDevice { device: first },
        say_on(first, "never stored"),
        say_on(second, "4"),
    ]);
    let outcomes = outcomes.await.unwrap();
    assert!(matches!(outcomes[0], Outcome::Posted(_)) && matches!(outcomes[3], Outcome::Posted(_)), "{outcomes:?}");
    assert!(matches!(outcomes[2], Outcome::Refused(Refusal::TokenUnknown)), "{outcomes:?}");
    assert_eq!(refused(store, say_on(first, "nor this")).await, Refusal::TokenUnknown);
    assert_eq!(seqs(&log(store, &ana, conversation).await), [1, 2, 3, 4]);

    // However the devices are signed out.
    one(store, Write::ReplacePassword { account: ana.id, new_hash: "new".to_owned() }).await;
    assert_eq!(refused(store, say_on(second, "nor this")).await, Refusal::TokenUnknown);
    let oldest = add_device(store, &ana, "new", "oldest").await.unwrap();
    posted(store, say_on(oldest, "5")).await;
    for more in 0..MAX_DEVICES {
        add_device(store, &ana, "new", &format!("device {more}")).await.unwrap();
    }
    assert_eq!(refused(store, say_on(oldest, "nor this")).await, Refusal::TokenUnknown);
    assert_eq!(refused(store, say_on(DeviceId(i64::MAX), "nor this")).await, Refusal::TokenUnknown, "an unknown device");
}
