//! The overlay with the invites to a group.

use papo_shared::model::GroupInviteListing;
use ratatui::layout::Rect;

use crate::layout;
use crate::layout::wrap::wrap;
use crate::state::State;
use crate::state::groups::invites::Invites;
use crate::state::phrase::Phrase;
use crate::translations::Translations;
use crate::view::paint::{Canvas, piece};
use crate::view::theme::Role;

/// Maximum width of the overlay, in columns.
const WIDTH: u16 = 64;
/// Columns taken by the border and the padding.
const BORDER_WIDTH: u16 = 4;

pub(crate) fn draw(canvas: &mut Canvas, state: &State, translations: &Translations, invites: &Invites) {
    let text_width = WIDTH.min(state.size.width).saturating_sub(BORDER_WIDTH);
    let mut above = Vec::new();
    if let Some((_, code)) = &invites.fresh {
        above.push(piece(code.clone(), Role::Accent));
        let warning = wrap(&translations.get("invites-told-once"), text_width.into());
        above.extend(warning.into_iter().map(|row| piece(row, Role::Text)));
        above.push(piece("", Role::Text));
    }
    let listed = invites.list.as_ref().map_or(1, Vec::len).max(1);
    let rows = |count: usize| u16::try_from(count).unwrap_or(u16::MAX);
    let title = translations.format(&Phrase::new("invites-title").text("group", state.group_name_of(invites.group)));
    let height = rows(above.len() + listed).saturating_add(2);
    let inside = canvas.boxed(layout::overlay(state.size, WIDTH, height), &title);
    let header = rows(above.len()).min(inside.height.saturating_sub(1));
    for (row, line) in above.into_iter().take(header.into()).enumerate() {
        canvas.row(inside, rows(row), &[line]);
    }
    let below = Rect { y: inside.y + header, height: inside.height - header, ..inside };
    let Some(list) = &invites.list else {
        return canvas.row(below, 0, &[piece(translations.get("loading"), Role::Dim)]);
    };
    if list.is_empty() {
        return canvas.row(below, 0, &[piece(translations.get("invites-none"), Role::Dim)]);
    }
    let first = layout::first_visible(invites.selected_index(), list.len(), below.height.into());
    for (at, invite) in list.iter().enumerate().skip(first).take(below.height.into()) {
        let is_selected = invites.selected_index() == Some(at);
        let role = if is_selected { Role::Accent } else { Role::Text };
        let line =
            [piece(if is_selected { "▸ " } else { "  " }, Role::Accent), piece(invite_text(state, translations, invite), role)];
        canvas.row(below, rows(at - first), &line);
    }
}

/// An invite in one line: remaining uses, expiry, and creator.
fn invite_text(state: &State, translations: &Translations, invite: &GroupInviteListing) -> String {
    let uses = match invite.uses_left {
        Some(uses) => translations.format(&Phrase::new("invite-uses").number("count", uses.into())),
        None => translations.get("invite-any-uses"),
    };
    let until = match invite.expires_at {
        Some(until) => translations.format(&Phrase::new("invite-until").text("when", layout::day_and_time(state, until))),
        None => translations.get("invite-for-ever"),
    };
    let by = translations.format(&Phrase::new("invite-by").text("who", state.account.people.name_of(&invite.created_by)));
    format!("{uses} · {until} · {by}")
}
