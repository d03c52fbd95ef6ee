//! The invites to a group, over the screen.

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

/// How wide the list is at most.
const WIDTH: u16 = 64;
/// Columns of the box that are no text: its border, and one beside it.
const AROUND: u16 = 4;

pub(crate) fn draw(canvas: &mut Canvas, state: &State, words: &Translations, invites: &Invites) {
    let text_width = WIDTH.min(state.size.width).saturating_sub(AROUND);
    let mut above = Vec::new();
    if let Some((_, code)) = &invites.fresh {
        above.push(piece(code.clone(), Role::Accent));
        let told = wrap(&words.get("invites-told-once"), text_width.into());
        above.extend(told.into_iter().map(|row| piece(row, Role::Text)));
        above.push(piece("", Role::Text));
    }
    let listed = invites.list.as_ref().map_or(1, Vec::len).max(1);
    let rows = |count: usize| u16::try_from(count).unwrap_or(u16::MAX);
    let title = words.format(&Phrase::new("invites-title").text("group", state.group_name_of(invites.group)));
    let height = rows(above.len() + listed).saturating_add(2);
    let inside = canvas.boxed(layout::overlay(state.size, WIDTH, height), &title);
    let header = rows(above.len()).min(inside.height.saturating_sub(1));
    for (row, line) in above.into_iter().take(header.into()).enumerate() {
        canvas.row(inside, rows(row), &[line]);
    }
    let below = Rect { y: inside.y + header, height: inside.height - header, ..inside };
    let Some(list) = &invites.list else {
        return canvas.row(below, 0, &[piece(words.get("loading"), Role::Dim)]);
    };
    if list.is_empty() {
        return canvas.row(below, 0, &[piece(words.get("invites-none"), Role::Dim)]);
    }
    let first = layout::first_visible(invites.at(), list.len(), below.height.into());
    for (at, invite) in list.iter().enumerate().skip(first).take(below.height.into()) {
        let chosen = invites.at() == Some(at);
        let role = if chosen { Role::Accent } else { Role::Text };
        let line = [piece(if chosen { "▸ " } else { "  " }, Role::Accent), piece(invite_words(state, words, invite), role)];
        canvas.row(below, rows(at - first), &line);
    }
}

/// For how many, until when, and by whom.
fn invite_words(state: &State, words: &Translations, invite: &GroupInviteListing) -> String {
    let uses = match invite.uses_left {
        Some(uses) => words.format(&Phrase::new("invite-uses").number("count", uses.into())),
        None => words.get("invite-any-uses"),
    };
    let until = match invite.expires_at {
        Some(until) => words.format(&Phrase::new("invite-until").text("when", layout::day_and_time(state, until))),
        None => words.get("invite-for-ever"),
    };
    let by = words.format(&Phrase::new("invite-by").text("who", state.account.people.name_of(&invite.created_by)));
    format!("{uses} · {until} · {by}")
}
