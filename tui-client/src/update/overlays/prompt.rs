//! Prompts: small forms and confirmations over the screen.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use papo_shared::model::Visibility;

use crate::action::Action;
use crate::state::overlays::prompt::{HiddenList, Prompt, Question};
use crate::state::phrase::Phrase;
use crate::state::{Overlay, State};

pub(super) fn prompt_mut(state: &mut State) -> Option<&mut Prompt> {
    match &mut state.overlay {
        Some(Overlay::Prompt(prompt)) => Some(prompt),
        _ => None,
    }
}

/// Asks for confirmation of an action that cannot be undone. A list of members or invites that is open comes back
/// when the prompt closes.
pub(crate) fn ask_confirmation(state: &mut State, question: Question) {
    let list_behind = match state.overlay.take() {
        Some(Overlay::Members(list)) => Some(HiddenList::Members(list)),
        Some(Overlay::Invites(list)) => Some(HiddenList::Invites(list)),
        Some(Overlay::Invitations(list)) => Some(HiddenList::Invitations(list)),
        _ => None,
    };
    state.overlay = Some(Overlay::Prompt(Prompt { behind: list_behind, ..Prompt::new(question) }));
}

/// Closes the prompt and reopens the list behind it.
pub(crate) fn close(state: &mut State) {
    let Some(Overlay::Prompt(prompt)) = state.overlay.take() else { return };
    state.overlay = match prompt.behind {
        Some(HiddenList::Members(list)) => Some(Overlay::Members(list)),
        Some(HiddenList::Invites(list)) => Some(Overlay::Invites(list)),
        Some(HiddenList::Invitations(list)) => Some(Overlay::Invitations(list)),
        None => None,
    };
}

/// Handles a key that does not confirm. A letter locks the confirmation: it is probably the start of a text meant for
/// somewhere else, which may contain the confirming letter.
pub(crate) fn refuse_key(state: &mut State, key: KeyEvent) {
    let is_text = matches!(key.code, KeyCode::Char(_)) && !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
    if is_text {
        return lock_confirmation(state);
    }
    if let Some(prompt) = prompt_mut(state).filter(|prompt| !prompt.is_locked && !prompt.is_waiting) {
        prompt.problem = Some(Phrase::new("problem-needs-letter"));
    }
}

/// Locks a confirmation after text arrived, so that the confirming letter no longer counts.
pub(crate) fn lock_confirmation(state: &mut State) {
    if let Some(prompt) = prompt_mut(state).filter(|prompt| !prompt.is_waiting) {
        prompt.is_locked = true;
        prompt.problem = Some(Phrase::new("problem-not-that-letter"));
    }
}

pub(crate) fn type_key(state: &mut State, key: KeyEvent) {
    let Some(prompt) = prompt_mut(state) else { return };
    let focus = prompt.focus;
    if let Some(visibility) = prompt.focused_visibility_mut() {
        *visibility = match key.code {
            KeyCode::Right | KeyCode::Char(' ') => neighbour(*visibility, 1),
            KeyCode::Left => neighbour(*visibility, VISIBILITIES.len() - 1),
            _ => *visibility,
        };
        return;
    }
    if prompt.fields.get_mut(focus).is_some_and(|(_, input)| input.edit(key)) {
        prompt.problem = None;
    }
}

/// The visibilities in the order in which they are chosen.
const VISIBILITIES: [Visibility; 3] = [Visibility::Private, Visibility::Listed, Visibility::Public];

/// The visibility this many steps after another, in a circle.
fn neighbour(visibility: Visibility, steps: usize) -> Visibility {
    let at = VISIBILITIES.iter().position(|other| *other == visibility).unwrap_or(0);
    VISIBILITIES[(at + steps) % VISIBILITIES.len()]
}

pub(crate) fn paste(state: &mut State, text: &str) {
    let Some(prompt) = prompt_mut(state) else { return };
    let focus = prompt.focus;
    if let Some((_, input)) = prompt.fields.get_mut(focus) {
        input.insert(text);
        prompt.problem = None;
    }
}

pub(crate) fn move_focus(state: &mut State, action: Action) {
    let Some(prompt) = prompt_mut(state) else { return };
    let fields = prompt.field_count().max(1);
    prompt.focus = match action {
        Action::Up => (prompt.focus + fields - 1) % fields,
        _ => (prompt.focus + 1) % fields,
    };
}

/// Closes the prompt after the server accepted its request.
pub(crate) fn close_if_waiting(state: &mut State) {
    if prompt_mut(state).is_some_and(|prompt| prompt.is_waiting) {
        close(state);
    }
}

/// Shows why a request was refused: in the prompt that sent it, where the input can be corrected, otherwise in the status line.
pub(crate) fn report_problem(state: &mut State, problem: Phrase) {
    match prompt_mut(state) {
        Some(prompt) if prompt.is_waiting => {
            prompt.is_waiting = false;
            prompt.problem = Some(problem);
        }
        _ => state.show_status(problem),
    }
}
