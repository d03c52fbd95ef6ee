//! Chooses the conversation that typed text goes to: the highlighted one, whatever arrives meanwhile.

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

/// Handles a text key on the chat screen while the composer does not have the focus: the composer of the highlighted
/// conversation is focused and takes the text.
pub(crate) fn type_key(state: &mut State, key: KeyEvent, effects: &mut Vec<Effect>) {
    let KeyCode::Char(c) = key.code else { return };
    if key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) {
        return;
    }
    match focus_recipient(state, effects) {
        Recipient::Composer => compose::type_key(state, key, effects),
        Recipient::Opening => keep_typed_text(state, c.encode_utf8(&mut [0; 4])),
        Recipient::Missing => {}
    }
}

/// Inserts pasted text where typed text would go.
pub(crate) fn paste(state: &mut State, text: &str, effects: &mut Vec<Effect>) {
    match focus_recipient(state, effects) {
        Recipient::Composer => compose::paste(state, text, effects),
        Recipient::Opening => keep_typed_text(state, text),
        Recipient::Missing => {}
    }
}

/// Destination of typed text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Recipient {
    /// The composer of the open conversation, which now has the focus.
    Composer,
    /// A conversation that the server has been asked to create. The text is held until it opens.
    Opening,
    /// No conversation is highlighted or open; a notice says so.
    Missing,
}

/// Focuses the composer of the conversation that the user looks at: the highlighted one if the list has the focus,
/// otherwise the open one.
pub(crate) fn focus_recipient(state: &mut State, effects: &mut Vec<Effect>) -> Recipient {
    if state.account.chat.focus == ChatFocus::List {
        match state.account.chat.open_side().selected.clone() {
            // The user has not selected a row; the first one is only highlighted as the one that Enter would open.
            None => return report_no_recipient(state),
            Some(row) => match state.conversation_of(&row).map(|conversation| conversation.id) {
                Some(id) if state.account.chat.open_side().open == Some(id) => {}
                Some(id) => chat::open(state, id, effects),
                None => return open_recipient(state, &row, effects),
            },
        }
    }
    state.focus_composer();
    if state.open_conversation().is_some() { Recipient::Composer } else { report_no_recipient(state) }
}

/// Asks the server for the conversation with a person with whom there is none yet.
fn open_recipient(state: &mut State, row: &Row, effects: &mut Vec<Effect>) -> Recipient {
    let Row::Person(username) = row else { return report_no_recipient(state) };
    chat::open_person(state, username, effects);
    let is_asked = state.account.opening.as_ref().is_some_and(|opening| opening.purpose == Purpose::OpenDirect(username.clone()));
    if is_asked { Recipient::Opening } else { Recipient::Missing }
}

fn report_no_recipient(state: &mut State) -> Recipient {
    // A notice on the screen may say why, for example after a removal from a group; it is kept.
    if state.account.status_message.is_none() {
        state.show_status(Phrase::new("notice-choose-conversation"));
    }
    Recipient::Missing
}

fn keep_typed_text(state: &mut State, text: &str) {
    if let Some(opening) = &mut state.account.opening {
        opening.typed.push_str(text);
    }
}

/// Takes a conversation that was requested in order to open it. It is opened if the user still waits for it; otherwise
/// a notice says that it is ready. Returns its id if it was opened.
pub(crate) fn take_opened(
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

/// Keeps selections consistent after each event. While the list does not have the focus, the open conversation is its
/// selected row. A first row that is highlighted by default becomes selected, so that it stays highlighted when other
/// rows appear above it.
pub(crate) fn sync_selections(state: &mut State) {
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
