//! The picker overlay: a list to choose from, with a filter.

use papo_shared::model::{Emoji, Visibility};
use ratatui::layout::{Position, Rect};

use crate::keymap::{PALETTE_COMMANDS, shortcut_of};
use crate::layout;
use crate::layout::wrap::fit;
use crate::state::State;
use crate::state::composer::completion::emoji;
use crate::state::navigation::chat::Row;
use crate::state::overlays::picker::{Choice, Item, PaletteCommandId, Picker, USUAL_REACTIONS};
use crate::state::phrase::Phrase;
use crate::translations::Translations;
use crate::view::conversations::notify;
use crate::view::conversations::reactions::symbol;
use crate::view::lists;
use crate::view::paint::{Canvas, Piece, piece};
use crate::view::theme::Role;

/// Maximum width and height of the picker, in cells.
const MAX_SIZE: (u16, u16) = (56, 20);
/// Rows that show no item: the border, the filter, and an empty row.
const OTHER_ROWS: u16 = 4;
/// Width of an emoji and the space after it, in columns.
const EMOJI_WIDTH: usize = 4;

pub(crate) fn draw(canvas: &mut Canvas, state: &State, translations: &Translations, picker: &Picker) -> Option<Position> {
    let items = state.picker_items(picker);
    let wanted = u16::try_from(items.len()).unwrap_or(MAX_SIZE.1).max(1) + OTHER_ROWS;
    let area = layout::overlay(state.size, MAX_SIZE.0, wanted.min(MAX_SIZE.1));
    let inside = canvas.boxed(area, &translations.format(&title(state, &picker.choice)));
    if inside.height == 0 {
        return None;
    }
    let prompt = Rect { x: inside.x + 2, width: inside.width.saturating_sub(2), height: 1, ..inside };
    canvas.row(inside, 0, &[piece("› ", Role::Accent)]);
    let cursor = crate::view::text_input::draw_line(canvas, prompt, &picker.filter);
    if picker.filter.is_empty() {
        canvas.row(prompt, 0, &[piece(translations.get("picker-type"), Role::Dim)]);
    }
    let list = Rect { y: inside.y + 2, height: inside.height.saturating_sub(2), ..inside };
    if items.is_empty() {
        canvas.row(list, 0, &[piece(translations.get(empty_text(picker)), Role::Dim)]);
    }
    let picked = State::picked(picker, &items).and_then(|picked| items.iter().position(|item| item == picked));
    let first = layout::first_visible(picked, items.len(), list.height.into());
    for (at, item) in items.iter().enumerate().skip(first).take(list.height.into()) {
        let y = u16::try_from(at - first).unwrap_or(u16::MAX);
        let is_picked = picked == Some(at);
        let role = if is_picked { Role::Accent } else { Role::Text };
        let mut pieces = vec![piece(if is_picked { "▸ " } else { "  " }, Role::Accent)];
        let (label, right) = match item {
            Item::Row(row) => row_pieces(state, translations, row, role),
            Item::Command(command) => command_pieces(state, *command, role),
            Item::Emoji(emoji) => (emoji_pieces(state, picker, emoji, at, role), Vec::new()),
            Item::ChoiceEntry(at) => (vec![piece(picker.choice.label(*at), role)], Vec::new()),
        };
        pieces.extend(label);
        canvas.row(list, y, &pieces);
        canvas.row_right(list, y, &right);
    }
    Some(cursor)
}

/// A user or group, and its unread count for the right edge.
fn row_pieces(state: &State, translations: &Translations, row: &Row, role: Role) -> (Vec<Piece>, Vec<Piece>) {
    let mut label = lists::label(state, row, role);
    label.push(piece(remark(state, translations, row), Role::Dim));
    let right = state.conversation_of(row).map(|conversation| notify::count(state, conversation));
    (label, right.unwrap_or_default())
}

