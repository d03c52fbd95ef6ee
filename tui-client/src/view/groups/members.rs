//! The member list of a group: beside the conversation if there is room, or else as an overlay.

use papo_shared::model::{Role as GroupRole, Username};
use ratatui::layout::Rect;

use crate::layout;
use crate::layout::wrap::width;
use crate::state::conversations::conversation::Conversation;
use crate::state::groups::members::MemberList;
use crate::state::phrase::Phrase;
use crate::state::{Overlay, State};
use crate::translations::Translations;
use crate::view::lists;
use crate::view::paint::{Canvas, piece};
use crate::view::theme::Role;

/// The minimum width of the list, in columns, that shows usernames beside names.
const MIN_WIDTH_WITH_USERNAMES: u16 = 40;

/// Draws the list at the right of the conversation.
pub(crate) fn draw_beside(canvas: &mut Canvas, area: Rect, state: &State, translations: &Translations, open: &Conversation) {
    canvas.column_line(area.x, area);
    let has_focus = matches!(&state.overlay, Some(Overlay::Members(list)) if list.group == open.id);
    let header = Rect { x: area.x + 2, width: area.width - 2, ..area };
    canvas.row(header, 0, &[piece(translations.get("members"), if has_focus { Role::Accent } else { Role::Dim })]);
    draw_rows(canvas, state, translations, open, has_focus);
}

/// Draws the list as an overlay, unless it is already shown beside the conversation.
pub(crate) fn draw_overlay(canvas: &mut Canvas, state: &State, translations: &Translations, list: &MemberList) {
    let Some(open) = state.account.conversations.get(&list.group) else { return };
    if !layout::chat(state).members.is_empty() {
        return;
    }
    let title = translations.format(&Phrase::new("members-of").text("group", state.group_name_of(list.group)));
    canvas.boxed(layout::members_box(state.size, state.members_of(list.group).len()), &title);
    draw_rows(canvas, state, translations, open, true);
}

fn draw_rows(canvas: &mut Canvas, state: &State, translations: &Translations, open: &Conversation, has_focus: bool) {
    let area = layout::member_rows(state);
    if open.members.is_none() {
        return canvas.row(area, 0, &[piece(translations.get("loading"), Role::Dim)]);
    }
    let members = state.members_of(open.id);
    let selected = state.selected_member().filter(|_| has_focus).map(|(_, selected)| selected);
    let selected_index = selected.and_then(|selected| members.iter().position(|(name, _)| **name == selected));
    let first = layout::first_visible(selected_index, members.len(), area.height.into());
    for (index, (member, role)) in members.iter().enumerate().skip(first).take(area.height.into()) {
        let row = u16::try_from(index - first).unwrap_or(u16::MAX);
        draw_member(canvas, area, row, state, translations, member, *role);
        if selected_index == Some(index) {
            canvas.select_row(area, row);
        }
    }
}

fn draw_member(
    canvas: &mut Canvas,
    area: Rect,
    row: u16,
    state: &State,
    translations: &Translations,
    member: &Username,
    role: GroupRole,
) {
    let right = match role {
        GroupRole::Owner => translations.get("role-owner"),
        GroupRole::Admin => translations.get("role-admin"),
        GroupRole::Member | GroupRole::Other => String::new(),
    };
    let taken = if right.is_empty() { 0 } else { u16::try_from(width(&right)).unwrap_or(u16::MAX).saturating_add(1) };
    let left = Rect { width: area.width.saturating_sub(taken), ..area };
    let (mark, mark_role) = lists::presence(state, member);
    let name = state.account.people.name_of(member);
    let mut pieces = vec![piece(format!("{mark} "), mark_role), piece(name, Role::Text)];
    if area.width >= MIN_WIDTH_WITH_USERNAMES && name != member.as_str() {
        pieces.push(piece(format!(" @{member}"), Role::Dim));
    }
    if state.me() == Some(member) {
        pieces.push(piece(format!(" ({})", translations.get("you")), Role::Dim));
    }
    if state.account.blocked.contains(member) {
        pieces.push(piece(format!(" · {}", translations.get("member-blocked")), Role::Warning));
    }
    if let Some(status) = state.account.people.get(member).and_then(|person| person.status.as_ref()) {
        pieces.push(piece(format!(" · {status}"), Role::Dim));
    }
    canvas.row(left, row, &pieces);
    canvas.row_right(area, row, &[piece(right, Role::Dim)]);
}
