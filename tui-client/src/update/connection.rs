//! The connection comes and goes.

use std::time::Duration;

use papo_shared::protocol::{Hello, PROTOCOL_VERSION, Request};

use super::{ask, prompt};
use crate::effect::Effect;
use crate::event::Lost;
use crate::state::link::{Link, Server};
use crate::state::pending::Asked;
use crate::state::phrase::Phrase;
use crate::state::prompt::{Prompt, Question};
use crate::state::sign_in::Field;
use crate::state::{Overlay, State};

/// What this client calls itself in its hello.
const CLIENT_NAME: &str = concat!("papo ", env!("CARGO_PKG_VERSION"));

pub(super) fn connecting(state: &mut State) {
    state.link = Link::Connecting;
}

pub(super) fn connected(state: &mut State, server: Server, effects: &mut Vec<Effect>) {
    state.link = Link::Greeting;
    state.server = Some(server);
    // It is back, and nobody has to decide whether to host instead.
    if matches!(&state.overlay, Some(Overlay::Prompt(Prompt { question: Question::HostHere { .. }, .. }))) {
        state.overlay = None;
    }
    let hello = Hello { protocol: PROTOCOL_VERSION, client: CLIENT_NAME.to_owned() };
    ask(state, Asked::Greeting, Request::Hello(hello), effects);
}

/// No reply to anything asked will come; what must not be lost waits for the next connection.
pub(super) fn disconnected(state: &mut State, why: Lost, retry_in: Duration) {
    if let Lost::CertificateUnknown { shown, .. } = why {
        state.overlay = Some(Overlay::Prompt(Prompt::new(Question::BelieveCertificate(shown))));
    }
    let wait_ms = u64::try_from(retry_in.as_millis()).unwrap_or(u64::MAX);
    state.link = Link::Lost { why, retry_at: state.moment.after_wait_ms(wait_ms) };
    state.pending.clear();
    state.outbox.queue_again();
    state.outbox_waits_until = None;
    state.outbox_failures = 0;
    state.sign_in_again_at = None;
    state.told_typing = None;
    if std::mem::take(&mut state.sign_in.eager) {
        state.sign_in.problem = Some((Field::Tabs, Phrase::new("problem-not-connected")));
    }
    if std::mem::take(&mut state.sign_in.waiting) {
        state.sign_in.problem = Some((Field::Tabs, Phrase::new("problem-connection-lost")));
    }
    if let Some(Overlay::Prompt(open)) = &state.overlay
        && open.waiting
    {
        prompt::refused(state, Phrase::new("problem-connection-lost"));
    }
}
