//! Typing in the composer and sending messages through the outbox, with retries.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use papo_shared::model::text::clean_lines;
use papo_shared::model::{ClientId, ConversationId, MessageText};
use papo_shared::protocol::{Request, SendMessage, Typing};

use super::{completion, paste};
use crate::effect::Effect;
use crate::layout;
use crate::layout::input::cursor_moved_by_row;
use crate::state::State;
use crate::state::composer::paste::Pasted;
use crate::state::connection::pending::Purpose;
use crate::state::conversations::conversation::{Conversation, Scroll};
use crate::state::overlays::prompt::Question;
use crate::state::phrase::Phrase;
use crate::state::refusals::explain;
use crate::state::text_input::row_step;
use crate::update::conversations::fetching;
use crate::update::overlays::prompt::ask_confirmation;
use crate::update::requests::send_request;

/// Interval between typing notifications while the user types, in milliseconds. The protocol lets each one
/// expire after six seconds.
const TYPING_INTERVAL_MS: i64 = 3_000;
/// Wait before the first retry after the server failed to store a message, in milliseconds. It doubles with each failure.
const FIRST_RETRY_MS: u64 = 1_000;
/// Longest wait between such retries, in milliseconds.
const MAX_RETRY_MS: u64 = 30_000;

pub(crate) fn type_key(state: &mut State, key: KeyEvent, effects: &mut Vec<Effect>) {
    paste::unfold(state);
    let columns = layout::chat(state).composer.width;
    let Some(open) = state.open_conversation_mut() else { return };
    if let Some(step) = row_step(key) {
        if let Some(to) = cursor_moved_by_row(&open.composer, columns.into(), step) {
            open.composer.move_cursor(to, key.modifiers.contains(KeyModifiers::SHIFT));
        }
        return;
    }
    let is_text = !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
    if let KeyCode::Char(c) = key.code
        && is_text
        && rejects(open, c.encode_utf8(&mut [0; 4]))
    {
        return state.show_status(Phrase::new("notice-conversation-closed"));
    }
    let before = open.composer.text();
    if open.composer.edit(key) {
        // The key may be an undo, which can restore a long paste.
        open.pasted = open.pasted.take().or_else(|| Pasted::if_grown(&before, &open.composer.text()));
        completion::update_pop_up(state, key);
        send_typing(state, effects);
    }
}

/// Inserts pasted text into the composer, without sending it.
pub(crate) fn paste(state: &mut State, text: &str, effects: &mut Vec<Effect>) {
    let Some(open) = state.open_conversation_mut() else { return };
    let text = clean_lines(text);
    if rejects(open, &text) {
        return state.show_status(Phrase::new("notice-conversation-closed"));
    }
    open.composer.insert(&text);
    if let Some(pasted) = Pasted::if_long(&text) {
        open.pasted = Some(pasted);
    }
    send_typing(state, effects);
}

/// Whether the composer of a conversation does not take this text: it is closed, and the text belongs to no command.
fn rejects(open: &Conversation, text: &str) -> bool {
    let first = if open.composer.is_empty() { text } else { open.composer.lines()[0].as_str() };
    open.is_closed() && !first.starts_with('/')
}

/// Opens the completion list for the word that ends with `typed`.
pub(crate) fn offer_completion(state: &mut State, typed: &str) {
    if let Some(last) = typed.chars().next_back() {
        completion::update_pop_up(state, KeyEvent::from(KeyCode::Char(last)));
    }
}

pub(crate) fn insert_new_line(state: &mut State, effects: &mut Vec<Effect>) {
    paste::unfold(state);
    if let Some(open) = state.open_conversation_mut() {
        open.composer.new_line();
    }
    send_typing(state, effects);
}

/// Sends a typing notification, unless one was sent less than [`TYPING_INTERVAL_MS`] ago or the draft is a command.
pub(crate) fn send_typing(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(open) = state.open_conversation() else { return };
    let id = open.id;
    let is_command = open.composer.lines()[0].starts_with('/');
    let was_sent_recently = state
        .account
        .send_pacing
        .last_typing_sent
        .is_some_and(|(conversation, at)| conversation == id && state.moment.ms_since(at) < TYPING_INTERVAL_MS);
    if state.link.is_live() && !was_sent_recently && !is_command && !open.composer.is_empty() {
        state.account.send_pacing.last_typing_sent = Some((id, state.moment));
        send_request(state, Purpose::IgnoreReply, Request::Typing(Typing { conversation: id }), effects);
    }
}

/// Adds a message to the outbox and scrolls its conversation to the end. The message is sent once it has been saved to disk.
pub(crate) fn queue_message(state: &mut State, conversation: ConversationId, text: MessageText, effects: &mut Vec<Effect>) {
    let known = state.account.conversations.get_mut(&conversation);
    let reply_to = known.and_then(|known| {
        known.scroll = Scroll::AtEnd;
        known.reply_to.take()
    });
    state.account.outbox.add(ClientId::new(), conversation, text, reply_to, state.now);
    state.account.send_pacing.last_typing_sent = None;
    if state.account.chat.open_side().open == Some(conversation) {
        fetching::fetch_newest(state, effects);
    }
}

