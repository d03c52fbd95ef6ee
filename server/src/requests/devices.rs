//! The devices of an account.

use papo_shared::model::{DeviceListing, Timestamp};
use papo_shared::protocol::{DevicePage, Event, ListDevices, Reply, RevokeDevice};

use super::pages::PageSize;
use super::{AccountLimit, AccountRequest, Caller, RequestError, RequestResult, Services, commit};
use crate::announce;
use crate::bus::Delivery;
use crate::domain::{AccountId, Device, SessionId};
use crate::store::{Outcome, Write};

/// Lists a page of the caller's devices, and which of them are connected.
impl AccountRequest for ListDevices {
    const LIMIT: Option<AccountLimit> = Some(AccountLimit::Pages);

    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult {
        let size = PageSize::of(self.limit);
        let devices = services.store.devices(caller.who.id, self.after, size.rows_to_load()).await?;
        let connected = services.presence.devices(caller.who.id);
        let listing = |device: Device| {
            let (is_connected, is_this) = (connected.contains(&device.id), device.id == caller.device);
            device.into_listing(is_connected, is_this)
        };
        let listings = devices.into_iter().map(listing).collect();
        let (devices, next) = size.truncate(listings, |listing: &DeviceListing| listing.device);
        Ok(Reply::Devices(DevicePage { devices, next }))
    }
}

/// Signs out another device of the caller and ends its sessions. Refusals: `NoSuchDevice`; `TokenUnknown` if the caller's
/// own device was signed out meanwhile.
impl AccountRequest for RevokeDevice {
    const LIMIT: Option<AccountLimit> = None;

    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult {
        commit_sign_out(services, caller, Write::RevokeDevice { by: caller.device, device: self.device }).await
    }
}

/// Commits a write that signs out devices of the caller, and tells the account's other sessions.
///
/// # Errors
/// The refusal of the write, and faults.
pub(super) async fn commit_sign_out(services: &Services, caller: &Caller, write: Write) -> RequestResult {
    match services.committer.commit(caller, write).await? {
        Outcome::DevicesRemoved(_) => {
            announce_change(services, caller.who.id, caller.session);
            Ok(Reply::Done)
        }
        other => Err(RequestError::from_outcome(other)),
    }
}

/// Tells the account's other sessions that its devices changed.
pub(crate) fn announce_change(services: &Services, account: AccountId, origin: SessionId) {
    services.bus.publish(vec![Delivery::Event(announce::for_other_sessions(account, Event::DevicesChanged, origin))]);
}

/// Records that the caller's device was used at this time.
///
/// # Errors
/// A fault, if the store fails.
pub(crate) async fn record_use(services: &Services, caller: &Caller, at: Timestamp) -> RequestResult<()> {
    commit(services, caller, Write::SetDeviceUse { device: caller.device, at }).await.map(drop)
}
