//! Leaving the program, without losing anything by mistake.

use crate::effect::Effect;
use crate::state::State;
use crate::state::phrase::Phrase;

/// Asking a second time within this time quits, in milliseconds: long enough to read why it was not done at once.
const QUIT_ASKED_TWICE_MS: i64 = 6_000;

/// Quits; where that would lose messages that are not sent yet, only when it is asked again.
pub(super) fn quit(state: &mut State, effects: &mut Vec<Effect>) {
    let unsent = state.outbox.iter().count() as u64;
    if unsent == 0 || asked_before(state) {
        effects.push(Effect::Quit);
    } else {
        state.say(Phrase::new("notice-quit-loses").number("count", unsent));
    }
}

fn asked_before(state: &mut State) -> bool {
    let before = state.quit_asked_at.replace(state.now);
    before.is_some_and(|before| state.now.0 - before.0 < QUIT_ASKED_TWICE_MS)
}

/// Quits if asked a second time.
pub(super) fn quit_if_asked_again(state: &mut State, effects: &mut Vec<Effect>) {
    if asked_before(state) {
        effects.push(Effect::Quit);
    } else {
        state.say(Phrase::new("notice-quit-again"));
    }
}
