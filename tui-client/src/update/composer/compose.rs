//! Writing, sending, and what becomes of what was sent.

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
use crate::state::conversations::conversation::Scroll;
use crate::state::overlays::prompt::Question;
use crate::state::phrase::Phrase;
use crate::state::refusals::explain;
use crate::state::text_input::row_step;
use crate::update::conversations::fetching;
use crate::update::overlays::prompt::confirm_first;
use crate::update::requests::ask;

/// While somebody writes, this is said again every so many milliseconds; the protocol lets it stand for six seconds.
const TELL_TYPING_EVERY_MS: i64 = 3_000;
/// After the server failed to store a message it is sent again after this long at first, in milliseconds, and then after twice as
/// long each time.
const FIRST_RETRY_MS: u64 = 1_000;
/// No such wait is longer, in milliseconds.
const LONGEST_RETRY_MS: u64 = 30_000;

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
    let before = open.composer.text();
    if open.composer.edit(key) {
        // A key can bring back what was pasted, as well as take it away.
        open.pasted = open.pasted.take().or_else(|| Pasted::if_grown(&before, &open.composer.text()));
        completion::typed(state, key);
        tell_typing(state, effects);
    }
}

/// Pasted text comes into the composer, and never goes out by itself.
pub(crate) fn paste(state: &mut State, text: &str, effects: &mut Vec<Effect>) {
    let Some(open) = state.open_conversation_mut() else { return };
    let text = clean_lines(text);
    open.composer.insert(&text);
    if let Some(pasted) = Pasted::if_long(&text) {
        open.pasted = Some(pasted);
    }
    tell_typing(state, effects);
}

/// Offers what the word may become that ends with this text.
pub(crate) fn offer_completion(state: &mut State, typed: &str) {
    if let Some(last) = typed.chars().next_back() {
        completion::typed(state, KeyEvent::from(KeyCode::Char(last)));
    }
}

pub(crate) fn new_line(state: &mut State, effects: &mut Vec<Effect>) {
    paste::unfold(state);
    if let Some(open) = state.open_conversation_mut() {
        open.composer.new_line();
    }
    tell_typing(state, effects);
}

/// Tells the others that we are writing, unless they heard it a moment ago.
pub(crate) fn tell_typing(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(open) = state.open_conversation() else { return };
    let id = open.id;
    let is_command = open.composer.lines()[0].starts_with('/');
    let told = state
        .account
        .send_pacing
        .last_typing_sent
        .is_some_and(|(where_, at)| where_ == id && state.moment.ms_since(at) < TELL_TYPING_EVERY_MS);
    if state.link.is_live() && !told && !is_command && !open.composer.is_empty() {
        state.account.send_pacing.last_typing_sent = Some((id, state.moment));
        ask(state, Purpose::IgnoreReply, Request::Typing(Typing { conversation: id }), effects);
    }
}

/// Puts a message into the outbox; it goes on the wire once it is kept. The view of the conversation goes to its end.
pub(crate) fn post(state: &mut State, conversation: ConversationId, text: MessageText, effects: &mut Vec<Effect>) {
    let known = state.account.conversations.get_mut(&conversation);
    let reply_to = known.and_then(|known| {
        known.scroll = Scroll::AtEnd;
        known.reply_to.take()
    });
    state.account.outbox.add(ClientId::new(), conversation, text, reply_to, state.now);
    state.account.send_pacing.last_typing_sent = None;
    if state.account.chat.open_side().open == Some(conversation) {
        fetching::newest(state, effects);
    }
}

/// Sends whatever can go.
pub(crate) fn flush(state: &mut State, effects: &mut Vec<Effect>) {
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
        ask(state, Purpose::Message(message.client_id), Request::SendMessage(request), effects);
    }
}

/// The server was too busy a while ago: tries again when the while is over.
pub(crate) fn retry_outbox(state: &mut State, effects: &mut Vec<Effect>) {
    if state.account.send_pacing.paused_until.take_if(|until| *until <= state.moment).is_some() {
        flush(state, effects);
    }
}

/// A message was not stored.
pub(crate) fn refused(
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
        Refusal::Failed => {
            state.account.outbox.queue(client_id);
            server_failed(state);
            return;
        }
        _ => {}
    }
    state.account.outbox.fail(client_id, refusal.clone());
    // In the conversation there is one row for it; here there is the whole width.
    state.show_status(explain(refusal));
    flush(state, effects);
}

/// The server could not store a message: it is sent again under the same id, after longer and longer waits.
fn server_failed(state: &mut State) {
    // What failed together waits together.
    if state.account.send_pacing.paused_until.is_some() {
        return;
    }
    if state.account.send_pacing.failures == 0 {
        state.show_status(Phrase::new("notice-not-stored"));
    }
    let wait = FIRST_RETRY_MS.saturating_mul(2_u64.saturating_pow(state.account.send_pacing.failures)).min(LONGEST_RETRY_MS);
    state.account.send_pacing.failures = state.account.send_pacing.failures.saturating_add(1);
    delay_outbox(state, wait);
}

/// Nothing is sent for so long; of several waits the longest counts.
fn delay_outbox(state: &mut State, wait_ms: u64) {
    let until = state.moment.after_wait_ms(wait_ms);
    state.account.send_pacing.paused_until = Some(state.account.send_pacing.paused_until.map_or(until, |other| other.max(until)));
}

/// Sends the selected failed message again.
pub(crate) fn retry_selected(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(client_id) = state.selected_failed() else { return state.show_status(Phrase::new("notice-nothing-failed")) };
    state.account.outbox.queue(client_id);
    flush(state, effects);
}

/// Takes a failed message back into the composer, which must be free.
pub(crate) fn take_back(state: &mut State, client_id: ClientId) {
    let Some(message) = state.account.outbox.remove(client_id) else { return };
    if let Some(open) = state.open_conversation_mut() {
        open.selected = None;
        open.composer.set(message.text.as_str());
        open.reply_to = message.reply_to;
    }
    state.focus_composer();
}

/// Gives a failed message up.
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

/// Takes the selected failed message back into the composer. Where something else is being written there, the text would be
/// lost, and that is asked about first.
pub(crate) fn take_back_or_ask(state: &mut State) {
    let Some(client_id) = state.selected_failed() else { return state.show_status(Phrase::new("notice-nothing-failed")) };
    if state.open_conversation().is_some_and(|open| !open.composer.is_empty() || open.is_reply_or_edit()) {
        confirm_first(state, Question::ConfirmDiscard(client_id));
    } else {
        take_back(state, client_id);
    }
}
