//! Changing the screen, its overlay and the window title.

use crate::effect::Effect;
use crate::state::conversations::count::shown_count;
use crate::state::{Overlay, Screen, State};

/// Shows a screen and closes the overlay.
pub(super) fn show_screen(state: &mut State, screen: Screen) {
    state.screen = screen;
    state.overlay = None;
}

/// Shows an overlay, which replaces an open one.
pub(super) fn open_overlay(state: &mut State, overlay: Overlay) {
    state.overlay = Some(overlay);
}

pub(super) fn set_window_title(state: &State, effects: &mut Vec<Effect>) {
    effects.push(Effect::SetTitle(window_title(state)));
}

/// The terminal window's title, with the number of unread messages if there are any.
fn window_title(state: &State) -> String {
    match state.unread_total() {
        0 => "papo".to_owned(),
        unread => format!("papo ({})", shown_count(unread)),
    }
}
