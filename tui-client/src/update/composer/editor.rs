//! Writing a message in one's own editor.

use papo_shared::model::ConversationId;
use papo_shared::model::text::clean_lines;

use super::recipients;
use super::recipients::Addressed;
use crate::effect::Effect;
use crate::event::EditorError;
use crate::state::phrase::Phrase;
use crate::state::{Screen, State};
use crate::update::navigation::chat;
use crate::update::screen::name_window;

/// Opens the draft of the conversation that the person looks at there.
pub(crate) fn open(state: &mut State, effects: &mut Vec<Effect>) {
    if state.screen != Screen::Chat {
        return state.show_status(Phrase::new("notice-no-conversation"));
    }
    if recipients::address(state, effects) != Addressed::Composer {
        return;
    }
    let Some(open) = state.open_conversation() else { return };
    let (id, draft) = (open.id, open.composer.text());
    state.editor_is_open = true;
    state.account.draft_in_editor = Some(id);
    effects.push(Effect::Edit(id, draft));
}

/// The editor ended: what was written is the draft now. It is not sent, and not asked about either: who wrote it saw it.
pub(crate) fn closed(
    state: &mut State,
    conversation: ConversationId,
    text: Result<String, EditorError>,
    effects: &mut Vec<Effect>,
) {
    state.editor_is_open = false;
    // Another account may have signed in meanwhile, or another server may answer: its conversation with this id is another one.
    let is_same_account = state.account.draft_in_editor.take() == Some(conversation);
    name_window(state, effects);
    let text = match text {
        Ok(text) => clean_lines(&text),
        Err(trouble) => return state.show_status(words(trouble)),
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

/// The words of what went wrong.
fn words(trouble: EditorError) -> Phrase {
    match trouble {
        EditorError::NotFound { command } => Phrase::new("notice-editor-not-found").text("command", command),
        EditorError::Failed { saved: Some(file), .. } => Phrase::new("notice-editor-failed-saved").text("file", file),
        EditorError::Failed { command, why, saved: None } => {
            Phrase::new("notice-editor-failed").text("command", command).text("why", why)
        }
        EditorError::TooLong { saved } => Phrase::new("notice-editor-too-long").text("file", saved),
        EditorError::Io(why) => Phrase::new("notice-editor-no-file").text("why", why),
    }
}
