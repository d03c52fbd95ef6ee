//! The overlay with the pending invitations to groups, and the note that there are some.

use papo_shared::model::Invitation;

use crate::layout;
use crate::state::State;
use crate::state::phrase::Phrase;
use crate::translations::Translations;
use crate::view::paint::{Canvas, Piece, piece};
use crate::view::theme::Role;

/// Maximum width of the overlay, in columns.
const WIDTH: u16 = 64;

pub(crate) fn draw(canvas: &mut Canvas, state: &State, translations: &Translations) {
    let pending = &state.account.invitations;
    let rows = u16::try_from(pending.len()).unwrap_or(u16::MAX).max(1);
    let area = layout::overlay(state.size, WIDTH, rows.saturating_add(2));
    let inside = canvas.boxed(area, &translations.get("invitations-title"));
    if pending.is_empty() {
        return canvas.row(inside, 0, &[piece(translations.get("invitations-none"), Role::Dim)]);
    }
    let selected = state.selected_invitation_index();
    let first = layout::first_visible(selected, pending.len(), inside.height.into());
    for (at, invitation) in pending.iter().enumerate().skip(first).take(inside.height.into()) {
        let y = u16::try_from(at - first).unwrap_or(u16::MAX);
        canvas.row(inside, y, &row(state, translations, invitation, selected == Some(at)));
    }
}

/// An invitation in one line: the group, the number of its members, and the inviter.
fn row(state: &State, translations: &Translations, invitation: &Invitation, is_selected: bool) -> Vec<Piece> {
    let (mark, role) = if is_selected { ("▸ ", Role::Accent) } else { ("  ", Role::Text) };
    let members = translations.format(&Phrase::new("group-members").number("count", invitation.members.into()));
    let inviter = state.account.people.name_of(&invitation.invited_by);
    let by = translations.format(&Phrase::new("invite-by").text("who", inviter));
    vec![
        piece(mark, Role::Accent),
        piece("# ", Role::Dim),
        piece(invitation.name.as_str(), role),
        piece(format!(" · {members} · {by}"), Role::Dim),
    ]
}

/// The number of pending invitations; `None` if there are none.
pub(crate) fn note(state: &State, translations: &Translations) -> Option<Piece> {
    let count = state.account.invitations.len();
    let phrase = Phrase::new("invitations-pending").number("count", count as u64);
    (count > 0).then(|| piece(translations.format(&phrase), Role::Accent))
}