/// Sends the messages of the outbox that are ready, unless a wait for the server is running.
pub(crate) fn send_outbox(state: &mut State, effects: &mut Vec<Effect>) {
    if !state.link.is_live() || !state.account.local_data.is_loaded || state.account.send_pacing.paused_until.is_some() {
        return;
    }
    for message in state.account.outbox.start_sending() {
        let request = SendMessage {
            conversation: message.conversation,
            client_id: message.client_id,
            text: message.text.clone().into(),
            reply_to: message.reply_to,
        };
        send_request(state, Purpose::Message(message.client_id), Request::SendMessage(request), effects);
    }
}

/// Sends the outbox again once the wait for the server is over.
pub(crate) fn retry_outbox(state: &mut State, effects: &mut Vec<Effect>) {
    if state.account.send_pacing.paused_until.take_if(|until| *until <= state.moment).is_some() {
        send_outbox(state, effects);
    }
}

/// Handles a message that the server did not store: it is sent again later, or marked as failed if it was refused for good.
pub(crate) fn handle_refusal(
    state: &mut State,
    client_id: ClientId,
    refusal: &papo_shared::protocol::Refusal,
    effects: &mut Vec<Effect>,
) {
    use papo_shared::protocol::Refusal;
    match refusal {
        Refusal::TooFast { retry_after_ms } | Refusal::Busy { retry_after_ms } => {
            state.account.outbox.queue(client_id);
            delay_outbox(state, *retry_after_ms);
            return;
        }
        Refusal::Failed { retry_after_ms: Some(wait_ms) } => {
            state.account.outbox.queue(client_id);
            if state.account.send_pacing.failures == 0 {
                state.show_status(Phrase::new("notice-kept-until-available"));
            }
            state.account.send_pacing.failures = 1;
            delay_outbox(state, *wait_ms);
            return;
        }
        Refusal::Failed { retry_after_ms: None } => {
            state.account.outbox.queue(client_id);
            retry_after_server_failure(state);
            return;
        }
        _ => {}
    }
    state.account.outbox.fail(client_id, refusal.clone());
    // The conversation has a single row for the reason; the status line shows all of it.
    state.show_status(explain(refusal));
    send_outbox(state, effects);
}

/// Sends the outbox at once, since the server can store messages again.
pub(crate) fn end_outage(state: &mut State, effects: &mut Vec<Effect>) {
    state.account.send_pacing.failures = 0;
    state.account.send_pacing.paused_until = None;
    send_outbox(state, effects);
}

/// Sends the outbox again under the same ids after a server failure, with doubling waits.
fn retry_after_server_failure(state: &mut State) {
    // Messages that failed together share one wait.
    if state.account.send_pacing.paused_until.is_some() {
        return;
    }
    if state.account.send_pacing.failures == 0 {
        state.show_status(Phrase::new("notice-not-stored"));
    }
    let wait = FIRST_RETRY_MS.saturating_mul(2_u64.saturating_pow(state.account.send_pacing.failures)).min(MAX_RETRY_MS);
    state.account.send_pacing.failures = state.account.send_pacing.failures.saturating_add(1);
    delay_outbox(state, wait);
}

/// Holds the outbox back for this long. Of several waits, the longest counts.
fn delay_outbox(state: &mut State, wait_ms: u64) {
    let until = state.moment.after_wait_ms(wait_ms);
    state.account.send_pacing.paused_until = Some(state.account.send_pacing.paused_until.map_or(until, |other| other.max(until)));
}

/// Sends the selected failed message again.
pub(crate) fn retry_selected(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(client_id) = state.selected_failed() else { return state.show_status(Phrase::new("notice-nothing-failed")) };
    state.account.outbox.queue(client_id);
    send_outbox(state, effects);
}

/// Moves a failed message back into the composer, which must be empty.
pub(crate) fn restore_to_composer(state: &mut State, client_id: ClientId) {
    let Some(message) = state.account.outbox.remove(client_id) else { return };
    if let Some(open) = state.open_conversation_mut() {
        open.selected = None;
        open.composer.set(message.text.as_str());
        open.reply_to = message.reply_to;
    }
    state.focus_composer();
}

/// Removes a failed message for good.
pub(crate) fn discard(state: &mut State, client_id: ClientId) {
    if !state.account.outbox.has_failed(client_id) {
        return state.show_status(Phrase::new("notice-nothing-failed"));
    }
    state.account.outbox.remove(client_id);
    if let Some(open) = state.open_conversation_mut() {
        open.selected = None;
    }
    state.focus_composer();
}

/// Moves the selected failed message back into the composer. If another draft is there, asks for confirmation to
/// discard the message instead.
pub(crate) fn restore_or_ask(state: &mut State) {
    let Some(client_id) = state.selected_failed() else { return state.show_status(Phrase::new("notice-nothing-failed")) };
    if state.open_conversation().is_some_and(|open| !open.composer.is_empty() || open.is_reply_or_edit()) {
        ask_confirmation(state, Question::ConfirmDiscard(client_id));
    } else {
        restore_to_composer(state, client_id);
    }
}
