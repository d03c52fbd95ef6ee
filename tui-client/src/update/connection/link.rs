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

/// Shows which of several addresses is used from now on.
pub(crate) fn handle_address_chosen(state: &mut State, address: String) {
    state.listed_address = Some(address);
}

/// Tells the user that a new address belongs to a community that they know.
pub(crate) fn report_recognized_community(state: &mut State, known: &[String]) {
    state.show_status(Phrase::new("notice-community-recognized").text("known", known.join(", ")));
}

/// Closes a question about a server, after a server was admitted.
pub(crate) fn close_questions(state: &mut State) {
    if let Some(Overlay::Prompt(Prompt { question, .. })) = &state.overlay
        && matches!(question, Question::TrustCertificate { .. } | Question::ConfirmCommunity { .. })
    {
        state.overlay = None;
    }
}

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
    if let Some(question) = question_about(&reason, state.listed_address.clone()) {
        // With several addresses the same question comes up again while the user is typing the reply.
        let is_open = matches!(&state.overlay, Some(Overlay::Prompt(open)) if open.question == question);
        if !is_open {
            state.overlay = Some(Overlay::Prompt(Prompt::new(question)));
        }
    }
    // A form that was submitted after the connection ended waits for the attempt that follows.
    let has_attempt_failed = matches!(state.link, Link::Connecting | Link::Greeting);
    let wait_ms = u64::try_from(retry_in.as_millis()).unwrap_or(u64::MAX);
    state.link = Link::Lost { reason, retry_at: state.moment.after_wait_ms(wait_ms) };
    state.pending.clear();
    state.account.outbox.queue_again();
    state.account.send_pacing = SendPacing::default();
    state.sign_in_again_at = None;
    state.is_server_unavailable = false;
    if has_attempt_failed && std::mem::take(&mut state.sign_in.submit_when_connected) {
        state.sign_in.problem = Some((Field::Tabs, Phrase::new("problem-not-connected")));
    }
    if state.sign_in.submit_again_at.take().is_some() {
        state.sign_in.submit_when_connected = true;
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

/// The question that the user has to decide before the address is used.
fn question_about(reason: &DisconnectReason, listed_address: Option<String>) -> Option<Question> {
    match reason {
        DisconnectReason::CertificateUnknown { shown, .. } => {
            Some(Question::TrustCertificate { certificate: *shown, address: listed_address })
        }
        DisconnectReason::CommunityUnproven { server, address, known } => {
            Some(Question::ConfirmCommunity { server: *server, address: address.clone(), known: known.clone() })
        }
        _ => None,
    }
}
