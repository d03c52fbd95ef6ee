//! What one says about oneself: how one is called, and what one is up to.

use papo_shared::model::limits::{MAX_DISPLAY_NAME_CHARS, MAX_STATUS_CHARS};
use papo_shared::model::{DisplayName, NameProblem, StatusText};
use papo_shared::protocol::{Refusal, Request, SetProfile};

use super::away;
use crate::effect::Effect;
use crate::state::connection::pending::Asked;
use crate::state::overlays::prompt::Prompt;
use crate::state::phrase::Phrase;
use crate::state::refusals::words;
use crate::state::{Overlay, State};
use crate::update::composer::commands::{Outcome, when_live};
use crate::update::lay_over;
use crate::update::overlays::prompt;

/// Shows how others see one, to be changed.
pub(crate) fn open(state: &mut State) {
    if let Some(me) = state.me().and_then(|me| state.people.get(me)) {
        let prompt = Prompt::about_oneself(me);
        lay_over(state, Overlay::Prompt(prompt));
    }
}

/// What `/name` does. Without a name after it, it shows the one there is.
pub(crate) fn run_name(state: &mut State, typed: &str, effects: &mut Vec<Effect>) -> Outcome {
    if typed.is_empty() {
        open(state);
        return Outcome::Done;
    }
    match parse_name(typed) {
        Ok(name) => set(state, SetProfile { display_name: Some(name.into()), status: None }, effects),
        Err(problem) => refuse(state, problem),
    }
}

/// What `/status` does. Without a text after it, it shows the one there is.
pub(crate) fn run_status(state: &mut State, typed: &str, effects: &mut Vec<Effect>) -> Outcome {
    if typed.is_empty() {
        open(state);
        return Outcome::Done;
    }
    let outcome = set_status(state, typed, effects);
    if outcome == Outcome::Done {
        away::status_chosen(state);
    }
    outcome
}

/// Says what one is up to; nothing takes it away.
pub(crate) fn set_status(state: &mut State, typed: &str, effects: &mut Vec<Effect>) -> Outcome {
    match parse_status(typed) {
        Ok(status) => set(state, SetProfile { display_name: None, status: Some(status) }, effects),
        Err(problem) => refuse(state, problem),
    }
}

/// What one is up to, as far as one said.
pub(crate) fn own_status(state: &State) -> String {
    let me = state.me().and_then(|me| state.people.get(me));
    me.and_then(|me| me.status.clone()).map(String::from).unwrap_or_default()
}

/// A name by which one can be called.
pub(crate) fn parse_name(typed: &str) -> Result<DisplayName, Phrase> {
    DisplayName::parse(typed).map_err(|problem| match problem {
        NameProblem::TooLong => Phrase::new("refused-name-too-long").number("max", MAX_DISPLAY_NAME_CHARS as u64),
        NameProblem::Empty => Phrase::new("problem-empty-field"),
        NameProblem::Characters | NameProblem::Other => Phrase::new("refused-name-characters"),
    })
}

/// A status; empty where there is to be none.
pub(crate) fn parse_status(typed: &str) -> Result<String, Phrase> {
    let status = StatusText::parse(typed).map_err(|_| words(&Refusal::StatusTooLong { max_chars: MAX_STATUS_CHARS }))?;
    Ok(status.map(String::from).unwrap_or_default())
}

fn set(state: &mut State, profile: SetProfile, effects: &mut Vec<Effect>) -> Outcome {
    when_live(state, effects, Asked::SetProfile(profile.clone()), Request::SetProfile(profile))
}

fn refuse(state: &mut State, problem: Phrase) -> Outcome {
    state.say(problem);
    Outcome::NotDone
}

/// It is as it was said; others hear of it from the server.
pub(crate) fn changed(state: &mut State, profile: SetProfile) {
    let Some(mut me) = state.me().and_then(|me| state.people.get(me)).cloned() else { return };
    if let Some(name) = profile.display_name {
        me.display_name = name.into();
    }
    if let Some(status) = profile.status {
        me.status = StatusText::parse(&status).unwrap_or_default();
    }
    state.people.learn([me]);
    prompt::done(state);
    // Being away and back changes the status as well, and says so itself.
    if state.notice.is_none() {
        state.say(Phrase::new("notice-profile"));
    }
}
