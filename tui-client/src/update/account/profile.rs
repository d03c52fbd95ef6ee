//! The user's own profile: display name and status.

use papo_shared::model::{DisplayName, StatusText};
use papo_shared::protocol::SetProfile;

use super::away;
use super::status::{reject, set_profile, set_status};
use crate::effect::Effect;
use crate::state::overlays::prompt::Prompt;
use crate::state::phrase::Phrase;
use crate::state::refusals::display_name_problem;
use crate::state::{Overlay, State};
use crate::update::overlays::prompt;
use crate::update::requests::CommandOutcome;
use crate::update::screen::open_overlay;

/// Opens the form for the user's profile.
pub(crate) fn open(state: &mut State) {
    if let Some(me) = state.me().and_then(|me| state.account.people.get(me)) {
        let prompt = Prompt::about_oneself(me);
        open_overlay(state, Overlay::Prompt(prompt));
    }
}

/// Runs `/name`. Without an argument it opens the profile form.
pub(crate) fn run_name(state: &mut State, typed: &str, effects: &mut Vec<Effect>) -> CommandOutcome {
    if typed.is_empty() {
        open(state);
        return CommandOutcome::Done;
    }
    match parse_name(typed) {
        Ok(name) => set_profile(state, SetProfile { display_name: Some(name.into()), status: None }, effects),
        Err(problem) => reject(state, problem),
    }
}

/// Runs `/status`. Without an argument it opens the profile form.
pub(crate) fn run_status(state: &mut State, typed: &str, effects: &mut Vec<Effect>) -> CommandOutcome {
    if typed.is_empty() {
        open(state);
        return CommandOutcome::Done;
    }
    let outcome = set_status(state, typed, effects);
    if outcome == CommandOutcome::Done {
        away::keep_chosen_status(state);
    }
    outcome
}

/// Parses a display name, or returns the problem to show.
pub(crate) fn parse_name(typed: &str) -> Result<DisplayName, Phrase> {
    DisplayName::parse(typed).map_err(display_name_problem)
}

/// Applies a profile change that the server accepted. Other clients are informed by the server.
pub(crate) fn take_saved(state: &mut State, profile: SetProfile) {
    let Some(mut me) = state.me().and_then(|me| state.account.people.get(me)).cloned() else { return };
    if let Some(name) = profile.display_name {
        me.display_name = name.into();
    }
    if let Some(status) = profile.status {
        me.status = StatusText::parse(&status).unwrap_or_default();
    }
    state.account.people.learn([me]);
    prompt::close_if_waiting(state);
    // `/away` and `/back` change the status too and show notices of their own.
    if state.account.status_message.is_none() {
        state.show_status(Phrase::new("notice-profile"));
    }
}
