//! The devices screen: the devices on which the account is signed in.

use papo_shared::model::{DeviceId, DeviceListing};

/// The list of the account's devices and the selection in it.
#[derive(Clone, Debug, Default)]
pub struct Devices {
    /// The devices in ascending order of id; `None` until the server has listed them.
    pub list: Option<Vec<DeviceListing>>,
    /// The selected device; `None` means the first.
    pub selected: Option<DeviceId>,
    /// Whether a device changed while the list was being requested, so that it has to be requested again.
    pub is_stale: bool,
}

impl Devices {
    /// The index of the selected device in the list; 0 if none is selected.
    #[must_use]
    pub fn selected_index(&self) -> usize {
        let selected = |list: &Vec<DeviceListing>| list.iter().position(|device| Some(device.device) == self.selected);
        self.list.as_ref().and_then(selected).unwrap_or(0)
    }

    /// The selected device; `None` while the list is unknown or empty.
    #[must_use]
    pub fn selected(&self) -> Option<&DeviceListing> {
        self.list.as_ref()?.get(self.selected_index())
    }

    /// The device with this id.
    #[must_use]
    pub fn get(&self, id: DeviceId) -> Option<&DeviceListing> {
        self.list.as_ref()?.iter().find(|device| device.device == id)
    }

    /// Adds a page of the list. A first page replaces the previous list.
    pub fn learn(&mut self, page: Vec<DeviceListing>, is_first: bool) {
        let at = self.selected_index();
        match &mut self.list {
            Some(list) if !is_first => {
                list.extend(page);
                // A page that was requested twice contains the same devices.
                list.sort_by_key(|device| device.device);
                list.dedup_by_key(|device| device.device);
            }
            list => *list = Some(page),
        }
        if self.selected.is_some_and(|selected| self.get(selected).is_none()) {
            self.select_at(at);
        }
    }

    /// Removes a device that was signed out and selects the one that moves to its index.
    pub fn forget(&mut self, id: DeviceId) {
        let at = self.selected_index();
        if let Some(list) = &mut self.list {
            list.retain(|device| device.device != id);
            self.select_at(at);
        }
    }

    fn select_at(&mut self, at: usize) {
        let list = self.list.as_deref().unwrap_or_default();
        self.selected = list.get(at).or(list.last()).map(|device| device.device);
    }
}
