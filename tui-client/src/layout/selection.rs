//! The contents of the selected message that can be copied or opened, and the actions that apply to it.

use papo_shared::model::{EntryKind, Message, Username};

use super::markup::Markup;
use crate::action::Action;
use crate::code::Code;
use crate::link_target::LinkTarget;
use crate::state::State;
use crate::state::conversations::conversation::{BlockId, Conversation};

/// The text of the selected message.
#[must_use]
pub fn text(state: &State) -> Option<&str> {
    // The text of a folded message is not visible, so it is not copied.
    let open = state.open_conversation().filter(|_| !state.selected_is_folded())?;
    match open.selected? {
        BlockId::Entry(seq) => match &open.log.entries().get(open.log.index_of(seq)?)?.kind {
            EntryKind::Message(message) => Some(message.text.as_str()),
            _ => None,
        },
        BlockId::Outgoing(id) => {
            state.account.outbox.of(open.id).find(|message| message.client_id == id).map(|m| m.text.as_str())
        }
    }
}

/// The distinct links in the selected message.
#[must_use]
pub fn links(state: &State) -> Vec<LinkTarget> {
    text(state).map(|text| Markup::of(text).links()).unwrap_or_default()
}

/// The code blocks in the selected message.
#[must_use]
pub fn code(state: &State) -> Vec<Code> {
    text(state).map(|text| Markup::of(text).code().to_vec()).unwrap_or_default()
}

/// The selected message and its author, if a stored message is selected.
fn message(state: &State) -> Option<(&Username, &Message)> {
    state.open_conversation()?.selected_message().map(|(_, author, message)| (author, message))
}

/// The open conversation and the author of its selected message, if that can be changed.
fn changeable(state: &State) -> Option<(&Conversation, &Username)> {
    let open = state.open_conversation()?;
    open.changeable_message().ok().map(|(_, author, _)| (open, author))
}

/// Whether an action applies to the selected message; true for actions that do not concern messages.
#[must_use]
pub fn offers(state: &State, action: Action) -> bool {
    match action {
        Action::Retry | Action::Discard => state.selected_failed().is_some(),
        Action::Reply | Action::React => changeable(state).is_some(),
        Action::EditMessage => changeable(state).is_some_and(|(_, author)| Some(author) == state.me()),
        Action::DeleteMessage => changeable(state).is_some_and(|(open, author)| state.may_delete_message_of(open.id, author)),
        Action::ReportMessage => message(state).is_some_and(|(author, message)| !message.deleted && Some(author) != state.me()),
        Action::JumpToQuoted => message(state).is_some_and(|(_, message)| message.reply_to.is_some()),
        Action::ShowRevisions => message(state).is_some_and(|(_, message)| message.edited_at.is_some()),
        Action::ShowPeople => message(state).is_some_and(|(_, message)| !message.deleted),
        Action::OpenLink | Action::CopyLink => !links(state).is_empty(),
        Action::CopyCode => !code(state).is_empty(),
        Action::Unfold => state.selected_is_folded(),
        Action::CopyMessage => text(state).is_some(),
        _ => true,
    }
}
