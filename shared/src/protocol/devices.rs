//! Where somebody is signed in.

use serde::{Deserialize, Serialize};

use crate::model::{DeviceId, DeviceListing};

/// Asks for a page of the devices one is signed in on, ordered by number. Answered with [`DevicePage`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListDevices {
    /// Continue after this device: the `next` of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<DeviceId>,
    /// Most rows wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// A page of one's devices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DevicePage {
    /// Ordered by number: who signed in first stands first.
    pub devices: Vec<DeviceListing>,
    /// Where the next page begins; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<DeviceId>,
}

/// Signs one of one's devices out: its token is forgotten and its sessions are closed. For the device that asks it is the
/// same as [`Request::SignOut`](super::Request::SignOut).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevokeDevice {
    /// Which one.
    pub device: DeviceId,
}
