//! The devices screen: where one is signed in.

use papo_shared::model::{DeviceId, DeviceListing};

/// The devices screen.
#[derive(Clone, Debug, Default)]
pub struct Devices {
    /// Ordered by number, as the server lists them; none until it did.
    pub list: Option<Vec<DeviceListing>>,
    /// The selected one; none means the first.
    pub selected: Option<DeviceId>,
}

impl Devices {
    /// The place of the selected device in the list.
    #[must_use]
    pub fn at(&self) -> usize {
        let selected = |list: &Vec<DeviceListing>| list.iter().position(|device| Some(device.device) == self.selected);
        self.list.as_ref().and_then(selected).unwrap_or(0)
    }

    /// The selected device.
    #[must_use]
    pub fn selected(&self) -> Option<&DeviceListing> {
        self.list.as_ref()?.get(self.at())
    }

    /// The device with this number.
    #[must_use]
    pub fn get(&self, id: DeviceId) -> Option<&DeviceListing> {
        self.list.as_ref()?.iter().find(|device| device.device == id)
    }

    /// Takes a page of the list.
    pub fn learn(&mut self, page: Vec<DeviceListing>) {
        let list = self.list.get_or_insert_default();
        list.extend(page);
        // Asked twice, told twice.
        list.sort_by_key(|device| device.device);
        list.dedup_by_key(|device| device.device);
    }

    /// A device is signed out. The one that takes its place is selected.
    pub fn forget(&mut self, id: DeviceId) {
        let at = self.at();
        if let Some(list) = &mut self.list {
            list.retain(|device| device.device != id);
            self.selected = list.get(at).or(list.last()).map(|device| device.device);
        }
    }
}
