//! What the screen shows: screen, overlay and window title.

use crate::effect::Effect;
use crate::state::{Overlay, Screen, State};

/// Shows a screen with nothing over it.
pub(super) fn show_screen(state: &mut State, screen: Screen) {
    state.screen = screen;
    state.overlay = None;
}

/// Shows something over the screen.
pub(super) fn open_overlay(state: &mut State, overlay: Overlay) {
    state.overlay = Some(overlay);
}

pub(super) fn set_window_title(state: &State, effects: &mut Vec<Effect>) {
    effects.push(Effect::SetTitle(window_title(state)));
}

/// What the terminal window is called.
fn window_title(state: &State) -> String {
    match state.unread_total() {
        0 => "papo".to_owned(),
        unread => format!("papo ({unread})"),
    }
}
