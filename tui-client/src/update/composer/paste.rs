//! What becomes of a long paste when it is to go out.

use papo_shared::model::limits::MAX_MESSAGE_BYTES;

use crate::state::composer::paste::{Pasted, is_long};
use crate::state::{Overlay, State};
use crate::update::screen::lay_over;

/// Whether what is in the composer is not to go out before the person says so. What cannot go out at all is not asked about.
pub(crate) fn asks_first(state: &State) -> bool {
    state.open_conversation().filter(|open| open.pasted.is_some()).is_some_and(|open| {
        let draft = open.composer.text();
        is_long(&draft) && draft.trim_end().len() <= MAX_MESSAGE_BYTES
    })
}

pub(crate) fn ask(state: &mut State) {
    lay_over(state, Overlay::Paste);
}

/// Shows the draft as text, to be changed and sent like any other: who asked for it knows what it is.
pub(crate) fn edit(state: &mut State) {
    state.overlay = None;
    if let Some(open) = state.open_conversation_mut() {
        open.pasted = None;
    }
}

/// What was pasted is shown as the text it is, since it is being worked on. It is still asked about.
pub(crate) fn unfold(state: &mut State) {
    if let Some(Pasted { is_folded: folded, .. }) = state.open_conversation_mut().and_then(|open| open.pasted.as_mut()) {
        *folded = false;
    }
}

/// Where nothing is left of a draft nothing is left to ask about.
pub(crate) fn settle(state: &mut State) {
    if let Some(open) = state.open_conversation_mut().filter(|open| open.composer.is_empty()) {
        open.pasted = None;
    }
}
