//! Keyboard navigation shared by all lists.

use crate::action::Action;

/// The index selected after a movement, clamped to the list. `page` is the number of items that a page key moves by.
pub(super) fn next_index(at: Option<usize>, len: usize, page: usize, action: Action) -> usize {
    let last = len.saturating_sub(1);
    let at = at.unwrap_or(0);
    match action {
        Action::Up => at.saturating_sub(1),
        Action::PageUp => at.saturating_sub(page),
        Action::First => 0,
        Action::Down => (at + 1).min(last),
        Action::PageDown => (at + page).min(last),
        _ => last,
    }
}
