//! Being away and back: by saying so, or by doing nothing for a while. It holds for this connection; so it is said again
//! on each.

use papo_shared::protocol::{Request, SetAway};

use super::status;
use crate::effect::Effect;
use crate::event::Event;
use crate::state::State;
use crate::state::account::away::Away;
use crate::state::connection::pending::Asked;
use crate::state::phrase::Phrase;
use crate::update::requests::{CommandOutcome, send_request};

/// Takes into account that something happened: what a person did shows that they are here.
pub(crate) fn note_activity(state: &mut State, event: &Event, effects: &mut Vec<Effect>) {
    let is_by_person = matches!(
        event,
        Event::Key(_) | Event::Pasted(_) | Event::TextBurst(_) | Event::Scrolled(_) | Event::Clicked(..) | Event::Focused(true)
    );
    if !is_by_person {
        return;
    }
    state.active_at = state.moment;
    if state.account.away == Away::Idle {
        state.account.away = Away::No;
        send_away(state, effects);
    }
}

/// Some time passed.
pub(crate) fn mark_idle_when_due(state: &mut State, effects: &mut Vec<Effect>) {
    if state.idle_at().is_some_and(|at| at <= state.moment) {
        state.account.away = Away::Idle;
        send_away(state, effects);
    }
}

/// Signed in: a new connection counts as being here until it is told otherwise.
pub(crate) fn send_if_away(state: &mut State, effects: &mut Vec<Effect>) {
    if state.account.away != Away::No {
        send_away(state, effects);
    }
}

/// The person says that they are away, and may say why: that is their status until they are back.
pub(crate) fn set_away(state: &mut State, why: &str, effects: &mut Vec<Effect>) -> CommandOutcome {
    let mut status_before = match &state.account.away {
        Away::Manual { status_before } => status_before.clone(),
        Away::No | Away::Idle => None,
    };
    if !why.is_empty() {
        let before = status_before.take().unwrap_or_else(|| status::own_status(state));
        if status::set_status(state, why, effects) == CommandOutcome::KeepsDraft {
            return CommandOutcome::KeepsDraft;
        }
        status_before = Some(before);
    }
    state.account.away = Away::Manual { status_before };
    send_away(state, effects);
    state.say(Phrase::new("notice-away"));
    CommandOutcome::Done
}

/// The person says that they are back. Another status than that of being away stays.
pub(crate) fn set_back(state: &mut State, effects: &mut Vec<Effect>) -> CommandOutcome {
    let before = std::mem::replace(&mut state.account.away, Away::No);
    if before == Away::No {
        state.say(Phrase::new("notice-not-away"));
        return CommandOutcome::Done;
    }
    send_away(state, effects);
    if let Away::Manual { status_before: Some(status) } = before {
        status::set_status(state, &status, effects);
    }
    state.say(Phrase::new("notice-back"));
    CommandOutcome::Done
}

/// The person chose a status of their own: coming back does not undo it.
pub(crate) fn keep_chosen_status(state: &mut State) {
    if let Away::Manual { status_before } = &mut state.account.away {
        *status_before = None;
    }
}

fn send_away(state: &mut State, effects: &mut Vec<Effect>) {
    if state.link.is_live() {
        let away = state.account.away != Away::No;
        send_request(state, Asked::Nothing, Request::SetAway(SetAway { away }), effects);
    }
}
