//! The devices an account is signed in on.

use serde::{Deserialize, Serialize};

use crate::model::{DeviceId, DeviceListing};

/// Requests a page of the requester's devices, ordered by id. The reply is [`DevicePage`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListDevices {
    /// Continue after this device: `next` of the previous page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<DeviceId>,
    /// Maximum number of rows; the server applies its own default and maximum.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// A page of the requester's devices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DevicePage {
    /// Devices ordered by id, and so by sign-in time, oldest first.
    pub devices: Vec<DeviceListing>,
    /// Pass as `after` for the next page; absent on the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<DeviceId>,
}

/// Signs out one of the requester's devices: its token becomes invalid and its sessions are closed. Revoking the
/// requesting device is the same as [`Request::SignOut`](super::Request::SignOut).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevokeDevice {
    /// The device to sign out.
    pub device: DeviceId,
}
