//! List rows for users, groups and conversations.

use papo_shared::model::{Entry, EntryKind, Username};
use ratatui::layout::Rect;

use super::conversations::messages::{clock, happening};
use super::conversations::notify;
use super::groups::invitations;
use super::paint::{Canvas, Piece, piece};
use super::theme::Role;
use crate::layout;
use crate::layout::wrap::{fit, width};
use crate::state::State;
use crate::state::conversations::conversation::Conversation;
use crate::state::conversations::count::shown_count;
use crate::state::conversations::entry_text::describe_deleted;
use crate::state::navigation::chat::{ChatFocus, Row, Side};
use crate::translations::Translations;

/// Draws the list at the left of the chat screen: tabs, and the rows of the open tab.
pub(super) fn draw_side(canvas: &mut Canvas, area: Rect, state: &State, translations: &Translations) {
    draw_tabs(canvas, area, state, translations);
    let area = layout::list_rows(state);
    let rows = state.rows(state.account.chat.side);
    if rows.is_empty() {
        let empty = if state.account.chat.side == Side::Users { "list-no-users" } else { "list-no-groups" };
        for (row, line) in
            layout::wrap::wrap(&translations.get(empty), area.width.saturating_sub(1).into()).into_iter().enumerate()
        {
            canvas.row(area, u16::try_from(row).unwrap_or(u16::MAX), &[piece(format!(" {line}"), Role::Dim)]);
        }
        return;
    }
    let side = state.account.chat.open_side();
    let selected = side.selected.as_ref().and_then(|selected| rows.iter().position(|row| row == selected));
    let first = layout::first_visible(selected, rows.len(), area.height.into());
    for (at, row) in rows.iter().enumerate().skip(first).take(area.height.into()) {
        let y = u16::try_from(at - first).unwrap_or(u16::MAX);
        let conversation = state.conversation_of(row);
        let is_open = conversation.is_some_and(|c| side.open == Some(c.id));
        let mark = if is_open { "▸" } else { " " };
        let mut pieces = vec![piece(mark, Role::Accent)];
        pieces.extend(label(state, row, if is_open { Role::Accent } else { Role::Text }));
        if area.width >= MIN_WIDTH_WITH_STATUS {
            pieces.extend(status(state, row));
        }
        canvas.row(area, y, &pieces);
        draw_count(canvas, area, y, state, conversation);
        if state.account.chat.focus == ChatFocus::List && selected.unwrap_or(0) == at {
            canvas.select_row(area, y);
        }
    }
}

fn draw_tabs(canvas: &mut Canvas, area: Rect, state: &State, translations: &Translations) {
    let tab = |side: Side, key: &'static str| {
        let is_open = state.account.chat.side == side;
        let unread: u32 = state
            .account
            .conversations
            .values()
            .filter(|c| c.group_name().is_some() == (side == Side::Groups))
            .map(|c| c.attention_count(state.now))
            .sum();
        let count = if unread > 0 { format!(" {unread}") } else { String::new() };
        let role = if is_open { Role::Accent } else { Role::Dim };
        let (left, right) = if is_open { ("[", "]") } else { (" ", " ") };
        [piece(format!("{left}{}", translations.get(key)), role), piece(count, Role::Unread), piece(right, role)]
    };
    let pieces: Vec<Piece> = [tab(Side::Users, "side-users"), tab(Side::Groups, "side-groups")].into_iter().flatten().collect();
    canvas.row(area, 0, &pieces);
    if state.account.chat.side == Side::Groups {
        canvas.row(area, 1, invitations::note(state, translations).map(indented).unwrap_or_default().as_slice());
    }
}

fn indented(piece_of_text: Piece) -> Vec<Piece> {
    vec![piece(" ", Role::Text), piece_of_text]
}

fn draw_count(canvas: &mut Canvas, area: Rect, row: u16, state: &State, conversation: Option<&Conversation>) {
    if let Some(conversation) = conversation {
        canvas.row_right(area, row, &marks(state, conversation));
    }
}

