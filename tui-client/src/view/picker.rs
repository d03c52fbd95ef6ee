//! A list to choose from, over the screen.

use ratatui::layout::{Position, Rect};

use super::lists;
use super::paint::{Canvas, piece};
use super::theme::Role;
use crate::layout;
use crate::state::State;
use crate::state::chat::Row;
use crate::state::phrase::Phrase;
use crate::state::picker::{Choice, Picker};
use crate::words::Words;

/// How large the list is at most.
const SIZE: (u16, u16) = (56, 20);
/// Rows over and under the choices: the border, what was typed, and an empty one.
const AROUND: u16 = 4;

pub(super) fn draw(canvas: &mut Canvas, state: &State, words: &Words, picker: &Picker) -> Option<Position> {
    let rows = state.picker_rows(picker);
    let wanted = u16::try_from(rows.len()).unwrap_or(SIZE.1).max(1) + AROUND;
    let area = layout::overlay(state.size, SIZE.0, wanted.min(SIZE.1));
    let inside = canvas.boxed(area, &words.say(&title(state, &picker.choice)));
    if inside.height == 0 {
        return None;
    }
    let prompt = Rect { x: inside.x + 2, width: inside.width.saturating_sub(2), height: 1, ..inside };
    canvas.row(inside, 0, &[piece("› ", Role::Accent)]);
    let cursor = picker.filter.draw(prompt, canvas.buffer);
    if picker.filter.is_empty() {
        canvas.row(prompt, 0, &[piece(words.get("picker-type"), Role::Dim)]);
    }
    let list = Rect { y: inside.y + 2, height: inside.height.saturating_sub(2), ..inside };
    if rows.is_empty() {
        canvas.row(list, 0, &[piece(words.get(nothing(picker)), Role::Dim)]);
    }
    let picked = State::picked(picker, &rows).and_then(|picked| rows.iter().position(|row| row == picked));
    let first = layout::first_visible(picked, rows.len(), list.height.into());
    for (at, row) in rows.iter().enumerate().skip(first).take(list.height.into()) {
        let y = u16::try_from(at - first).unwrap_or(u16::MAX);
        let is_picked = picked == Some(at);
        let mut pieces = vec![piece(if is_picked { "▸ " } else { "  " }, Role::Accent)];
        pieces.extend(lists::label(state, row, if is_picked { Role::Accent } else { Role::Text }));
        pieces.push(piece(remark(state, words, row), Role::Dim));
        canvas.row(list, y, &pieces);
        if let Some(unread) = state.conversation_of(row).map(|c| c.unread).filter(|unread| *unread > 0) {
            canvas.row_right(list, y, &[piece(format!(" {unread} "), Role::Unread)]);
        }
    }
    Some(cursor)
}

/// Why there is nothing to choose from.
fn nothing(picker: &Picker) -> &'static str {
    match picker.choice {
        _ if !picker.filter.is_empty() => "picker-nothing",
        Choice::GroupToChatIn | Choice::GroupToAddTo => "list-no-groups",
        Choice::Directory | Choice::SomebodyToChatWith => "list-no-users",
        Choice::SomebodyToAdd(_) | Choice::MembersOf(_) => "picker-nobody",
    }
}

fn title(state: &State, choice: &Choice) -> Phrase {
    match choice {
        Choice::Directory => Phrase::new("menu-directory"),
        Choice::SomebodyToChatWith => Phrase::new("menu-chat-with-somebody"),
        Choice::GroupToChatIn => Phrase::new("menu-chat-in-group"),
        Choice::GroupToAddTo => Phrase::new("picker-group-to-add-to"),
        Choice::SomebodyToAdd(group) => Phrase::new("picker-somebody-to-add").text("group", state.group_name_of(*group)),
        Choice::MembersOf(group) => Phrase::new("picker-members-of").text("group", state.group_name_of(*group)),
    }
}

/// What is worth knowing beside a name.
fn remark(state: &State, words: &Words, row: &Row) -> String {
    match row {
        Row::Person(username) if state.people.name_of(username) != username.as_str() => format!("  @{username}"),
        Row::Person(_) => String::new(),
        Row::Group(id) => match state.group_listings.get(id) {
            Some(listing) => {
                let count = words.say(&Phrase::new("group-members").number("count", listing.members.into()));
                let stranger =
                    if state.conversations.contains_key(id) { String::new() } else { words.get("picker-not-a-member") };
                format!("  {count} {stranger}")
            }
            None => String::new(),
        },
    }
}
