//! Text keys that arrived together: a paste on a terminal without bracketed paste.

use super::composer::compose;
use super::{actions, text_entry};
use crate::action::Action;
use crate::effect::Effect;
use crate::state::phrase::Phrase;
use crate::state::{Focus, State, TextTarget};

/// The character that stands for Enter in a burst.
const ENTER: char = '\r';

/// Handles the text as a paste, so that it never sends, selects or runs anything. If it contained an Enter, a notice
/// tells the user to press Enter.
pub(super) fn paste_burst(state: &mut State, text: &str, effects: &mut Vec<Effect>) {
    let target = state.focus().text_target();
    let after_enter = match target {
        _ if text.len() > text_entry::MAX_PASTE_BYTES => None,
        Some(TextTarget::Composer | TextTarget::Chat) => Some("notice-burst-not-sent"),
        Some(TextTarget::SignIn | TextTarget::Picker | TextTarget::Prompt | TextTarget::Search) => {
            Some("notice-burst-not-submitted")
        }
        Some(TextTarget::Confirmation) | None => None,
    };
    match target {
        // Password managers and similar programs type a Tab between the fields of a form.
        Some(TextTarget::SignIn | TextTarget::Prompt) => fill_fields(state, text, effects),
        _ => text_entry::paste(state, text, effects),
    }
    let has_enter = text.contains(ENTER);
    if let Some(message) = after_enter.filter(|_| has_enter) {
        state.show_status(Phrase::new(message));
    } else if !has_enter && matches!(state.focus(), Focus::Composer | Focus::Reply) {
        // On a slow connection, keys that were pressed one by one can arrive together.
        compose::offer_completion(state, text);
    }
}

/// Pastes the text into the fields of a form, from the focused field on. A Tab moves to the next field.
fn fill_fields(state: &mut State, text: &str, effects: &mut Vec<Effect>) {
    for (number, field) in text.split('\t').enumerate() {
        if number > 0 {
            actions::perform(state, Action::Down, effects);
        }
        if !field.is_empty() {
            text_entry::paste(state, field, effects);
        }
    }
}
