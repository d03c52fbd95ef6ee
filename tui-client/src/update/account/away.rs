//! The user's away state: set by a command or after a time without input. It belongs to the connection, so it is sent
//! again on each new one.

use papo_shared::protocol::{Request, SetAway};

use super::status;
use crate::effect::Effect;
use crate::event::Event;
use crate::state::State;
use crate::state::account::away::Away;
use crate::state::connection::pending::Purpose;
use crate::state::phrase::Phrase;
use crate::update::requests::{CommandOutcome, send_request};

/// Records user activity, which ends an idle away state.
pub(crate) fn note_activity(state: &mut State, event: &Event, effects: &mut Vec<Effect>) {
    let is_user_input = matches!(
        event,
        Event::Key(_) | Event::Pasted(_) | Event::TextBurst(_) | Event::Scrolled(_) | Event::Clicked(..) | Event::Focused(true)
    );
    if !is_user_input {
        return;
    }
    state.active_at = state.moment;
    if state.account.away == Away::Idle {
        state.account.away = Away::No;
        send_away(state, effects);
    }
}

/// Marks the user as away once they have been idle long enough.
pub(crate) fn mark_idle_when_due(state: &mut State, effects: &mut Vec<Effect>) {
    if state.idle_at().is_some_and(|at| at <= state.moment) {
        state.account.away = Away::Idle;
        send_away(state, effects);
    }
}

/// Sends the away state after signing in, since the server considers a new connection present.
pub(crate) fn send_if_away(state: &mut State, effects: &mut Vec<Effect>) {
    if state.account.away != Away::No {
        send_away(state, effects);
    }
}

/// Runs `/away`. A reason becomes the user's status until they are back.
pub(crate) fn set_away(state: &mut State, reason: &str, effects: &mut Vec<Effect>) -> CommandOutcome {
    let mut status_before = match &state.account.away {
        Away::Manual { status_before } => status_before.clone(),
        Away::No | Away::Idle => None,
    };
    if !reason.is_empty() {
        let before = status_before.take().unwrap_or_else(|| status::own_status(state));
        if status::set_status(state, reason, effects) == CommandOutcome::KeepsDraft {
            return CommandOutcome::KeepsDraft;
        }
        status_before = Some(before);
    }
    state.account.away = Away::Manual { status_before };
    send_away(state, effects);
    state.show_status(Phrase::new("notice-away"));
    CommandOutcome::Done
}

/// Runs `/back`. Restores the status from before `/away`, unless the user has chosen another one since.
pub(crate) fn set_back(state: &mut State, effects: &mut Vec<Effect>) -> CommandOutcome {
    let before = std::mem::replace(&mut state.account.away, Away::No);
    if before == Away::No {
        state.show_status(Phrase::new("notice-not-away"));
        return CommandOutcome::Done;
    }
    send_away(state, effects);
    if let Away::Manual { status_before: Some(status) } = before {
        status::set_status(state, &status, effects);
    }
    state.show_status(Phrase::new("notice-back"));
    CommandOutcome::Done
}

/// Makes `/back` keep a status that the user chose while away.
pub(crate) fn keep_chosen_status(state: &mut State) {
    if let Away::Manual { status_before } = &mut state.account.away {
        *status_before = None;
    }
}

fn send_away(state: &mut State, effects: &mut Vec<Effect>) {
    if state.link.is_live() {
        let away = state.account.away != Away::No;
        send_request(state, Purpose::IgnoreReply, Request::SetAway(SetAway { away }), effects);
    }
}
