//! Repaints the cells beside graphemes whose width terminals disagree about: flags, families, emoji with a skin tone.
//!
//! ratatui counts such a grapheme as two cells. To replace it, ratatui writes the first cell only, and expects the terminal to
//! clear the second. A terminal that shows the grapheme as several characters, as tmux does with flags, keeps the others.

use ratatui::buffer::{Buffer, CellDiffOption, CellWidth};
use ratatui::layout::Position;

/// Cells after the first one that a grapheme may occupy: a flag takes up to four if each of its two letters takes two.
const CELLS_AFTER: u16 = 3;

/// The cells that such graphemes of the previous frame may have occupied.
#[derive(Default)]
pub(super) struct WideGraphemes {
    cells: Vec<Position>,
}

impl WideGraphemes {
    /// Marks for repainting the cells that such graphemes of the previous frame and of this frame may occupy.
    pub(super) fn repaint(&mut self, frame: &mut Buffer) {
        let cells = cells_after_wide_graphemes(frame);
        for position in self.cells.iter().chain(&cells) {
            if let Some(cell) = frame.cell_mut(*position)
                && cell.diff_option == CellDiffOption::None
            {
                cell.set_diff_option(CellDiffOption::AlwaysUpdate);
            }
        }
        self.cells = cells;
    }
}

fn cells_after_wide_graphemes(frame: &Buffer) -> Vec<Position> {
    let mut cells = Vec::new();
    for (index, cell) in frame.content.iter().enumerate() {
        // Terminals agree on the width of a single character.
        let is_disputed = cell.symbol().len() > 1 && cell.symbol().chars().nth(1).is_some() && cell.cell_width() > 1;
        if is_disputed {
            let (x, y) = frame.pos_of(index);
            cells.extend((1..=CELLS_AFTER).map(|offset| Position::new(x.saturating_add(offset), y)));
        }
    }
    cells
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::WideGraphemes;

    fn frame(text: &str) -> Buffer {
        let mut frame = Buffer::empty(Rect::new(0, 0, 12, 1));
        frame.set_string(0, 0, text, Style::new());
        frame
    }

    /// Draws the texts one after the other, and checks which cells are written for the second one.
    #[track_caller]
    fn check(texts: [&str; 2], expected: &[(u16, &str)]) {
        let mut wide_graphemes = WideGraphemes::default();
        let [mut first, mut second] = texts.map(frame);
        wide_graphemes.repaint(&mut first);
        wide_graphemes.repaint(&mut second);
        let written: Vec<(u16, &str)> = first.diff(&second).into_iter().map(|(x, _, cell)| (x, cell.symbol())).collect();
        assert_eq!(written, expected);
    }

    #[test]
    fn all_cells_of_a_removed_flag_are_repainted() {
        check(["a🇧🇷", "a"], &[(1, " "), (2, " "), (3, " "), (4, " ")]);
    }

    #[test]
    fn the_cells_after_an_unchanged_flag_are_repainted() {
        check(["🇧🇷 oi", "🇧🇷 oi"], &[(2, " "), (3, "o")]);
    }

    #[test]
    fn text_of_undisputed_width_is_not_repainted() {
        check(["日本 olá", "日本 olá"], &[]);
    }
}
