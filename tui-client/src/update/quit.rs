//! Leaving the program, without losing anything by mistake.

use papo_shared::protocol::Request;

use super::requests::send_request;
use crate::effect::Effect;
use crate::state::State;
use crate::state::connection::pending::Asked;
use crate::state::phrase::Phrase;

/// Asking a second time within this time quits, in milliseconds: long enough to read why it was not done at once.
const CONFIRM_QUIT_WITHIN_MS: i64 = 6_000;

/// Quits; where messages are not sent yet, only when it is asked again.
pub(super) fn quit(state: &mut State, effects: &mut Vec<Effect>) {
    let (unsent, words) = match state.account.keeping.trouble_told {
        false => (state.account.outbox.waiting(), "notice-quit-unsent"),
        true => (state.account.outbox.iter().count(), "notice-quit-loses"),
    };
    if unsent == 0 || is_second_request(state) {
        end_program(state, effects);
    } else {
        state.say(Phrase::new(words).number("count", unsent as u64));
    }
}

/// Ends the program. A token that nobody keeps is of no use to anybody but a thief: the server may forget it.
fn end_program(state: &mut State, effects: &mut Vec<Effect>) {
    if state.link.is_live() && !state.credentials.stays_signed_in {
        send_request(state, Asked::SignOut, Request::SignOut, effects);
    }
    effects.push(Effect::Quit);
}

fn is_second_request(state: &mut State) -> bool {
    let before = state.quit_asked_at.replace(state.moment);
    before.is_some_and(|before| state.moment.ms_since(before) < CONFIRM_QUIT_WITHIN_MS)
}

/// Quits if asked a second time.
pub(super) fn quit_on_second_request(state: &mut State, effects: &mut Vec<Effect>) {
    if is_second_request(state) {
        end_program(state, effects);
    } else {
        state.say(Phrase::new("notice-quit-again"));
    }
}
