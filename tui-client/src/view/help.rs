//! The keys, over the screen. Drawn from the keymap.

use super::paint::{Canvas, piece};
use super::theme::Role;
use crate::keymap;
use crate::layout;
use crate::layout::wrap::{fit, width};
use crate::state::State;
use crate::words::Words;

/// How wide the help is at most.
const WIDTH: u16 = 72;

pub(super) fn draw(canvas: &mut Canvas, state: &State, words: &Words, top: u16) {
    let lines = keymap::help_lines();
    let height = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_add(2);
    let inside = canvas.boxed(layout::overlay(state.size, WIDTH, height), &words.get("help-title"));
    let key_width = lines.iter().map(|(keys, _)| width(keys)).max().unwrap_or(0).min(usize::from(inside.width / 2)) + 2;
    for (row, (keys, says)) in lines.iter().skip(top.into()).enumerate() {
        let row = u16::try_from(row).unwrap_or(u16::MAX);
        canvas.row(inside, row, &[piece(fit(keys, key_width), Role::Accent), piece(words.get(says), Role::Text)]);
    }
}