/// The marks at the right of a conversation: a pen if it has a draft, then the number of unread mentions and of unread messages.
fn marks(state: &State, conversation: &Conversation) -> Vec<Piece> {
    let mut marks = Vec::new();
    if !conversation.composer.is_empty() {
        marks.push(piece(" ✎ ", Role::Dim));
    }
    if conversation.mentions > 0 {
        marks.push(piece(format!(" @{}", shown_count(conversation.mentions)), Role::Mention));
    }
    marks.extend(notify::count(state, conversation));
    marks
}

/// The minimum width of the list, in columns, that shows status texts.
const MIN_WIDTH_WITH_STATUS: u16 = 26;

/// The status text of a user, if one is set.
fn status(state: &State, row: &Row) -> Option<Piece> {
    let Row::Person(username) = row else { return None };
    let status = state.account.people.get(username)?.status.as_ref()?;
    Some(piece(format!(" {status}"), Role::Dim))
}

/// The label of a row: the presence and name of a user, or the name of a group.
pub(super) fn label(state: &State, row: &Row, role: Role) -> Vec<Piece> {
    match row {
        Row::Person(username) => {
            let (mark, mark_role) = presence(state, username);
            vec![piece(format!("{mark} "), mark_role), piece(state.account.people.name_of(username), role)]
        }
        Row::Group(id) => vec![piece("# ", Role::Dim), piece(state.group_name_of(*id), role)],
    }
}

/// The presence mark of a user: ● online, ◐ away, ○ offline or unknown. Without a connection every presence is unknown.
pub(super) fn presence(state: &State, username: &Username) -> (&'static str, Role) {
    match (state.link.is_live() && state.account.people.is_online(username), state.account.people.is_away(username)) {
        (true, false) => ("●", Role::Ok),
        (true, true) => ("◐", Role::Warning),
        (false, _) => ("○", Role::Dim),
    }
}

/// Width of the name before a preview, in columns.
const PREVIEW_NAME_WIDTH: usize = 14;

/// Draws a conversation with the beginning of its last entry.
pub(super) fn draw_preview(
    canvas: &mut Canvas,
    area: Rect,
    row: u16,
    state: &State,
    translations: &Translations,
    conversation: &Conversation,
    is_selected: bool,
) {
    let list_row = match conversation.peer() {
        Some(peer) => Row::Person(peer.username.clone()),
        None => Row::Group(conversation.id),
    };
    let role = if is_selected { Role::Accent } else { Role::Text };
    let mut pieces = label(state, &list_row, role);
    if let Some((name, _)) = pieces.last_mut() {
        *name = fit(name, PREVIEW_NAME_WIDTH);
    }
    let mut right = marks(state, conversation);
    if let Some(latest) = &conversation.latest {
        right.push(piece(format!(" {}", clock(state, latest.at)), Role::Dim));
        pieces.push(piece(format!(" {}", preview(state, translations, conversation, latest)), Role::Dim));
    }
    let right_width = right.iter().map(|(text, _)| width(text)).sum::<usize>();
    let left = Rect { width: area.width.saturating_sub(u16::try_from(right_width).unwrap_or(0)), ..area };
    canvas.row(left, row, &pieces);
    canvas.row_right(area, row, &right);
}

/// The last entry in one line, with the name of the author unless it is the other user of a direct conversation.
fn preview(state: &State, translations: &Translations, conversation: &Conversation, latest: &Entry) -> String {
    match &latest.kind {
        EntryKind::Message(_) if state.is_folded(conversation, latest) => translations.get("preview-folded"),
        EntryKind::Message(message) => {
            let line = if message.deleted {
                translations.format(&describe_deleted(message, |username| state.account.people.name_of(username).to_owned()))
            } else {
                papo_shared::model::text::clean_line(message.text.as_str())
            };
            let is_own = state.me() == Some(&latest.author);
            match (is_own, conversation.peer()) {
                (true, _) => format!("{}: {line}", translations.get("you")),
                (false, Some(_)) => line,
                (false, None) => format!("{}: {line}", state.account.people.name_of(&latest.author)),
            }
        }
        _ => translations.format(&happening(state, latest)),
    }
}
