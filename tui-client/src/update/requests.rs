//! Sending requests to the server.

use papo_shared::protocol::{Request, RequestFrame};

use crate::effect::Effect;
use crate::state::State;
use crate::state::connection::pending::Asked;
use crate::state::phrase::Phrase;

/// Sends a request and remembers what it was for.
pub(super) fn ask(state: &mut State, asked: Asked, request: Request, effects: &mut Vec<Effect>) {
    let id = state.pending.add(asked, &request);
    effects.push(Effect::Send(RequestFrame { id, request }));
}

/// Asks the server, where there is a connection.
pub(crate) fn when_live(state: &mut State, effects: &mut Vec<Effect>, asked: Asked, request: Request) -> Outcome {
    if !state.link.is_live() {
        state.say(Phrase::new("notice-needs-connection"));
        return Outcome::NotDone;
    }
    ask(state, asked, request, effects);
    Outcome::Done
}

/// What became of a command.
#[derive(PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It is done, or asked of the server, or of the person.
    Done,
    /// What is in the composer stays there: for another try, after it was said why, or since it is what was asked for.
    NotDone,
}
