//! The devices screen.

use papo_shared::model::DeviceId;
use papo_shared::protocol::{DevicePage, ListDevices, Request};

use crate::action::Action;
use crate::effect::Effect;
use crate::layout;
use crate::state::account::devices::Devices;
use crate::state::connection::pending::Purpose;
use crate::state::overlays::prompt::Question;
use crate::state::phrase::Phrase;
use crate::state::{Screen, State};
use crate::update::lists::next_index;
use crate::update::overlays::prompt;
use crate::update::requests::send_request;
use crate::update::screen::show_screen;

/// Shows the devices screen and requests its list.
pub(crate) fn open(state: &mut State, effects: &mut Vec<Effect>) {
    if !state.link.is_live() {
        return state.show_status(Phrase::new("notice-needs-connection"));
    }
    show_screen(state, Screen::Devices);
    reload_list(state, effects);
}

/// Clears the list and requests it again.
pub(crate) fn reload_list(state: &mut State, effects: &mut Vec<Effect>) {
    state.account.devices.list = None;
    request_list(state, effects);
}

/// Refreshes the list, if it is shown, after a device was added, removed, connected or disconnected. The old one stays
/// on the screen until the new one arrives.
pub(crate) fn refresh_list(state: &mut State, effects: &mut Vec<Effect>) {
    if state.screen != Screen::Devices {
        return;
    }
    if state.pending.any(|asked| matches!(asked, Purpose::Devices { .. })) {
        // At most one request is pending, however often devices change.
        state.account.devices.is_stale = true;
    } else {
        request_list(state, effects);
    }
}

fn request_list(state: &mut State, effects: &mut Vec<Effect>) {
    state.account.devices.is_stale = false;
    send_request(state, Purpose::Devices { first: true }, Request::ListDevices(ListDevices::default()), effects);
}

pub(crate) fn take_page(state: &mut State, is_first: bool, page: DevicePage, effects: &mut Vec<Effect>) {
    state.account.devices.learn(page.devices, is_first);
    if page.next.is_some() {
        let request = ListDevices { after: page.next, limit: None };
        send_request(state, Purpose::Devices { first: false }, Request::ListDevices(request), effects);
    } else if state.account.devices.is_stale {
        refresh_list(state, effects);
    }
}

pub(crate) fn move_selection(state: &mut State, action: Action) {
    let page = layout::devices_in_view(state.size);
    let Devices { list: Some(list), .. } = &state.account.devices else { return };
    let to = next_index(Some(state.account.devices.selected_index()), list.len(), page, action);
    state.account.devices.selected = list.get(to).map(|device| device.device);
}

/// Asks for confirmation to sign out the selected device.
pub(crate) fn ask_to_revoke(state: &mut State) {
    if let Some(device) = state.account.devices.selected() {
        let question = Question::RevokeDevice { device: device.device, this: device.this };
        prompt::ask_confirmation(state, question);
    }
}

/// Removes a device from the list after it was signed out, or turned out to be signed out already.
pub(crate) fn remove_revoked(state: &mut State, device: DeviceId) {
    prompt::close_if_waiting(state);
    state.account.devices.forget(device);
    state.show_status(Phrase::new("notice-device-revoked"));
}
