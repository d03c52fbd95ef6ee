//! What happens when something happens: the only code that changes the state. Synchronous, without I/O and without a
//! clock; what is to be done to the world is returned as effects.

mod account;
mod actions;
mod bursts;
mod composer;
mod connection;
mod contacts;
mod conversations;
mod durations;
mod groups;
mod lists;
mod navigation;
mod overlays;
mod pointer;
mod quit;
mod requests;
mod screen;
mod search;
mod text_entry;

use papo_shared::protocol::ServerFrame;

use self::account::{away, keeping, sign_in};
use self::composer::{completion, compose, editor, paste, recipients};
pub use self::connection::catch_up::WHOLE_DIRECTORY;
use self::connection::{events, link, replies};
use self::conversations::{highlighted, quotes, reading, receipts, scroll, selection};
use self::screen::name_window;
pub use self::text_entry::MAX_PASTE_BYTES;
use crate::clock::Now;
use crate::effect::Effect;
use crate::event::Event;
use crate::keymap;
use crate::state::State;
use crate::state::connection::link::Server;

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
    state.account.status_message.take_if(|notice| notice.until <= now.moment);
    for event in events {
        take(state, event, &mut effects);
        recipients::settle(state);
    }
    completion::settle(state);
    paste::settle(state);
    reading::read_what_is_seen(state, &mut effects);
    highlighted::ask_for_what_is_seen(state, &mut effects);
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
            if state.editor_is_open => {}
        Event::Key(key) => {
            // Who presses keys is here, whatever the terminal said of its focus or forgot to say.
            state.focused = true;
            match keymap::action_for(state.focus(), key) {
                Some(action) => actions::perform(state, action, effects),
                None => text_entry::type_key(state, key, effects),
            }
        }
        Event::Pasted(text) => text_entry::paste(state, &text, effects),
        Event::TextBurst(text) => {
            state.focused = true;
            bursts::take(state, &text, effects);
        }
        Event::Scrolled(notches) => pointer::turn_wheel(state, notches, effects),
        Event::Clicked(column, row) => pointer::click(state, column, row, effects),
        Event::Resized(size) => {
            state.size = size;
            // A window that shrank and grew again between two frames has lost cells, though its size is the same.
            effects.push(Effect::Redraw);
            scroll::fill(state);
        }
        Event::Focused(focused) => state.focused = focused,
        Event::Ticked => ticked(state, effects),
        Event::SignInLookedUp(server, found) => sign_in::looked_up(state, server, found, effects),
        Event::SignInStored(token_location) => sign_in::kept(state, token_location),
        Event::Connecting => link::connecting(state),
        Event::Connected { server, hosting, privacy } => {
            link::connected(state, Server { address: server, is_hosted: hosting, privacy }, effects);
        }
        Event::Received(ServerFrame::Reply(frame)) => replies::receive(state, frame, effects),
        Event::Received(ServerFrame::Event(event)) => events::receive(state, event, effects),
        Event::Disconnected { reason: why, retry_in } => link::disconnected(state, why, retry_in),
        Event::LocalDataLoaded { server, username, found } => keeping::found(state, server, &username, found, effects),
        Event::LocalDataSaved { messages, error: trouble } => keeping::kept(state, &messages, trouble, effects),
        Event::Highlighted(code, tokens) => highlighted::found(state, &code, tokens),
        Event::LinkNotOpened(link) => selection::not_opened(state, link, effects),
        Event::EditorClosed { conversation, text } => editor::closed(state, conversation, text, effects),
        Event::StopRequested => actions::suspend(state, effects),
        Event::NotStopped => actions::refuse_to_suspend(state, effects),
        Event::Interrupted | Event::Terminated => effects.push(Effect::Quit),
    }
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
