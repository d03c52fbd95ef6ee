//! Long pastes: folded in the composer, and confirmed before they are sent.

use papo_shared::model::limits::MAX_MESSAGE_BYTES;

use crate::state::composer::paste::{Pasted, is_long};
use crate::state::{Overlay, State};
use crate::update::screen::open_overlay;

/// Whether the draft contains a long paste that the user has to confirm before it is sent. A draft above the message
/// limit is not confirmed, since it cannot be sent.
pub(crate) fn needs_confirmation(state: &State) -> bool {
    state.open_conversation().filter(|open| open.pasted.is_some()).is_some_and(|open| {
        let draft = open.composer.text();
        is_long(&draft) && draft.trim_end().len() <= MAX_MESSAGE_BYTES
    })
}

pub(crate) fn ask_before_sending(state: &mut State) {
    open_overlay(state, Overlay::Paste);
}

/// Turns the paste into ordinary text, which is sent without confirmation.
pub(crate) fn edit_as_text(state: &mut State) {
    state.overlay = None;
    if let Some(open) = state.open_conversation_mut() {
        open.pasted = None;
    }
}

/// Unfolds the paste because the user edits the draft. Sending it still needs confirmation.
pub(crate) fn unfold(state: &mut State) {
    if let Some(Pasted { is_folded: folded, .. }) = state.open_conversation_mut().and_then(|open| open.pasted.as_mut()) {
        *folded = false;
    }
}

/// Forgets the paste once the composer is empty.
pub(crate) fn forget_if_empty(state: &mut State) {
    if let Some(open) = state.open_conversation_mut().filter(|open| open.composer.is_empty()) {
        open.pasted = None;
    }
}
