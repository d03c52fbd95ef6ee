//! Quitting, with a confirmation if unsent messages would be affected.

use papo_shared::protocol::Request;

use super::requests::send_request;
use crate::effect::Effect;
use crate::state::State;
use crate::state::connection::pending::Purpose;
use crate::state::phrase::Phrase;

/// A second request to quit within this time quits, in milliseconds: long enough to read the notice shown for the first one.
const CONFIRM_QUIT_WITHIN_MS: i64 = 6_000;

/// Quits. If messages are still unsent, the first request only shows a notice. If saving failed, every message in the
/// outbox counts, because all of them would be lost.
pub(super) fn quit(state: &mut State, effects: &mut Vec<Effect>) {
    let (unsent, notice) = match state.account.local_data.failure_shown {
        false => (state.account.outbox.unacknowledged_count(), "notice-quit-unsent"),
        true => (state.account.outbox.iter().count(), "notice-quit-loses"),
    };
    if unsent == 0 || is_second_request(state) {
        end_program(state, effects);
    } else {
        state.show_status(Phrase::new(notice).number("count", unsent as u64));
    }
}

/// Ends the program. A device token that was not stored is signed out, because only a thief could still use it.
fn end_program(state: &mut State, effects: &mut Vec<Effect>) {
    if state.link.is_live() && !state.credentials.stays_signed_in {
        send_request(state, Purpose::SignOut, Request::SignOut, effects);
    }
    effects.push(Effect::Quit);
}

fn is_second_request(state: &mut State) -> bool {
    let previous = state.quit_pressed_at.replace(state.moment);
    previous.is_some_and(|previous| state.moment.ms_since(previous) < CONFIRM_QUIT_WITHIN_MS)
}

/// Quits on the second request within [`CONFIRM_QUIT_WITHIN_MS`].
pub(super) fn quit_on_second_request(state: &mut State, effects: &mut Vec<Effect>) {
    if is_second_request(state) {
        end_program(state, effects);
    } else {
        state.show_status(Phrase::new("notice-quit-again"));
    }
}
