//! Which conversation text goes to: the one that is highlighted, whatever came meanwhile.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use papo_shared::model::{ConversationId, ConversationSummary};

use super::compose;
use crate::effect::Effect;
use crate::state::connection::pending::Purpose;
use crate::state::navigation::chat::{ChatFocus, Row};
use crate::state::phrase::Phrase;
use crate::state::{Overlay, Screen, State};
use crate::update::conversations::summary;
use crate::update::navigation::chat;

/// A key on the chat screen, outside of the composer: text is for the conversation that the person looks at, and needs no
/// change of focus first.
pub(crate) fn type_key(state: &mut State, key: KeyEvent, effects: &mut Vec<Effect>) {
    let KeyCode::Char(c) = key.code else { return };
    if key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) {
        return;
    }
    match address(state, effects) {
        Addressed::Composer => compose::type_key(state, key, effects),
        Addressed::Opening => keep_typed(state, c.encode_utf8(&mut [0; 4])),
        Addressed::Nobody => {}
    }
}

/// Pasted text on the chat screen goes where typed text goes.
pub(crate) fn paste(state: &mut State, text: &str, effects: &mut Vec<Effect>) {
    match address(state, effects) {
        Addressed::Composer => compose::paste(state, text, effects),
        Addressed::Opening => keep_typed(state, text),
        Addressed::Nobody => {}
    }
}

/// Where text goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Addressed {
    /// The composer of the open conversation, which has the focus now.
    Composer,
    /// A conversation that the server makes first.
    Opening,
    /// No conversation is highlighted or open.
    Nobody,
}

/// Gives the focus to the composer of the conversation that the person looks at: the highlighted one where the list has the
/// keys, else the open one.
pub(crate) fn address(state: &mut State, effects: &mut Vec<Effect>) -> Addressed {
    if state.account.chat.focus == ChatFocus::List {
        match state.account.chat.open_side().selected.clone() {
            // A row that nobody chose: the first one is only shown as what Enter would open.
            None => return nobody(state),
            Some(row) => match state.conversation_of(&row).map(|conversation| conversation.id) {
                Some(id) if state.account.chat.open_side().open == Some(id) => {}
                Some(id) => chat::open(state, id, effects),
                None => return address_new(state, &row, effects),
            },
        }
    }
    state.focus_composer();
    if state.open_conversation().is_some() { Addressed::Composer } else { nobody(state) }
}

/// The highlighted row stands for somebody with whom there is no conversation yet.
fn address_new(state: &mut State, row: &Row, effects: &mut Vec<Effect>) -> Addressed {
    let Row::Person(username) = row else { return nobody(state) };
    chat::open_person(state, username, effects);
    let is_asked = state.account.opening.as_ref().is_some_and(|opening| opening.purpose == Purpose::OpenDirect(username.clone()));
    if is_asked { Addressed::Opening } else { Addressed::Nobody }
}

fn nobody(state: &mut State) -> Addressed {
    // Why there is nobody, as when one was removed from a group, says more.
    if state.account.status_message.is_none() {
        state.show_status(Phrase::new("notice-choose-conversation"));
    }
    Addressed::Nobody
}

fn keep_typed(state: &mut State, text: &str) {
    if let Some(opening) = &mut state.account.opening {
        opening.typed.push_str(text);
    }
}

/// A conversation came that was asked for to be opened. It is opened where the person still waits for it; elsewhere they are
/// told. Says whether it is open.
pub(crate) fn opened(
    state: &mut State,
    asked: &Purpose,
    summary: ConversationSummary,
    effects: &mut Vec<Effect>,
) -> Option<ConversationId> {
    let typed = state.take_opening(asked);
    let id = summary::take_summary(state, summary, effects);
    let Some(typed) = typed else {
        let name = match state.row_of(id) {
            Some(Row::Person(username)) => state.account.people.name_of(&username).to_owned(),
            _ => format!("#{}", state.group_name_of(id)),
        };
        state.show_status(Phrase::new("notice-conversation-ready").text("name", name));
        return None;
    };
    chat::open(state, id, effects);
    if !typed.is_empty() {
        compose::paste(state, &typed, effects);
    }
    Some(id)
}

/// Keeps what is highlighted together with where the keys go. In the list that is another conversation only while the list has
/// the keys; and a first row that is highlighted without being chosen stays highlighted when others come before it.
pub(crate) fn settle(state: &mut State) {
    if state.screen == Screen::Chat
        && state.account.chat.focus != ChatFocus::List
        && let Some(row) = state.account.chat.open_side().open.and_then(|open| state.row_of(open))
    {
        state.account.chat.open_side_mut().selected = Some(row);
    }
    let first_picked = match &state.overlay {
        Some(Overlay::Picker(picker)) if picker.selected.is_none() => state.picker_items(picker).into_iter().next(),
        _ => None,
    };
    let first_member = state.selected_member().map(|(_, member)| member);
    match &mut state.overlay {
        Some(Overlay::Picker(picker)) if picker.selected.is_none() => picker.selected = first_picked,
        Some(Overlay::Members(list)) => list.selected = first_member,
        _ => {}
    }
    match state.screen {
        Screen::Inbox => state.account.inbox.selected = state.account.inbox.selected().map(Into::into),
        Screen::Devices => state.account.devices.selected = state.account.devices.selected().map(|device| device.device),
        Screen::SignIn | Screen::Menu | Screen::Chat => {}
    }
    state.note_user_position();
}
