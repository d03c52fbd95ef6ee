//! The overlay with new recovery codes, which are shown only once.

use papo_shared::protocol::RecoveryCodes;

use crate::layout;
use crate::layout::wrap::{fit, wrap};
use crate::state::State;
use crate::translations::Translations;
use crate::view::paint::{Canvas, Piece, piece};
use crate::view::theme::Role;

/// Maximum width of the overlay, in columns.
const WIDTH: u16 = 56;
/// Columns taken by the border and the padding.
const BORDER_WIDTH: u16 = 4;
/// Width of a code and the gap after it, in columns.
const CODE_WIDTH: usize = 24;

pub(crate) fn draw(canvas: &mut Canvas, state: &State, translations: &Translations, codes: &RecoveryCodes) {
    let text_width = usize::from(WIDTH.min(state.size.width).saturating_sub(BORDER_WIDTH));
    // The codes come first, so that they stay visible in a low terminal.
    let columns = (text_width / CODE_WIDTH).max(1);
    let mut lines: Vec<Vec<Piece>> = codes
        .codes
        .chunks(columns)
        .map(|row| row.iter().map(|code| piece(fit(code, CODE_WIDTH.min(text_width)), Role::Accent)).collect())
        .collect();
    lines.push(Vec::new());
    lines.extend(wrap(&translations.get("recovery-explained"), text_width).into_iter().map(|row| vec![piece(row, Role::Text)]));
    let height = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_add(2);
    let inside = canvas.boxed(layout::overlay(state.size, WIDTH, height), &translations.get("recovery-title"));
    for (row, line) in lines.iter().take(inside.height.into()).enumerate() {
        canvas.row(inside, u16::try_from(row).unwrap_or(u16::MAX), line);
    }
}
