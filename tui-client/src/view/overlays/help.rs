//! The help overlay, which lists the keys of the keymap.

use crate::keymap;
use crate::keymap::HelpLine;
use crate::layout;
use crate::layout::wrap::{fit, width};
use crate::state::State;
use crate::translations::Translations;
use crate::view::paint::{Canvas, piece};
use crate::view::theme::Role;

/// Maximum width of the help, in columns.
const WIDTH: u16 = 78;

pub(crate) fn draw(canvas: &mut Canvas, state: &State, translations: &Translations, top: u16) {
    let lines = keymap::help_lines(state.focus_below());
    let height = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_add(2);
    let inside = canvas.boxed(layout::overlay(state.size, WIDTH, height), &translations.get("help-title"));
    let keys_width = |line: &HelpLine| if let HelpLine::Keys(keys, _) = line { width(keys) } else { 0 };
    let column = lines.iter().map(keys_width).max().unwrap_or(0).min(usize::from(inside.width / 2)) + 2;
    for (row, line) in lines.iter().skip(top.into()).enumerate() {
        let row = u16::try_from(row).unwrap_or(u16::MAX);
        match line {
            HelpLine::Heading(heading) => canvas.rule(inside, row, &translations.get(heading), Role::Dim),
            HelpLine::Keys(keys, description) => {
                canvas.row(
                    inside,
                    row,
                    &[piece(fit(keys, column), Role::Accent), piece(translations.get(description), Role::Text)],
                );
            }
        }
    }
}
