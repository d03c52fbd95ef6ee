//! Answering a message, and giving one of one's own another text: what the composer is for until it is sent or dropped.

use papo_shared::model::{ConversationId, MessageText, Seq, TextProblem};
use papo_shared::protocol::{EditMessage, Refusal, Request};

use crate::effect::Effect;
use crate::state::State;
use crate::state::connection::pending::Asked;
use crate::state::phrase::Phrase;
use crate::state::refusals::words;
use crate::update::requests::send_request;

/// What is written next answers the selected message.
pub(crate) fn begin_reply(state: &mut State) {
    let Some(open) = state.open_conversation_mut() else { return };
    let Some((seq, _, message)) = open.selected_message() else {
        return state.say(Phrase::new("notice-no-message"));
    };
    if message.deleted {
        return state.say(Phrase::new("notice-is-deleted"));
    }
    open.end_edit();
    open.reply_to = Some(seq);
    save_and_focus_draft(state);
}

/// The composer is for another text of the selected message, which must be one's own. What was in it comes back afterwards.
pub(crate) fn begin_edit(state: &mut State) {
    let me = state.me().cloned();
    let Some(open) = state.open_conversation_mut() else { return };
    match open.selected_message() {
        None => state.say(Phrase::new("notice-no-message")),
        Some((_, author, _)) if Some(author) != me.as_ref() => state.say(words(&Refusal::NotYours)),
        Some((_, _, message)) if message.deleted => state.say(Phrase::new("notice-is-deleted")),
        Some((seq, _, message)) => {
            let text = message.text.as_str().to_owned();
            open.begin_edit(seq, &text);
            save_and_focus_draft(state);
        }
    }
}

/// What is written is no answer any more, or no other text: of an edit only the changes are lost, and what was being written
/// before is there again.
pub(crate) fn cancel_reply_or_edit(state: &mut State) {
    let Some(open) = state.open_conversation_mut() else { return };
    if open.editing.is_some() {
        open.end_edit();
    } else {
        open.reply_to = None;
    }
    save_and_focus_draft(state);
}

/// Asks for the other text. It stays in the composer until the server has it.
pub(crate) fn send_edit(state: &mut State, effects: &mut Vec<Effect>) {
    let live = state.link.is_live();
    let Some(open) = state.open_conversation_mut() else { return };
    let (id, typed) = (open.id, open.composer.text());
    let Some(seq) = open.editing.as_ref().map(|editing| editing.seq) else { return };
    match MessageText::parse(&typed) {
        Err(TextProblem::Empty) => state.say(Phrase::new("notice-edit-empty")),
        Err(TextProblem::TooLong) => {
            let max_bytes = papo_shared::model::limits::MAX_MESSAGE_BYTES;
            state.say(words(&Refusal::TextTooLong { max_bytes }));
        }
        Ok(text) if open.log.message(seq).is_some_and(|(_, message)| message.text == text) => {
            open.end_edit();
            save_and_focus_draft(state);
        }
        Ok(_) if !live => state.say(Phrase::new("notice-needs-connection")),
        Ok(text) => {
            let waits = state.pending.waits(&Asked::Edit(id, seq));
            let Some(editing) = state.open_conversation_mut().and_then(|open| open.editing.as_mut()) else { return };
            if waits && editing.sent.as_ref() == Some(&typed) {
                return;
            }
            editing.sent = Some(typed);
            let request = EditMessage { conversation: id, seq, text: text.into() };
            send_request(state, Asked::Edit(id, seq), Request::EditMessage(request), effects);
        }
    }
}

/// The server has the other text. Whoever wrote on meanwhile goes on writing.
pub(crate) fn finish_edit(state: &mut State, id: ConversationId, seq: Seq) {
    if state.pending.waits(&Asked::Edit(id, seq)) {
        return;
    }
    let Some(conversation) = state.account.conversations.get_mut(&id) else { return };
    let typed = conversation.composer.text();
    if conversation.editing.as_ref().is_some_and(|editing| editing.seq == seq && editing.sent.as_ref() == Some(&typed)) {
        conversation.end_edit();
        state.account.keeping.changed.insert(id);
    }
}

/// What the composer is for changed: it gets the keys, and that is kept.
fn save_and_focus_draft(state: &mut State) {
    if let Some(id) = state.open_conversation().map(|open| open.id) {
        state.account.keeping.changed.insert(id);
    }
    state.focus_composer();
}
