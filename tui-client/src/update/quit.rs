//! Leaving the program, without losing anything by mistake.

use papo_shared::protocol::Request;

use super::requests::ask;
use crate::effect::Effect;
use crate::state::State;
use crate::state::connection::pending::Purpose;
use crate::state::phrase::Phrase;

/// Asking a second time within this time quits, in milliseconds: long enough to read why it was not done at once.
const QUIT_ASKED_TWICE_MS: i64 = 6_000;

/// Quits; where messages are not sent yet, only when it is asked again.
pub(super) fn quit(state: &mut State, effects: &mut Vec<Effect>) {
    let (unsent, words) = match state.account.local_data.failure_shown {
        false => (state.account.outbox.unacknowledged_count(), "notice-quit-unsent"),
        true => (state.account.outbox.iter().count(), "notice-quit-loses"),
    };
    if unsent == 0 || asked_before(state) {
        leave(state, effects);
    } else {
        state.show_status(Phrase::new(words).number("count", unsent as u64));
    }
}

/// Ends the program. A token that nobody keeps is of no use to anybody but a thief: the server may forget it.
fn leave(state: &mut State, effects: &mut Vec<Effect>) {
    if state.link.is_live() && !state.credentials.stays_signed_in {
        ask(state, Purpose::SignOut, Request::SignOut, effects);
    }
    effects.push(Effect::Quit);
}

fn asked_before(state: &mut State) -> bool {
    let before = state.quit_pressed_at.replace(state.moment);
    before.is_some_and(|before| state.moment.ms_since(before) < QUIT_ASKED_TWICE_MS)
}

/// Quits if asked a second time.
pub(super) fn quit_if_asked_again(state: &mut State, effects: &mut Vec<Effect>) {
    if asked_before(state) {
        leave(state, effects);
    } else {
        state.show_status(Phrase::new("notice-quit-again"));
    }
}
