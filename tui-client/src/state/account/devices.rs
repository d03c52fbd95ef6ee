//! The devices screen: where one is signed in.

use papo_shared::model::{DeviceId, DeviceListing};

/// The devices screen.
#[derive(Clone, Debug, Default)]
pub struct Devices {
    /// Ordered by number, as the server lists them; none until it did.
    pub list: Option<Vec<DeviceListing>>,
    /// The selected one; none means the first.
    pub selected: Option<DeviceId>,
    /// Whether something changed while the list was on its way, so that it has to be asked for once more.
    pub is_stale: bool,
}

impl Devices {
    /// The place of the selected device in the list.
    #[must_use]
    pub fn selected_index(&self) -> usize {
        let selected = |list: &Vec<DeviceListing>| list.iter().position(|device| Some(device.device) == self.selected);
        self.list.as_ref().and_then(selected).unwrap_or(0)
    }

    /// The selected device.
    #[must_use]
    pub fn selected(&self) -> Option<&DeviceListing> {
        self.list.as_ref()?.get(self.selected_index())
    }

    /// The device with this number.
    #[must_use]
    pub fn get(&self, id: DeviceId) -> Option<&DeviceListing> {
        self.list.as_ref()?.iter().find(|device| device.device == id)
    }

    /// Takes a page of the list. The first one takes the place of what was there.
    pub fn learn(&mut self, page: Vec<DeviceListing>, is_first: bool) {
        let at = self.selected_index();
        match &mut self.list {
            Some(list) if !is_first => {
                list.extend(page);
                // Asked twice, told twice.
                list.sort_by_key(|device| device.device);
                list.dedup_by_key(|device| device.device);
            }
            list => *list = Some(page),
        }
        if self.selected.is_some_and(|selected| self.get(selected).is_none()) {
            self.select_at(at);
        }
    }

    /// A device is signed out. The one that takes its place is selected.
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
