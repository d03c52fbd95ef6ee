//! What happens when something happens: the only code that changes the state. Synchronous, without I/O and without a
//! clock; what is to be done to the world is returned as effects.

mod actions;
mod answering;
mod away;
mod blocking;
mod bursts;
mod catch_up;
mod chat;
mod commands;
mod completion;
mod compose;
mod connection;
mod devices;
mod durations;
mod editor;
mod events;
mod fetching;
mod group_commands;
mod highlighting;
mod inbox;
mod invites;
mod jump;
mod keeping;
mod lists;
mod members;
mod menu;
mod notify;
mod paste;
mod picker;
mod profile;
mod prompt;
mod quit;
mod quotes;
mod reacting;
mod reading;
mod receipts;
mod recipients;
mod replies;
mod scroll;
mod search;
mod selection;
mod sheet;
mod sign_in;
mod switching;

pub use actions::MAX_PASTE_BYTES;
pub use catch_up::WHOLE_DIRECTORY;
use papo_shared::protocol::{Request, RequestFrame, ServerFrame};

use crate::clock::Now;
use crate::effect::Effect;
use crate::event::Event;
use crate::keymap;
use crate::state::link::Server;
use crate::state::pending::Asked;
use crate::state::{Overlay, Screen, State};

/// Takes one event into account and says what is to be done.
#[must_use]
pub fn update(state: &mut State, now: Now, event: Event) -> Vec<Effect> {
    update_all(state, now, [event])
}

/// Takes events into account that came together, as if one followed the other. What follows from what is on the screen is found
/// out once for them all: nobody sees what is between.
#[must_use]
pub fn update_all(state: &mut State, now: Now, events: impl IntoIterator<Item = Event>) -> Vec<Effect> {
    let mut effects = Vec::new();
    let unread_before = state.unread_total();
    state.moment = now.moment;
    state.now = now.wall;
    state.notice.take_if(|notice| notice.until <= now.moment);
    for event in events {
        take(state, event, &mut effects);
        recipients::settle(state);
    }
    completion::settle(state);
    paste::settle(state);
    reading::read_what_is_seen(state, &mut effects);
    highlighting::ask_for_what_is_seen(state, &mut effects);
    quotes::ask_for_what_is_seen(state, &mut effects);
    receipts::ask_for_open(state, &mut effects);
    receipts::tell_arrived(state, &mut effects);
    if state.unread_total() != unread_before {
        name_window(state, &mut effects);
    }
    keeping::tell(state, &mut effects);
    effects
}

fn take(state: &mut State, event: Event, effects: &mut Vec<Effect>) {
    away::notice(state, &event, effects);
    match event {
        // What came on the heels of the key that opened the editor, or is about a screen that is not there.
        Event::Key(_) | Event::Pasted(_) | Event::TextBurst(_) | Event::Scrolled(_) | Event::Clicked(..) | Event::Interrupted
            if state.in_editor.is_some() => {}
        Event::Key(key) => {
            // Who presses keys is here, whatever the terminal said of its focus or forgot to say.
            state.focused = true;
            match keymap::action_for(state.focus(), key) {
                Some(action) => actions::perform(state, action, effects),
                None => actions::type_key(state, key, effects),
            }
        }
        Event::Pasted(text) => actions::paste(state, &text, effects),
        Event::TextBurst(text) => {
            state.focused = true;
            bursts::take(state, &text, effects);
        }
        Event::Scrolled(notches) => actions::turn_wheel(state, notches, effects),
        Event::Clicked(column, row) => actions::click(state, column, row, effects),
        Event::Resized(size) => {
            state.size = size;
            // A window that shrank and grew again between two frames has lost cells, though its size is the same.
            effects.push(Effect::Redraw);
            scroll::fill(state);
        }
        Event::Focused(focused) => state.focused = focused,
        Event::Ticked => ticked(state, effects),
        Event::SignInLookedUp(server, found) => sign_in::looked_up(state, server, found, effects),
        Event::SignInKept(kept_in) => sign_in::kept(state, kept_in),
        Event::Connecting => connection::connecting(state),
        Event::Connected { server, hosting, privacy } => {
            connection::connected(state, Server { address: server, hosting, privacy }, effects);
        }
        Event::Received(ServerFrame::Reply(frame)) => replies::receive(state, frame, effects),
        Event::Received(ServerFrame::Event(event)) => events::receive(state, event, effects),
        Event::Disconnected { why, retry_in } => connection::disconnected(state, why, retry_in),
        Event::KeptFound { server, username, found } => keeping::found(state, server, &username, found, effects),
        Event::Kept { messages, trouble } => keeping::kept(state, &messages, trouble, effects),
        Event::Highlighted(code, tokens) => highlighting::found(state, &code, tokens),
        Event::LinkNotOpened(link) => selection::not_opened(state, link, effects),
        Event::EditorClosed { conversation, text } => editor::closed(state, conversation, text, effects),
        Event::StopRequested => actions::suspend(state, effects),
        Event::NotStopped => actions::refuse_to_suspend(state, effects),
        Event::Interrupted | Event::Terminated => effects.push(Effect::Quit),
    }
}

fn name_window(state: &State, effects: &mut Vec<Effect>) {
    effects.push(Effect::SetTitle(title(state)));
}

/// Some time that was waited for has come.
fn ticked(state: &mut State, effects: &mut Vec<Effect>) {
    compose::retry_outbox(state, effects);
    effects.extend(state.pending.take_due(state.moment).into_iter().map(Effect::Send));
    search::look_again(state, effects);
    away::ticked(state, effects);
    if state.sign_in_again_at.is_some_and(|at| at <= state.moment) {
        sign_in::again(state, effects);
    }
}

/// What the terminal window is called.
fn title(state: &State) -> String {
    match state.unread_total() {
        0 => "papo".to_owned(),
        unread => format!("papo ({unread})"),
    }
}

/// Sends a request and remembers what it was for.
fn ask(state: &mut State, asked: Asked, request: Request, effects: &mut Vec<Effect>) {
    let id = state.pending.add(asked, &request);
    effects.push(Effect::Send(RequestFrame { id, request }));
}

/// Shows a screen with nothing over it.
fn show(state: &mut State, screen: Screen) {
    state.screen = screen;
    state.overlay = None;
}

/// Shows something over the screen.
fn lay_over(state: &mut State, overlay: Overlay) {
    state.overlay = Some(overlay);
}
