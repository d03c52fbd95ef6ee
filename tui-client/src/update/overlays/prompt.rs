//! A small form over the screen.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::action::Action;
use crate::state::overlays::prompt::{HiddenList, Prompt, Question};
use crate::state::phrase::Phrase;
use crate::state::{Overlay, State};

pub(super) fn current(state: &mut State) -> Option<&mut Prompt> {
    match &mut state.overlay {
        Some(Overlay::Prompt(prompt)) => Some(prompt),
        _ => None,
    }
}

/// Asks before something that cannot be undone, over the list from which it was asked.
pub(crate) fn confirm_first(state: &mut State, question: Question) {
    let behind = match state.overlay.take() {
        Some(Overlay::Members(list)) => Some(HiddenList::Members(list)),
        Some(Overlay::Invites(list)) => Some(HiddenList::Invites(list)),
        _ => None,
    };
    state.overlay = Some(Overlay::Prompt(Prompt { behind, ..Prompt::new(question) }));
}

/// Takes the form away and shows again what it hid.
pub(crate) fn close(state: &mut State) {
    let Some(Overlay::Prompt(prompt)) = state.overlay.take() else { return };
    state.overlay = match prompt.behind {
        Some(HiddenList::Members(list)) => Some(Overlay::Members(list)),
        Some(HiddenList::Invites(list)) => Some(Overlay::Invites(list)),
        None => None,
    };
}

/// A key that does not confirm. A letter begins a text that was meant for somewhere else, in which the letter that confirms
/// may come next: nothing confirms any more.
pub(crate) fn refuse_key(state: &mut State, key: KeyEvent) {
    let is_text = matches!(key.code, KeyCode::Char(_)) && !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
    if is_text {
        return lock(state);
    }
    if let Some(prompt) = current(state).filter(|prompt| !prompt.is_locked && !prompt.is_waiting) {
        prompt.problem = Some(Phrase::new("problem-needs-letter"));
    }
}

/// Text came where a single letter confirms.
pub(crate) fn lock(state: &mut State) {
    if let Some(prompt) = current(state).filter(|prompt| !prompt.is_waiting) {
        prompt.is_locked = true;
        prompt.problem = Some(Phrase::new("problem-not-that-letter"));
    }
}

pub(crate) fn type_key(state: &mut State, key: KeyEvent) {
    let Some(prompt) = current(state) else { return };
    let focus = prompt.focus;
    if prompt.fields.get_mut(focus).is_some_and(|(_, input)| input.edit(key)) {
        prompt.problem = None;
    }
}

pub(crate) fn paste(state: &mut State, text: &str) {
    let Some(prompt) = current(state) else { return };
    let focus = prompt.focus;
    if let Some((_, input)) = prompt.fields.get_mut(focus) {
        input.insert(text);
        prompt.problem = None;
    }
}

pub(crate) fn move_focus(state: &mut State, action: Action) {
    let Some(prompt) = current(state) else { return };
    let fields = prompt.fields.len().max(1);
    prompt.focus = match action {
        Action::Up => (prompt.focus + fields - 1) % fields,
        _ => (prompt.focus + 1) % fields,
    };
}

/// The answer was taken.
pub(crate) fn done(state: &mut State) {
    if current(state).is_some_and(|prompt| prompt.is_waiting) {
        close(state);
    }
}

/// The answer was refused: it is said in the form, where it can be mended. Without a form it is said in the last line.
pub(crate) fn refused(state: &mut State, problem: Phrase) {
    match current(state) {
        Some(prompt) if prompt.is_waiting => {
            prompt.is_waiting = false;
            prompt.problem = Some(problem);
        }
        _ => state.show_status(problem),
    }
}
