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
use crate::update::lists::step;
use crate::update::overlays::prompt;
use crate::update::requests::ask;
use crate::update::screen::show;

/// Shows the screen, and asks for what stands on it.
pub(crate) fn open(state: &mut State, effects: &mut Vec<Effect>) {
    if !state.link.is_live() {
        return state.show_status(Phrase::new("notice-needs-connection"));
    }
    show(state, Screen::Devices);
    list(state, effects);
}

/// Asks for the list, and shows none until it is there.
pub(crate) fn list(state: &mut State, effects: &mut Vec<Effect>) {
    state.account.devices.list = None;
    ask_for_list(state, effects);
}

/// The devices, or which of them are connected, changed: a list that is shown is asked for again, and shown until the new one is there.
pub(crate) fn changed(state: &mut State, effects: &mut Vec<Effect>) {
    if state.screen != Screen::Devices {
        return;
    }
    if state.pending.any(|asked| matches!(asked, Purpose::Devices { .. })) {
        // One list at a time, however many devices come and go.
        state.account.devices.is_stale = true;
    } else {
        ask_for_list(state, effects);
    }
}

fn ask_for_list(state: &mut State, effects: &mut Vec<Effect>) {
    state.account.devices.is_stale = false;
    ask(state, Purpose::Devices { first: true }, Request::ListDevices(ListDevices::default()), effects);
}

pub(crate) fn take_page(state: &mut State, is_first: bool, page: DevicePage, effects: &mut Vec<Effect>) {
    state.account.devices.learn(page.devices, is_first);
    if page.next.is_some() {
        let request = ListDevices { after: page.next, limit: None };
        ask(state, Purpose::Devices { first: false }, Request::ListDevices(request), effects);
    } else if state.account.devices.is_stale {
        changed(state, effects);
    }
}

pub(crate) fn move_selection(state: &mut State, action: Action) {
    let page = layout::devices_in_view(state.size);
    let Devices { list: Some(list), .. } = &state.account.devices else { return };
    let to = step(Some(state.account.devices.selected_index()), list.len(), page, action);
    state.account.devices.selected = list.get(to).map(|device| device.device);
}

/// Asks whether to sign out the selected device.
pub(crate) fn ask_to_revoke(state: &mut State) {
    if let Some(device) = state.account.devices.selected() {
        let question = Question::RevokeDevice { device: device.device, this: device.this };
        prompt::confirm_first(state, question);
    }
}

/// It is signed out, by this answer or before it.
pub(crate) fn revoked(state: &mut State, device: DeviceId) {
    prompt::done(state);
    state.account.devices.forget(device);
    state.show_status(Phrase::new("notice-device-revoked"));
}
