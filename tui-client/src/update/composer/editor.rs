//! Editing the draft in an external editor.

use papo_shared::model::ConversationId;
use papo_shared::model::text::clean_lines;

use super::recipients;
use super::recipients::Recipient;
use crate::effect::Effect;
use crate::event::EditorError;
use crate::state::phrase::Phrase;
use crate::state::{Screen, State};
use crate::update::navigation::chat;
use crate::update::screen::set_window_title;

/// How long after the editor closed an interrupt is taken for the one that ended it, in milliseconds. The terminal sends Ctrl-C to
/// both programs, and papo may learn first that the editor ended. While papo reads the keyboard, Ctrl-C is a key, not a signal.
pub const INTERRUPT_GRACE_MS: i64 = 1_000;

/// Whether an interrupt is meant for the editor, which runs or was just ended by it.
pub(crate) fn is_interrupt_for_editor(state: &State) -> bool {
    state.editor_is_open || state.interrupts_end_editor_until.is_some_and(|until| state.moment < until)
}

/// Opens the draft of the highlighted or open conversation in the editor.
pub(crate) fn open(state: &mut State, effects: &mut Vec<Effect>) {
    if state.screen != Screen::Chat {
        return state.show_status(Phrase::new("notice-no-conversation"));
    }
    if recipients::focus_recipient(state, effects) != Recipient::Composer {
        return;
    }
    let Some(open) = state.open_conversation() else { return };
    let (id, draft) = (open.id, open.composer.text());
    state.editor_is_open = true;
    state.account.draft_in_editor = Some(id);
    effects.push(Effect::Edit(id, draft));
}

/// Takes the edited text as the draft after the editor closed. It is not sent, and not treated as a paste, since the
/// user saw it in the editor. If the conversation is gone, the text goes to the clipboard.
pub(crate) fn take_edited_draft(
    state: &mut State,
    conversation: ConversationId,
    text: Result<String, EditorError>,
    effects: &mut Vec<Effect>,
) {
    state.editor_is_open = false;
    state.interrupts_end_editor_until = Some(state.moment.after_ms(INTERRUPT_GRACE_MS));
    // If the account or the server changed meanwhile, the same id means another conversation.
    let is_same_account = state.account.draft_in_editor.take() == Some(conversation);
    set_window_title(state, effects);
    let text = match text {
        Ok(text) => clean_lines(&text),
        Err(error) => return state.show_status(error_message(error)),
    };
    let Some(known) = state.account.conversations.get_mut(&conversation).filter(|_| is_same_account) else {
        effects.push(Effect::Copy(text));
        return state.show_status(Phrase::new("notice-editor-conversation-gone"));
    };
    known.composer.set(&text);
    known.pasted = None;
    state.account.local_data.changed_drafts.insert(conversation);
    if state.account.chat.open_side().open == Some(conversation) {
        state.focus_composer();
    } else {
        chat::open(state, conversation, effects);
    }
}

/// The notice that explains why the editor's text could not be used.
fn error_message(error: EditorError) -> Phrase {
    match error {
        EditorError::NotFound { command } => Phrase::new("notice-editor-not-found").text("command", command),
        EditorError::Failed { saved: Some(file), .. } => Phrase::new("notice-editor-failed-saved").text("file", file),
        EditorError::Failed { command, why, saved: None } => {
            Phrase::new("notice-editor-failed").text("command", command).text("why", why)
        }
        EditorError::TooLong { saved } => Phrase::new("notice-editor-too-long").text("file", saved),
        EditorError::Io(why) => Phrase::new("notice-editor-no-file").text("why", why),
    }
}
