//! Which conversation text goes to: the one that is highlighted, whatever came meanwhile.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use papo_shared::model::{ConversationId, ConversationSummary};

use super::compose;
use crate::effect::Effect;
use crate::state::connection::pending::Asked;
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
    match focus_recipient(state, effects) {
        Recipient::Composer => compose::type_key(state, key, effects),
        Recipient::Opening => keep_typed_text(state, c.encode_utf8(&mut [0; 4])),
        Recipient::Missing => {}
    }
}

/// Pasted text on the chat screen goes where typed text goes.
pub(crate) fn paste(state: &mut State, text: &str, effects: &mut Vec<Effect>) {
    match focus_recipient(state, effects) {
        Recipient::Composer => compose::paste(state, text, effects),
        Recipient::Opening => keep_typed_text(state, text),
        Recipient::Missing => {}
    }
}

/// Where text goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Recipient {
    /// The composer of the open conversation, which has the focus now.
    Composer,
    /// A conversation that the server makes first.
    Opening,
    /// No conversation is highlighted or open.
    Missing,
}

/// Gives the focus to the composer of the conversation that the person looks at: the highlighted one where the list has the
/// keys, else the open one.
pub(crate) fn focus_recipient(state: &mut State, effects: &mut Vec<Effect>) -> Recipient {
    if state.account.chat.focus == ChatFocus::List {
        match state.account.chat.here().selected.clone() {
            // A row that nobody chose: the first one is only shown as what Enter would open.
            None => return report_no_recipient(state),
            Some(row) => match state.conversation_of(&row).map(|conversation| conversation.id) {
                Some(id) if state.account.chat.here().open == Some(id) => {}
                Some(id) => chat::open(state, id, effects),
                None => return open_recipient(state, &row, effects),
            },
        }
    }
    state.focus_composer();
    if state.open_conversation().is_some() { Recipient::Composer } else { report_no_recipient(state) }
}

/// The highlighted row stands for somebody with whom there is no conversation yet.
fn open_recipient(state: &mut State, row: &Row, effects: &mut Vec<Effect>) -> Recipient {
    let Row::Person(username) = row else { return report_no_recipient(state) };
    chat::open_person(state, username, effects);
    let is_asked = state.account.opening.as_ref().is_some_and(|opening| opening.asked == Asked::OpenDirect(username.clone()));
    if is_asked { Recipient::Opening } else { Recipient::Missing }
}

fn report_no_recipient(state: &mut State) -> Recipient {
    // Why there is nobody, as when one was removed from a group, says more.
    if state.account.status_message.is_none() {
        state.say(Phrase::new("notice-choose-conversation"));
    }
    Recipient::Missing
}

fn keep_typed_text(state: &mut State, text: &str) {
    if let Some(opening) = &mut state.account.opening {
        opening.typed.push_str(text);
    }
}

/// A conversation came that was asked for to be opened. It is opened where the person still waits for it; elsewhere they are
/// told. Says whether it is open.
pub(crate) fn take_opened(
    state: &mut State,
    asked: &Asked,
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
        state.say(Phrase::new("notice-conversation-ready").text("name", name));
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
pub(crate) fn sync_selections(state: &mut State) {
    if state.screen == Screen::Chat
        && state.account.chat.focus != ChatFocus::List
        && let Some(row) = state.account.chat.here().open.and_then(|open| state.row_of(open))
    {
        state.account.chat.here_mut().selected = Some(row);
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
    state.note_standpoint();
}
