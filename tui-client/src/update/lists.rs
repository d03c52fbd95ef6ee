//! Moving in any list.

use crate::action::Action;

/// Where a list's selection goes.
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
