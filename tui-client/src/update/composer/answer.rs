//! Answering a message, and giving one of one's own another text: what the composer is for until it is sent or dropped.

use papo_shared::model::{ConversationId, MessageText, Seq, TextProblem};
use papo_shared::protocol::{EditMessage, Refusal, Request};

use crate::effect::Effect;
use crate::state::State;
use crate::state::connection::pending::Purpose;
use crate::state::phrase::Phrase;
use crate::state::refusals::explain;
use crate::update::requests::ask;

/// What is written next answers the selected message.
pub(crate) fn reply(state: &mut State) {
    let Some(open) = state.open_conversation_mut() else { return };
    let Some((seq, _, message)) = open.selected_message() else {
        return state.show_status(Phrase::new("notice-no-message"));
    };
    if message.deleted {
        return state.show_status(Phrase::new("notice-is-deleted"));
    }
    open.end_edit();
    open.reply_to = Some(seq);
    changed(state);
}

/// The composer is for another text of the selected message, which must be one's own. What was in it comes back afterwards.
pub(crate) fn edit(state: &mut State) {
    let me = state.me().cloned();
    let Some(open) = state.open_conversation_mut() else { return };
    match open.selected_message() {
        None => state.show_status(Phrase::new("notice-no-message")),
        Some((_, author, _)) if Some(author) != me.as_ref() => state.show_status(explain(&Refusal::NotYours)),
        Some((_, _, message)) if message.deleted => state.show_status(Phrase::new("notice-is-deleted")),
        Some((seq, _, message)) => {
            let text = message.text.as_str().to_owned();
            open.begin_edit(seq, &text);
            changed(state);
        }
    }
}

/// What is written is no answer any more, or no other text: of an edit only the changes are lost, and what was being written
/// before is there again.
pub(crate) fn drop(state: &mut State) {
    let Some(open) = state.open_conversation_mut() else { return };
    if open.editing.is_some() {
        open.end_edit();
    } else {
        open.reply_to = None;
    }
    changed(state);
}

/// Asks for the other text. It stays in the composer until the server has it.
pub(crate) fn send_edit(state: &mut State, effects: &mut Vec<Effect>) {
    let live = state.link.is_live();
    let Some(open) = state.open_conversation_mut() else { return };
    let (id, typed) = (open.id, open.composer.text());
    let Some(seq) = open.editing.as_ref().map(|editing| editing.seq) else { return };
    match MessageText::parse(&typed) {
        Err(TextProblem::Empty) => state.show_status(Phrase::new("notice-edit-empty")),
        Err(TextProblem::TooLong) => {
            let max_bytes = papo_shared::model::limits::MAX_MESSAGE_BYTES;
            state.show_status(explain(&Refusal::TextTooLong { max_bytes }));
        }
        Ok(text) if open.log.message(seq).is_some_and(|(_, message)| message.text == text) => {
            open.end_edit();
            changed(state);
        }
        Ok(_) if !live => state.show_status(Phrase::new("notice-needs-connection")),
        Ok(text) => {
            let waits = state.pending.contains(&Purpose::Edit(id, seq));
            let Some(editing) = state.open_conversation_mut().and_then(|open| open.editing.as_mut()) else { return };
            if waits && editing.sent.as_ref() == Some(&typed) {
                return;
            }
            editing.sent = Some(typed);
            let request = EditMessage { conversation: id, seq, text: text.into() };
            ask(state, Purpose::Edit(id, seq), Request::EditMessage(request), effects);
        }
    }
}

/// The server has the other text. Whoever wrote on meanwhile goes on writing.
pub(crate) fn edited(state: &mut State, id: ConversationId, seq: Seq) {
    if state.pending.contains(&Purpose::Edit(id, seq)) {
        return;
    }
    let Some(conversation) = state.account.conversations.get_mut(&id) else { return };
    let typed = conversation.composer.text();
    if conversation.editing.as_ref().is_some_and(|editing| editing.seq == seq && editing.sent.as_ref() == Some(&typed)) {
        conversation.end_edit();
        state.account.local_data.changed_drafts.insert(id);
    }
}

/// What the composer is for changed: it gets the keys, and that is kept.
fn changed(state: &mut State) {
    if let Some(id) = state.open_conversation().map(|open| open.id) {
        state.account.local_data.changed_drafts.insert(id);
    }
    state.focus_composer();
}
