//! Enter in the composer: sends the draft as a message or as an edit, or runs it as a command.

use papo_shared::model::{MessageText, TextProblem};
use papo_shared::protocol::Refusal;

use super::{commands, compose, paste, reply_or_edit};
use crate::effect::Effect;
use crate::state::State;
use crate::state::phrase::Phrase;
use crate::state::refusals::explain;
use crate::update::requests::CommandOutcome;

/// Sends or runs the draft on Enter. A draft that cannot be sent stays in the composer.
pub(crate) fn send_draft(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(open) = state.open_conversation_mut() else { return };
    if open.composer.is_after('\\') {
        // A backslash before Enter inserts a line break: the one way that works on every terminal.
        open.composer.delete_backwards();
        return compose::insert_new_line(state, effects);
    }
    if paste::needs_confirmation(state) {
        return paste::ask_before_sending(state);
    }
    send_composed(state, effects);
}

/// Sends the draft as a message or as an edit, or runs it if it is a command.
fn send_composed(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(open) = state.open_conversation_mut() else { return };
    let (id, is_edit, is_closed) = (open.id, open.editing.is_some(), open.is_closed());
    let typed = open.composer.text();
    // A trailing line break comes from a pasted line.
    let is_command = !is_edit && typed.starts_with('/') && !typed.starts_with("//") && !typed.trim_end().contains('\n');
    if is_closed && !is_command {
        return state.show_status(Phrase::new("notice-conversation-closed"));
    }
    if is_edit {
        return reply_or_edit::send_edit(state, effects);
    }
    if is_command {
        if commands::run_command(state, Some(id), typed[1..].trim(), effects) == CommandOutcome::Done
            && let Some(conversation) = state.account.conversations.get_mut(&id)
        {
            conversation.composer.take();
        }
        return;
    }
    // A double slash escapes a message that starts with a slash.
    let text = if typed.starts_with("//") { &typed[1..] } else { &typed };
    match MessageText::parse(text) {
        Ok(text) => {
            open.composer.take();
            compose::queue_message(state, id, text, effects);
        }
        Err(TextProblem::Empty) => {}
        Err(TextProblem::TooLong) => {
            let max_bytes = papo_shared::model::limits::MAX_MESSAGE_BYTES;
            state.show_status(explain(&Refusal::TextTooLong { max_bytes }));
        }
    }
}

/// Sends a draft with a long paste after confirmation, with the paste as a code block if `as_code`. If it cannot be
/// sent, the draft and the paste are restored.
pub(crate) fn send_paste(state: &mut State, as_code: bool, effects: &mut Vec<Effect>) {
    state.overlay = None;
    let Some(open) = state.open_conversation_mut() else { return };
    let id = open.id;
    let Some(pasted) = open.pasted.take() else { return };
    let draft = open.composer.text();
    if as_code {
        open.composer.set(&pasted.as_code(&draft));
    }
    send_composed(state, effects);
    if let Some(unsent) = state.account.conversations.get_mut(&id).filter(|known| !known.composer.is_empty()) {
        if as_code {
            unsent.composer.set(&draft);
        }
        unsent.pasted = Some(pasted);
    }
}
