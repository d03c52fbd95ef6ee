//! Text keys that arrived together: a paste, though the terminal did not say so.

use super::actions;
use super::composer::compose;
use crate::action::Action;
use crate::effect::Effect;
use crate::state::phrase::Phrase;
use crate::state::{Focus, State};

/// What Enter is in a burst.
const ENTER: char = '\r';

/// Takes the text as a paste: nothing is sent, chosen or run by it. Where it had an Enter the person is told to press it.
pub(super) fn take(state: &mut State, text: &str, effects: &mut Vec<Effect>) {
    let focus = state.focus();
    let told = match focus {
        _ if text.len() > actions::MAX_PASTE_BYTES => None,
        Focus::List
        | Focus::Messages
        | Focus::Found
        | Focus::FoldedMessage
        | Focus::FailedMessage
        | Focus::Composer
        | Focus::EmptyComposer
        | Focus::Answer
        | Focus::Completion => Some("notice-burst-not-sent"),
        Focus::SignIn | Focus::Picker | Focus::Reactions | Focus::Prompt | Focus::Search => Some("notice-burst-not-submitted"),
        Focus::Confirmation
        | Focus::Menu
        | Focus::Devices
        | Focus::Inbox
        | Focus::Members
        | Focus::Invites
        | Focus::Notify
        | Focus::Paste
        | Focus::Help
        | Focus::Server
        | Focus::Sheet => None,
    };
    match focus {
        // Programs that fill in forms type the fields with a Tab between them.
        Focus::SignIn | Focus::Prompt => fill_fields(state, text, effects),
        _ => actions::paste(state, text, effects),
    }
    let has_enter = text.contains(ENTER);
    if let Some(told) = told.filter(|_| has_enter) {
        state.say(Phrase::new(told));
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
            actions::paste(state, field, effects);
        }
    }
}
