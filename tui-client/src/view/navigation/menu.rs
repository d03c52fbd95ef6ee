//! The menu screen: the fixed items, and the recent conversations.

use ratatui::layout::Rect;

use crate::keymap;
use crate::state::State;
use crate::state::navigation::menu::{MENU, MenuItem};
use crate::state::phrase::Phrase;
use crate::translations::Translations;
use crate::view::groups::invitations;
use crate::view::lists;
use crate::view::paint::{Canvas, piece};
use crate::view::theme::Role;

/// Empty columns at the left of the menu.
const MARGIN: u16 = 2;
/// Maximum width of a row, in columns.
const MENU_WIDTH: u16 = 70;

pub(crate) fn draw(canvas: &mut Canvas, area: Rect, state: &State, translations: &Translations) {
    let area = Rect { x: area.x + MARGIN, width: (area.width - MARGIN).min(MENU_WIDTH), ..area };
    let items = state.menu_items();
    let is_selected = items.iter().position(|item| *item == state.account.menu).unwrap_or(0);
    // In a low terminal the items are scrolled, so that the selected one is visible.
    let mut lines: Vec<Line> = vec![Line::Empty];
    lines.extend(MENU.iter().enumerate().map(|(at, item)| Line::Item(at, *item)));
    if items.len() > MENU.len() {
        lines.extend([Line::Empty, Line::Recent]);
        lines.extend(items.iter().enumerate().skip(MENU.len()).map(|(at, item)| Line::Item(at, *item)));
    }
    let chosen_line = lines.iter().position(|line| matches!(line, Line::Item(at, _) if *at == is_selected)).unwrap_or(0);
    let first = (chosen_line + 2).saturating_sub(area.height.into()).min(lines.len().saturating_sub(1));
    for (row, line) in lines.into_iter().skip(first).take(area.height.into()).enumerate() {
        let row = u16::try_from(row).unwrap_or(u16::MAX);
        match line {
            Line::Empty => {}
            Line::Recent => canvas.row(area, row, &[piece(format!("  {}", translations.get("menu-recent")), Role::Dim)]),
            Line::Item(at, item) => draw_item(canvas, area, row, state, translations, item, at == is_selected),
        }
    }
}

enum Line {
    Empty,
    Recent,
    Item(usize, MenuItem),
}

fn draw_item(
    canvas: &mut Canvas,
    area: Rect,
    row: u16,
    state: &State,
    translations: &Translations,
    item: MenuItem,
    is_selected: bool,
) {
    let mark = piece(if is_selected { "▸ " } else { "  " }, Role::Accent);
    let role = if is_selected { Role::Accent } else { Role::Text };
    if let MenuItem::Recent(id) = item {
        if let Some(conversation) = state.account.conversations.get(&id) {
            canvas.row(area, row, &[mark]);
            let area = Rect { x: area.x + 2, width: area.width - 2, ..area };
            lists::draw_preview(canvas, area, row, state, translations, conversation, is_selected);
        }
        return;
    }
    let digit = MENU.iter().position(|fixed| *fixed == item).map_or(0, |at| at + 1);
    canvas.row(area, row, &[mark, piece(format!("{digit}  "), Role::Dim), piece(translations.get(label(item)), role)]);
    let unread: u32 = state
        .account
        .conversations
        .values()
        .filter(|c| counts_unread_of(item, c.group_name().is_some()))
        .map(|c| c.attention_count(state.now))
        .sum();
    if item == MenuItem::ChatInGroup
        && unread == 0
        && let Some(note) = invitations::note(state, translations)
    {
        canvas.row_right(area, row, &[note, piece(format!(" · {}", keymap::invitations_key()), Role::Dim)]);
    }
    if unread > 0 {
        let count = translations.format(&Phrase::new("unread-total").count("count", unread));
        canvas.row_right(area, row, &[piece(count, Role::Unread)]);
    }
}

/// Whether a conversation's unread messages are counted beside this item.
fn counts_unread_of(item: MenuItem, is_group: bool) -> bool {
    matches!((item, is_group), (MenuItem::ChatWithPerson, false) | (MenuItem::ChatInGroup, true))
}

fn label(item: MenuItem) -> &'static str {
    match item {
        MenuItem::Directory | MenuItem::Recent(_) => "menu-directory",
        MenuItem::ChatWithPerson => "menu-chat-with-person",
        MenuItem::ChatInGroup => "menu-chat-in-group",
        MenuItem::CreateGroup => "menu-create-group",
        MenuItem::AddMember => "menu-add-member",
        MenuItem::Quit => "menu-quit",
    }
}
