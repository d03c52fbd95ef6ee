//! Text keys that arrived together: a paste, though the terminal did not say so.

use super::composer::compose;
use super::{actions, text_entry};
use crate::action::Action;
use crate::effect::Effect;
use crate::state::phrase::Phrase;
use crate::state::{Focus, State, TextTarget};

/// What Enter is in a burst.
const ENTER: char = '\r';

/// Takes the text as a paste: nothing is sent, chosen or run by it. Where it had an Enter the person is told to press it.
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
        // Programs that fill in forms type the fields with a Tab between them.
        Some(TextTarget::SignIn | TextTarget::Prompt) => fill_fields(state, text, effects),
        _ => text_entry::paste(state, text, effects),
    }
    let has_enter = text.contains(ENTER);
    if let Some(message) = after_enter.filter(|_| has_enter) {
        state.say(Phrase::new(message));
    } else if !has_enter && matches!(state.focus(), Focus::Composer | Focus::Answer) {
        // On a slow connection keys that were pressed one by one arrive together.
        compose::offer_completion(state, text);
    }
}

/// Pastes the text into the fields of a form from the focused one on. A Tab leads to the next field.
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
