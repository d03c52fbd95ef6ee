//! The inbox screen: a list with two rows per message, and the selected message with the ones before it.

use papo_shared::model::text::clean_line;
use papo_shared::model::{ConversationId, Entry, EntryKind};
use papo_shared::protocol::{InboxItem, InboxReason};
use ratatui::layout::Rect;

use crate::layout;
use crate::layout::INBOX_ITEM_HEIGHT;
use crate::layout::wrap::{width, wrap};
use crate::state::State;
use crate::state::navigation::inbox::ItemId;
use crate::translations::Translations;
use crate::view::conversations::messages::clock;
use crate::view::paint::{Canvas, Piece, piece};
use crate::view::theme::Role;

pub(crate) fn draw(canvas: &mut Canvas, state: &State, translations: &Translations) {
    let areas = layout::inbox(state.size);
    canvas.row(areas.title, 0, &[piece(translations.get("inbox-title"), Role::Dim)]);
    if state.account.inbox.is_behind {
        canvas.row_right(areas.title, 0, &[piece(translations.get("inbox-behind"), Role::Unread)]);
    }
    let Some(items) = &state.account.inbox.items else {
        return canvas.row(areas.list, 0, &[piece(translations.get("loading"), Role::Dim)]);
    };
    if items.is_empty() {
        return canvas.row(areas.list, 0, &[piece(translations.get("inbox-empty"), Role::Ok)]);
    }
    let (selected, in_view) = (state.account.inbox.selected_index(), areas.items_in_view());
    let first = layout::first_visible(Some(selected), items.len(), in_view);
    for (row, (index, item)) in items.iter().enumerate().skip(first).take(in_view).enumerate() {
        let top = u16::try_from(row).unwrap_or(u16::MAX).saturating_mul(INBOX_ITEM_HEIGHT);
        draw_item(canvas, areas.list, top, state, translations, item, index == selected);
    }
    let hidden_below = items.len() - (first + in_view).min(items.len());
    let below = if hidden_below > 0 || state.account.inbox.more { translations.get("inbox-more") } else { String::new() };
    canvas.rule(areas.rule, 0, &below, Role::Dim);
    if let Some(item) = state.account.inbox.selected() {
        draw_detail(canvas, areas.detail, state, item);
    }
}

fn draw_item(
    canvas: &mut Canvas,
    area: Rect,
    top: u16,
    state: &State,
    translations: &Translations,
    item: &InboxItem,
    is_selected: bool,
) {
    let (mark, reason) = match item.reason {
        InboxReason::Mention => ("@ ", "inbox-mention"),
        InboxReason::Reply => ("↪ ", "inbox-reply"),
        InboxReason::Direct | InboxReason::Other => ("● ", "inbox-direct"),
    };
    let role = if is_selected { Role::Accent } else { Role::Text };
    let mut pieces = vec![
        piece(if is_selected { "▸ " } else { "  " }, Role::Accent),
        piece(mark, Role::Mention),
        piece(conversation_name(state, item.conversation), role),
    ];
    pieces.push(piece(format!(" · {}", translations.get(reason)), Role::Dim));
    let when = format!(" {}", layout::day_and_time(state, item.entry.at));
    let left = Rect { width: area.width.saturating_sub(u16::try_from(width(&when)).unwrap_or(0)), ..area };
    canvas.row(left, top, &pieces);
    canvas.row_right(area, top, &[piece(when, Role::Dim)]);
    canvas.row(area, top + 1, &[piece("    ", Role::Text), message_line(state, &item.entry, Role::Text)]);
}

/// The name of a conversation: the other user, or the group with a `#`.
fn conversation_name(state: &State, conversation: ConversationId) -> String {
    match state.account.conversations.get(&conversation).and_then(|known| known.peer()) {
        Some(peer) => state.account.people.name_of(&peer.username).to_owned(),
        None => format!("#{}", state.group_name_of(conversation)),
    }
}

/// The author and the text of a message, in one line.
fn message_line(state: &State, entry: &Entry, role: Role) -> Piece {
    let text = match &entry.kind {
        EntryKind::Message(message) => clean_line(message.text.as_str()),
        _ => String::new(),
    };
    piece(format!("{}: {text}", state.account.people.name_of(&entry.author)), role)
}

/// Draws a message from its first line, preceded by as many of the earlier messages as fit.
fn draw_detail(canvas: &mut Canvas, area: Rect, state: &State, item: &InboxItem) {
    let EntryKind::Message(message) = &item.entry.kind else { return };
    let head = format!("{}  {}", clock(state, item.entry.at), state.account.people.name_of(&item.entry.author));
    let text = wrap(message.text.as_str(), area.width.saturating_sub(2).into());
    let before = state.account.inbox.before.get(&ItemId::from(item)).map(Vec::as_slice).unwrap_or_default();
    let room = usize::from(area.height).saturating_sub(1 + text.len());
    let shown = &before[before.len().saturating_sub(room)..];
    let mut row = 0;
    for entry in shown {
        canvas.row(area, row, &[message_line(state, entry, Role::Dim)]);
        row += 1;
    }
    canvas.row(area, row, &[piece(head, Role::Accent)]);
    for line in text {
        row += 1;
        canvas.row(area, row, &[piece(format!("  {line}"), Role::Text)]);
    }
}
