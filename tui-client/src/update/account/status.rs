//! The user's own status text.

use papo_shared::model::StatusText;
use papo_shared::model::limits::MAX_STATUS_CHARS;
use papo_shared::protocol::{Refusal, Request, SetProfile};

use crate::effect::Effect;
use crate::state::State;
use crate::state::connection::pending::Purpose;
use crate::state::phrase::Phrase;
use crate::state::refusals::explain;
use crate::update::requests::{CommandOutcome, send_if_live};

/// Sets the user's status; an empty text removes it.
pub(crate) fn set_status(state: &mut State, typed: &str, effects: &mut Vec<Effect>) -> CommandOutcome {
    match parse_status(typed) {
        Ok(status) => set_profile(state, SetProfile { display_name: None, status: Some(status) }, effects),
        Err(problem) => reject(state, problem),
    }
}

/// The user's status, or an empty string.
pub(crate) fn own_status(state: &State) -> String {
    let me = state.me().and_then(|me| state.account.people.get(me));
    me.and_then(|me| me.status.clone()).map(String::from).unwrap_or_default()
}

/// Parses a status; an empty one removes it.
pub(crate) fn parse_status(typed: &str) -> Result<String, Phrase> {
    let status = StatusText::parse(typed).map_err(|_| explain(&Refusal::StatusTooLong { max_chars: MAX_STATUS_CHARS }))?;
    Ok(status.map(String::from).unwrap_or_default())
}

pub(super) fn set_profile(state: &mut State, profile: SetProfile, effects: &mut Vec<Effect>) -> CommandOutcome {
    send_if_live(state, effects, Purpose::SetProfile(profile.clone()), Request::SetProfile(profile))
}

pub(super) fn reject(state: &mut State, problem: Phrase) -> CommandOutcome {
    state.show_status(problem);
    CommandOutcome::KeepsDraft
}
