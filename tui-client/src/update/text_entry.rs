//! Text input: routes unbound keys, pastes and bursts of keys to the widget that takes text.

use crossterm::event::KeyEvent;
use papo_shared::model::limits::MAX_MESSAGE_BYTES;

use super::account::sign_in;
use super::composer::{compose, recipients};
use super::overlays::{picker, prompt};
use super::search;
use crate::effect::Effect;
use crate::state::phrase::Phrase;
use crate::state::{State, TextTarget};

/// Largest paste that is accepted, in bytes: four messages of maximum length, so that a paste can be trimmed before it
/// is sent. A larger text would be laid out again with each key.
pub const MAX_PASTE_BYTES: usize = 4 * MAX_MESSAGE_BYTES;

/// Passes a key without a binding to the widget that takes text, if there is one.
pub(super) fn type_key(state: &mut State, key: KeyEvent, effects: &mut Vec<Effect>) {
    match state.focus().text_target() {
        Some(TextTarget::SignIn) => sign_in::type_key(state, key),
        Some(TextTarget::Composer) => compose::type_key(state, key, effects),
        Some(TextTarget::Chat) => recipients::type_key(state, key, effects),
        Some(TextTarget::Picker) => picker::type_key(state, key, effects),
        Some(TextTarget::Prompt) => prompt::type_key(state, key),
        Some(TextTarget::Confirmation) => prompt::refuse_key(state, key),
        Some(TextTarget::Search) => search::type_key(state, key, effects),
        None => {}
    }
}

/// Inserts pasted text where typed text would go. A paste never sends anything.
pub(super) fn paste(state: &mut State, text: &str, effects: &mut Vec<Effect>) {
    if text.len() > MAX_PASTE_BYTES {
        return state.show_status(Phrase::new("notice-paste-too-long").number("kib", MAX_PASTE_BYTES as u64 / 1024));
    }
    match state.focus().text_target() {
        Some(TextTarget::SignIn) => {
            let field = state.sign_in.focus;
            match state.sign_in.input(field) {
                Some(input) => input.insert(text),
                None => state.show_status(Phrase::new("notice-nowhere-to-type")),
            }
        }
        Some(TextTarget::Composer | TextTarget::Chat) => recipients::paste(state, text, effects),
        Some(TextTarget::Picker) => picker::paste(state, text, effects),
        Some(TextTarget::Prompt) => prompt::paste(state, text),
        Some(TextTarget::Confirmation) => prompt::lock_confirmation(state),
        Some(TextTarget::Search) => search::paste(state, text, effects),
        None => state.show_status(Phrase::new("notice-nowhere-to-type")),
    }
}
