//! State transitions: the only code that changes the state. Synchronous, without I/O and without reading a clock; I/O
//! is requested through the returned effects.

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
pub use self::composer::editor::INTERRUPT_GRACE_MS;
use self::composer::{completion, compose, editor, paste, recipients};
pub use self::connection::catch_up::MAX_DIRECTORY_ENTRIES;
use self::connection::{events, link, replies};
use self::conversations::{highlighted, quotes, reading, receipts, scroll, selection};
use self::screen::set_window_title;
pub use self::text_entry::MAX_PASTE_BYTES;
use crate::clock::Now;
use crate::effect::Effect;
use crate::event::Event;
use crate::keymap;
use crate::state::State;
use crate::state::connection::link::Server;

/// Applies one event and returns the effects it causes.
#[must_use]
pub fn update(state: &mut State, now: Now, event: Event) -> Vec<Effect> {
    update_all(state, now, [event])
}

/// Applies events that arrived together, one after the other. Work that depends on what is on the screen (marking messages
/// as read, fetching, receipts, saving) is done once, after the last event, because the states in between are never drawn.
#[must_use]
pub fn update_all(state: &mut State, now: Now, events: impl IntoIterator<Item = Event>) -> Vec<Effect> {
    let mut effects = Vec::new();
    let unread_before = state.unread_total();
    state.moment = now.moment;
    state.now = now.wall;
    state.account.status_message.take_if(|message| message.until <= now.moment);
    for event in events {
        apply_event(state, event, &mut effects);
        recipients::sync_selections(state);
    }
    completion::close_if_outdated(state);
    paste::forget_if_empty(state);
    reading::mark_visible_read(state, &mut effects);
    highlighted::request_visible(state, &mut effects);
    quotes::request_visible(state, &mut effects);
    receipts::request_for_open(state, &mut effects);
    receipts::send_delivered(state, &mut effects);
    if state.unread_total() != unread_before {
        set_window_title(state, &mut effects);
    }
    keeping::save_changes(state, &mut effects);
    effects
}

fn apply_event(state: &mut State, event: Event, effects: &mut Vec<Effect>) {
    away::note_activity(state, &event, effects);
    match event {
        // The editor has the terminal: input that arrived right after the key that opened it, or that concerns the
        // hidden screen, is dropped.
        Event::Key(_) | Event::Pasted(_) | Event::TextBurst(_) | Event::Scrolled(_) | Event::Clicked(..)
            if state.editor_is_open => {}
        Event::Interrupted if editor::is_interrupt_for_editor(state) => {}
        Event::Key(key) => {
            // A key press proves that the terminal has the focus, even if its focus report is missing or wrong.
            state.focused = true;
            match keymap::action_for(state.focus(), key) {
                Some(action) => actions::perform(state, action, effects),
                None => text_entry::type_key(state, key, effects),
            }
        }
        Event::Pasted(text) => text_entry::paste(state, &text, effects),
        Event::TextBurst(text) => {
            state.focused = true;
            bursts::paste_burst(state, &text, effects);
        }
        Event::Scrolled(notches) => pointer::handle_wheel(state, notches, effects),
        Event::Clicked(column, row) => pointer::handle_click(state, column, row, effects),
        Event::Resized(size) => {
            state.size = size;
            // A window that shrank and grew back between two frames has lost cells, even though its size is the same.
            effects.push(Effect::Redraw);
            scroll::fill_view(state);
        }
        Event::Focused(focused) => state.focused = focused,
        Event::Ticked => run_due_timers(state, effects),
        Event::SignInLookedUp(server, found) => sign_in::take_stored(state, server, found, effects),
        Event::SignInStored(token_location) => sign_in::report_token_location(state, token_location),
        Event::AddressChosen(address) => link::handle_address_chosen(state, address),
        Event::Connecting => link::handle_connecting(state),
        Event::Connected { server, hosting, privacy } => {
            link::handle_connected(state, Server { address: server, is_hosted: hosting, privacy }, effects);
        }
        Event::CommunityRecognized { known } => link::report_recognized_community(state, &known),
        Event::Received(ServerFrame::Reply(frame)) => replies::apply_reply(state, frame, effects),
        Event::Received(ServerFrame::Event(event)) => events::apply_event(state, event, effects),
        Event::Disconnected { reason, retry_in } => link::handle_disconnected(state, reason, retry_in),
        Event::LocalDataLoaded { server, username, found } => keeping::take_loaded(state, server, &username, found, effects),
        Event::LocalDataSaved { messages, error } => keeping::take_saved(state, &messages, error, effects),
        Event::Highlighted(code, tokens) => highlighted::take_tokens(state, &code, tokens),
        Event::LinkNotOpened(link) => selection::copy_unopened_link(state, link, effects),
        Event::EditorClosed { conversation, text } => editor::take_edited_draft(state, conversation, text, effects),
        Event::StopRequested => actions::suspend(state, effects),
        Event::NotStopped => actions::report_suspend_refused(state, effects),
        Event::Interrupted | Event::Terminated => effects.push(Effect::Quit),
    }
}

/// Runs everything whose timer has expired by `state.moment`.
fn run_due_timers(state: &mut State, effects: &mut Vec<Effect>) {
    compose::retry_outbox(state, effects);
    effects.extend(state.pending.take_due(state.moment).into_iter().map(Effect::Send));
    search::retry_when_due(state, effects);
    away::mark_idle_when_due(state, effects);
    sign_in::submit_when_due(state, effects);
    if state.sign_in_again_at.is_some_and(|at| at <= state.moment) {
        sign_in::sign_in_again(state, effects);
    }
}