/// A palette command, and its shortcut for the right edge.
fn command_pieces(state: &State, PaletteCommandId(index): PaletteCommandId, role: Role) -> (Vec<Piece>, Vec<Piece>) {
    let name = state.palette_names.get(index).cloned().unwrap_or_default();
    let shortcut = PALETTE_COMMANDS.get(index).map(shortcut_of).unwrap_or_default();
    (vec![piece("› ", Role::Dim), piece(name, role)], vec![piece(format!(" {shortcut} "), Role::Dim)])
}

/// An emoji: the digit that selects it, a mark if the user has already reacted with it, the emoji, and its name.
fn emoji_pieces(state: &State, picker: &Picker, emoji: &Emoji, at: usize, role: Role) -> Vec<Piece> {
    let digit = if picker.offers_usual_reactions() && at < USUAL_REACTIONS.len() { (at + 1).to_string() } else { " ".to_owned() };
    let name = emoji::name_of(emoji.as_str()).unwrap_or_default();
    let is_mine = match picker.choice {
        Choice::Reaction(id, seq) => state
            .account
            .conversations
            .get(&id)
            .and_then(|conversation| conversation.log.message(seq))
            .is_some_and(|(_, message)| message.reactions.iter().any(|reaction| reaction.mine && reaction.emoji == *emoji)),
        _ => false,
    };
    let own = if is_mine { "✓ " } else { "  " };
    vec![
        piece(format!("{digit} "), Role::Accent),
        piece(own, Role::Ok),
        piece(fit(symbol(emoji), EMOJI_WIDTH), Role::Text),
        piece(name, role),
    ]
}

/// The translation key for a picker without items.
fn empty_text(picker: &Picker) -> &'static str {
    match picker.choice {
        _ if !picker.filter.is_empty() => "picker-nothing",
        Choice::GroupToChatIn | Choice::GroupToAddTo => "list-no-groups",
        Choice::Anything | Choice::Directory | Choice::PersonToChatWith => "list-no-users",
        Choice::Reaction(..) | Choice::LinkToOpen(_) | Choice::LinkToCopy(_) | Choice::CodeToCopy(_) => "picker-nothing",
        Choice::PersonToUnblock => "picker-nobody-blocked",
        Choice::PersonToAdd(_) => "picker-nobody",
    }
}

fn title(state: &State, choice: &Choice) -> Phrase {
    match choice {
        Choice::Anything => Phrase::new("picker-anything"),
        Choice::Directory => Phrase::new("menu-directory"),
        Choice::PersonToChatWith => Phrase::new("menu-chat-with-person"),
        Choice::GroupToChatIn => Phrase::new("menu-chat-in-group"),
        Choice::PersonToUnblock => Phrase::new("picker-blocked"),
        Choice::GroupToAddTo => Phrase::new("picker-group-to-add-to"),
        Choice::PersonToAdd(group) => Phrase::new("picker-person-to-add").text("group", state.group_name_of(*group)),
        Choice::Reaction(..) => Phrase::new("picker-reaction"),
        Choice::LinkToOpen(_) => Phrase::new("picker-link-to-open"),
        Choice::LinkToCopy(_) => Phrase::new("picker-link-to-copy"),
        Choice::CodeToCopy(_) => Phrase::new("picker-code-to-copy"),
    }
}

/// Details after a name: username and status of a user, or the members of a group and whether the user is one of them.
fn remark(state: &State, translations: &Translations, row: &Row) -> String {
    match row {
        Row::Person(username) => {
            let own_name = if state.account.people.name_of(username) == username.as_str() {
                String::new()
            } else {
                format!("  @{username}")
            };
            let status = state.account.people.get(username).and_then(|person| person.status.as_ref());
            format!("{own_name}{}", status.map(|status| format!("  · {status}")).unwrap_or_default())
        }
        Row::Group(id) => match state.account.group_listings.get(id) {
            Some(listing) => {
                let count = translations.format(&Phrase::new("group-members").number("count", listing.members.into()));
                let membership = match listing.visibility {
                    _ if state.account.conversations.contains_key(id) => String::new(),
                    Visibility::Public => translations.get("picker-public"),
                    _ => translations.get("picker-not-a-member"),
                };
                format!("  {count} {membership}")
            }
            None => String::new(),
        },
    }
}
