//! Where somebody is signed in.

use papo_shared::model::{DeviceListing, Timestamp};
use papo_shared::protocol::{DevicePage, Event, GoodbyeReason, ListDevices, Reply, RevokeDevice};

use super::{Caller, RequestError, RequestResult, Services, pages};
use crate::announce;
use crate::domain::{self, AccountId, SessionId};
use crate::store::{Outcome, Write};

/// A page of one's own devices, with which of them are connected.
///
/// # Errors
/// Only faults.
pub(crate) async fn list_devices(services: &Services, caller: &Caller, ask: ListDevices) -> RequestResult {
    let rows = domain::page_rows(ask.limit);
    let found = services.store.devices(caller.who.id, ask.after, rows + 1).await?;
    let connected = services.presence.devices(caller.who.id);
    let listing = |device: domain::Device| {
        let (is_connected, is_this) = (connected.contains(&device.id), device.id == caller.device);
        device.into_listing(is_connected, is_this)
    };
    let (devices, more) = pages::truncate_page(found.into_iter().map(listing).collect(), rows);
    let next = devices.last().filter(|_| more).map(|listing: &DeviceListing| listing.device);
    Ok(Reply::Devices(DevicePage { devices, next }))
}

/// Signs out another device of one's own, and ends its sessions.
///
/// # Errors
/// `NoSuchDevice`; `TokenUnknown` where the device that asks was signed out meanwhile.
pub(crate) async fn revoke_device(services: &Services, caller: &Caller, ask: &RevokeDevice) -> RequestResult {
    let revoke = Write::RevokeDevice { by: caller.device, device: ask.device };
    match services.committer.commit(caller.session, revoke).await? {
        Outcome::DevicesRemoved(devices) => {
            // Before the reply: nothing that comes from the device after it is done any more.
            services.bus.end_sessions(&devices, caller.session, GoodbyeReason::SignedOut);
            tell_changed(services, caller.who.id, caller.session);
            Ok(Reply::Done)
        }
        other => Err(RequestError::from_outcome(other)),
    }
}

/// Tells the person's other sessions that their devices changed.
pub(crate) fn tell_changed(services: &Services, account: AccountId, origin: SessionId) {
    services.bus.publish(vec![announce::for_other_sessions(account, &Event::DevicesChanged, origin)]);
}

/// Writes down that the device is used.
///
/// # Errors
/// Only faults.
pub(crate) async fn touch(services: &Services, caller: &Caller, at: Timestamp) -> RequestResult<()> {
    match services.committer.commit(caller.session, Write::SetDeviceUse { device: caller.device, at }).await? {
        Outcome::Done => Ok(()),
        other => Err(RequestError::from_outcome(other)),
    }
}
