//! State changes of the connection.

use std::time::Duration;

use papo_shared::protocol::{Hello, PROTOCOL_VERSION, Request};

use crate::effect::Effect;
use crate::event::DisconnectReason;
use crate::state::account::sign_in::Field;
use crate::state::connection::link::{Link, Server};
use crate::state::connection::pending::Purpose;
use crate::state::connection::send_pacing::SendPacing;
use crate::state::overlays::prompt::{Prompt, Question};
use crate::state::phrase::Phrase;
use crate::state::{Overlay, State};
use crate::update::overlays::prompt;
use crate::update::requests::send_request;

/// Client name and version sent in the hello.
const CLIENT_NAME: &str = concat!("papo ", env!("CARGO_PKG_VERSION"));

pub(crate) fn handle_connecting(state: &mut State) {
    state.link = Link::Connecting;
}

pub(crate) fn handle_connected(state: &mut State, server: Server, effects: &mut Vec<Effect>) {
    state.link = Link::Greeting;
    state.server = Some(server);
    // The server is back, so the question whether to host it here is obsolete.
    if matches!(&state.overlay, Some(Overlay::Prompt(Prompt { question: Question::HostHere { .. }, .. }))) {
        state.overlay = None;
    }
    let hello = Hello { protocol: PROTOCOL_VERSION, client: CLIENT_NAME.to_owned() };
    send_request(state, Purpose::Greeting, Request::Hello(hello), effects);
}

/// Resets pending requests, which will not be answered. Unsent messages are queued for the next connection.
pub(crate) fn handle_disconnected(state: &mut State, reason: DisconnectReason, retry_in: Duration) {
    if let DisconnectReason::CertificateUnknown { shown, .. } = reason {
        state.overlay = Some(Overlay::Prompt(Prompt::new(Question::TrustCertificate(shown))));
    }
    // A form that was submitted after the connection ended waits for the attempt that follows.
    let has_attempt_failed = matches!(state.link, Link::Connecting | Link::Greeting);
    let wait_ms = u64::try_from(retry_in.as_millis()).unwrap_or(u64::MAX);
    state.link = Link::Lost { reason, retry_at: state.moment.after_wait_ms(wait_ms) };
    state.pending.clear();
    state.account.outbox.queue_again();
    state.account.send_pacing = SendPacing::default();
    state.sign_in_again_at = None;
    if has_attempt_failed && std::mem::take(&mut state.sign_in.submit_when_connected) {
        state.sign_in.problem = Some((Field::Tabs, Phrase::new("problem-not-connected")));
    }
    if std::mem::take(&mut state.sign_in.is_waiting) {
        state.sign_in.problem = Some((Field::Tabs, Phrase::new("problem-connection-lost")));
    }
    if let Some(Overlay::Prompt(open)) = &state.overlay
        && open.is_waiting
    {
        prompt::report_problem(state, Phrase::new("problem-connection-lost"));
    }
}
