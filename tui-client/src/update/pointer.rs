//! Mouse input: wheel and clicks.

use ratatui::layout::Position;

use super::actions;
use super::conversations::scroll;
use super::groups::members;
use super::navigation::chat;
use crate::action::Action;
use crate::effect::Effect;
use crate::layout;
use crate::state::{Screen, State, TextTarget};

/// Rows scrolled per notch of the wheel.
const ROWS_PER_NOTCH: i16 = 3;

/// Scrolls the messages, or moves the selection of a list. A positive number of notches scrolls down.
pub(super) fn handle_wheel(state: &mut State, notches: i16, effects: &mut Vec<Effect>) {
    let step = if notches < 0 { Action::Up } else { Action::Down };
    match state.focus().text_target() {
        Some(TextTarget::Composer | TextTarget::Chat) => {
            scroll::scroll_by_rows(state, i32::from(notches * ROWS_PER_NOTCH), effects)
        }
        // In forms, Up and Down move to another field.
        Some(TextTarget::SignIn | TextTarget::Prompt | TextTarget::Confirmation) => {}
        Some(TextTarget::Picker | TextTarget::Search) | None => actions::handle_movement(state, step, effects),
    }
}

/// Focuses the clicked area of the chat screen; a click on a row of a list opens it.
pub(super) fn handle_click(state: &mut State, column: u16, row: u16, effects: &mut Vec<Effect>) {
    if state.overlay.is_some() || state.screen != Screen::Chat {
        return;
    }
    let areas = layout::chat(state);
    let at = Position { x: column, y: row };
    if areas.list.contains(at) {
        chat::click_list(state, row - areas.list.y, effects);
    } else if areas.composer.contains(at) {
        state.focus_composer();
    } else if areas.members.contains(at) {
        members::handle_click(state, row - areas.members.y, effects);
    }
}
