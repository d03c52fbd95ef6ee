//! Sending requests to the server.

use papo_shared::protocol::{Request, RequestFrame};

use crate::effect::Effect;
use crate::state::State;
use crate::state::connection::pending::Asked;
use crate::state::phrase::Phrase;

/// Sends a request and remembers what it was for.
pub(super) fn send_request(state: &mut State, asked: Asked, request: Request, effects: &mut Vec<Effect>) {
    let id = state.pending.add(asked, &request);
    effects.push(Effect::Send(RequestFrame { id, request }));
}

/// Asks the server, where there is a connection.
pub(crate) fn send_if_live(state: &mut State, effects: &mut Vec<Effect>, asked: Asked, request: Request) -> CommandOutcome {
    if !state.link.is_live() {
        state.say(Phrase::new("notice-needs-connection"));
        return CommandOutcome::KeepsDraft;
    }
    send_request(state, asked, request, effects);
    CommandOutcome::Done
}

/// What a command means for the composer that it was typed in.
#[derive(PartialEq, Eq)]
pub(crate) enum CommandOutcome {
    /// The command was carried out, or the server or the user was asked: the composer is emptied.
    Done,
    /// The draft stays: the user was told why the command failed, or the command asked for it.
    KeepsDraft,
}
