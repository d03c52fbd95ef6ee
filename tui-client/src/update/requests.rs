//! Sending requests to the server.

use papo_shared::protocol::{Request, RequestFrame};

use crate::effect::Effect;
use crate::state::State;
use crate::state::connection::pending::Purpose;
use crate::state::phrase::Phrase;

/// Sends a request and records its purpose, by which the reply is handled.
pub(super) fn send_request(state: &mut State, asked: Purpose, request: Request, effects: &mut Vec<Effect>) {
    let id = state.pending.add(asked, &request);
    effects.push(Effect::Send(RequestFrame { id, request }));
}

/// Sends a command's request if the user is signed in on a live connection; otherwise shows a notice.
pub(crate) fn send_if_live(state: &mut State, effects: &mut Vec<Effect>, asked: Purpose, request: Request) -> CommandOutcome {
    if !state.link.is_live() {
        state.show_status(Phrase::new("notice-needs-connection"));
        return CommandOutcome::KeepsDraft;
    }
    send_request(state, asked, request, effects);
    CommandOutcome::Done
}

/// Whether a command empties the composer that it was typed in.
#[derive(PartialEq, Eq)]
pub(crate) enum CommandOutcome {
    /// The command was carried out, sent to the server, or has opened a question: the composer is emptied.
    Done,
    /// The draft stays: the command failed and the user was told why, or the command opens the draft elsewhere.
    KeepsDraft,
}
