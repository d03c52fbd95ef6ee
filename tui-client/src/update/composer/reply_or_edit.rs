//! Using the composer to reply to a message or to edit one of the user's own.

use papo_shared::model::{ConversationId, MessageText, Seq, TextProblem};
use papo_shared::protocol::{EditMessage, Refusal, Request};

use crate::effect::Effect;
use crate::state::State;
use crate::state::connection::pending::Purpose;
use crate::state::phrase::Phrase;
use crate::state::refusals::explain;
use crate::update::requests::send_request;

/// Makes the draft a reply to the selected message.
pub(crate) fn begin_reply(state: &mut State) {
    let Some(open) = state.open_conversation_mut() else { return };
    match open.changeable_message() {
        Err(notice) => state.show_status(notice),
        Ok((seq, ..)) => {
            open.end_edit();
            open.reply_to = Some(seq);
            save_and_focus_draft(state);
        }
    }
}

/// Loads the selected message, which must be the user's own, into the composer for editing. The draft that was
/// there is restored afterwards.
pub(crate) fn begin_edit(state: &mut State) {
    let me = state.me().cloned();
    let Some(open) = state.open_conversation_mut() else { return };
    match open.changeable_message() {
        Err(notice) => state.show_status(notice),
        Ok((_, author, _)) if Some(author) != me.as_ref() => state.show_status(explain(&Refusal::NotYours)),
        Ok((seq, _, message)) => {
            let text = message.text.as_str().to_owned();
            open.begin_edit(seq, &text);
            save_and_focus_draft(state);
        }
    }
}

/// Cancels the reply or the edit. Cancelling a reply keeps the draft; cancelling an edit discards the changes and
/// restores the draft from before.
pub(crate) fn cancel_reply_or_edit(state: &mut State) {
    let Some(open) = state.open_conversation_mut() else { return };
    if open.editing.is_some() {
        open.end_edit();
    } else {
        open.reply_to = None;
    }
    save_and_focus_draft(state);
}

/// Sends the edited text. It stays in the composer until the server confirms it.
pub(crate) fn send_edit(state: &mut State, effects: &mut Vec<Effect>) {
    let is_live = state.link.is_live();
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
            save_and_focus_draft(state);
        }
        Ok(_) if !is_live => state.show_status(Phrase::new("notice-needs-connection")),
        Ok(text) => {
            let is_pending = state.pending.contains(&Purpose::Edit(id, seq));
            let Some(editing) = state.open_conversation_mut().and_then(|open| open.editing.as_mut()) else { return };
            if is_pending && editing.sent.as_ref() == Some(&typed) {
                return;
            }
            editing.sent = Some(typed);
            let request = EditMessage { conversation: id, seq, text: text.into() };
            send_request(state, Purpose::Edit(id, seq), Request::EditMessage(request), effects);
        }
    }
}

/// Ends an edit that the server confirmed, unless the user has typed on since.
pub(crate) fn finish_edit(state: &mut State, id: ConversationId, seq: Seq) {
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

/// Schedules the draft for saving and focuses the composer, after its purpose changed.
fn save_and_focus_draft(state: &mut State) {
    if let Some(id) = state.open_conversation().map(|open| open.id) {
        state.account.local_data.changed_drafts.insert(id);
    }
    state.focus_composer();
}
