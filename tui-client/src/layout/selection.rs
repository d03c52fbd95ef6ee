//! The selected message: what there is in it to open and to copy, and so which keys do something.

use papo_shared::model::EntryKind;

use super::markup::Markup;
use crate::action::Action;
use crate::code::Code;
use crate::link_target::LinkTarget;
use crate::state::State;
use crate::state::conversation::BlockId;
use crate::state::outbox::Progress;

/// The text of the selected message.
#[must_use]
pub fn text(state: &State) -> Option<&str> {
    // What one does not see is not copied by mistake.
    let open = state.open_conversation().filter(|_| !state.selected_is_folded())?;
    match open.selected? {
        BlockId::Entry(seq) => match &open.log.entries().get(open.log.index_of(seq)?)?.kind {
            EntryKind::Message(message) => Some(message.text.as_str()),
            _ => None,
        },
        BlockId::Outgoing(id) => state.outbox.of(open.id).find(|message| message.client_id == id).map(|m| m.text.as_str()),
    }
}

/// The links in the selected message, each once.
#[must_use]
pub fn links(state: &State) -> Vec<LinkTarget> {
    text(state).map(|text| Markup::of(text).links()).unwrap_or_default()
}

/// The blocks of code in the selected message.
#[must_use]
pub fn code(state: &State) -> Vec<Code> {
    text(state).map(|text| Markup::of(text).code().to_vec()).unwrap_or_default()
}

/// Whether the selected message failed to be sent.
#[must_use]
pub fn has_failed(state: &State) -> bool {
    let Some(open) = state.open_conversation() else { return false };
    let failed = state.outbox.of(open.id).filter(|message| matches!(message.progress, Progress::Failed(_)));
    failed.map(|message| BlockId::Outgoing(message.client_id)).any(|id| open.selected == Some(id))
}

/// Whether an action does something with the selected message. True for all that have nothing to do with it.
#[must_use]
pub fn offers(state: &State, action: Action) -> bool {
    match action {
        Action::Retry | Action::Discard => has_failed(state),
        Action::OpenLink | Action::CopyLink => !links(state).is_empty(),
        Action::CopyCode => !code(state).is_empty(),
        Action::Unfold => state.selected_is_folded(),
        Action::CopyMessage => text(state).is_some(),
        _ => true,
    }
}
