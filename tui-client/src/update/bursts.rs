//! Text keys that arrived together: a paste, though the terminal did not say so.

use super::{actions, compose};
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
    actions::paste(state, text, effects);
    let has_enter = text.contains(ENTER);
    if let Some(told) = told.filter(|_| has_enter) {
        state.say(Phrase::new(told));
    } else if !has_enter && matches!(state.focus(), Focus::Composer | Focus::Answer) {
        // On a slow connection keys that were pressed one by one arrive together.
        compose::offer_completion(state, text);
    }
}
