//! The notification level of a conversation: the overlay that changes it, and the marks beside the name.

use papo_shared::model::NotifyLevel;

use crate::layout;
use crate::state::State;
use crate::state::conversations::conversation::Conversation;
use crate::state::conversations::count::shown_count;
use crate::state::conversations::notify::{NOTIFY_CHOICES, NotifyChoice, NotifyList};
use crate::state::phrase::Phrase;
use crate::translations::Translations;
use crate::view::paint::{Canvas, Piece, piece};
use crate::view::theme::Role;

/// Maximum width of the overlay, in columns.
const WIDTH: u16 = 56;

pub(crate) fn draw(canvas: &mut Canvas, state: &State, translations: &Translations, list: NotifyList) {
    let Some(conversation) = state.account.conversations.get(&list.conversation) else { return };
    let name = match conversation.peer() {
        Some(peer) => state.account.people.name_of(&peer.username),
        None => state.group_name_of(list.conversation),
    };
    let rows = u16::try_from(NOTIFY_CHOICES.len()).unwrap_or(u16::MAX);
    let title = translations.format(&Phrase::new("notify-title").text("name", name));
    let inside = canvas.boxed(layout::overlay(state.size, WIDTH, rows + 2), &title);
    let first = layout::first_visible(Some(list.selected), NOTIFY_CHOICES.len(), inside.height.into());
    for (at, choice) in NOTIFY_CHOICES.iter().enumerate().skip(first) {
        let row = u16::try_from(at - first).unwrap_or(u16::MAX);
        let is_selected = at == list.selected;
        let role = if is_selected { Role::Accent } else { Role::Text };
        canvas.row(
            inside,
            row,
            &[piece(if is_selected { "▸ " } else { "  " }, Role::Accent), piece(choice_text(translations, *choice), role)],
        );
    }
}

fn choice_text(translations: &Translations, choice: NotifyChoice) -> String {
    match (choice.level, choice.for_s) {
        (NotifyLevel::All, _) => translations.get("notify-all"),
        (NotifyLevel::Mentions, _) => translations.get("notify-mentions"),
        (NotifyLevel::Nothing, None) => translations.get("notify-nothing"),
        (NotifyLevel::Nothing, Some(seconds)) => {
            translations.format(&Phrase::new("notify-nothing-for").number("hours", (seconds / 3600).into()))
        }
    }
}

/// The mark of a conversation without notifications for all messages; `None` at the default level.
pub(crate) fn mark(state: &State, conversation: &Conversation) -> Option<&'static str> {
    match conversation.notify.at(state.now).level {
        NotifyLevel::All => None,
        NotifyLevel::Mentions => Some("⊝"),
        NotifyLevel::Nothing => Some("⊘"),
    }
}

/// The level as text, for the title of the conversation; `None` at the default level.
pub(crate) fn describe_level(state: &State, translations: &Translations, conversation: &Conversation) -> Option<String> {
    let notify = conversation.notify.at(state.now);
    let (permanent, temporary) = match notify.level {
        NotifyLevel::All => return None,
        NotifyLevel::Mentions => ("notify-is-mentions", "notify-is-mentions-until"),
        NotifyLevel::Nothing => ("notify-is-nothing", "notify-is-nothing-until"),
    };
    Some(match notify.until {
        None => translations.get(permanent),
        Some(until) => translations.format(&Phrase::new(temporary).text("when", layout::day_and_time(state, until))),
    })
}

/// The notification mark and the unread count of a conversation in a list. The count is highlighted if messages notify the user,
/// and then only includes those.
pub(crate) fn count(state: &State, conversation: &Conversation) -> Vec<Piece> {
    let mut pieces = Vec::new();
    if let Some(mark) = mark(state, conversation) {
        pieces.push(piece(format!(" {mark}"), Role::Dim));
    }
    let notifying = conversation.attention_count(state.now);
    if conversation.unread > 0 {
        let (count, role) = if notifying > 0 { (notifying, Role::Unread) } else { (conversation.unread, Role::Dim) };
        pieces.push(piece(format!(" {} ", shown_count(count)), role));
    } else if !pieces.is_empty() {
        pieces.push(piece(" ", Role::Dim));
    }
    pieces
}
