//! Repaints the cells beside graphemes whose width terminals disagree about: flags, families, emoji with a skin tone.
//!
//! ratatui counts such a grapheme as two cells. When it replaces one, it writes the first cell only, and expects the terminal to
//! clear the second. A terminal that shows the grapheme as several characters, as tmux shows a flag, keeps the others.

use ratatui::buffer::{Buffer, CellDiffOption, CellWidth};
use ratatui::layout::Position;

/// Cells behind the first one that a grapheme may fill: a flag takes up to four where each of its two letters takes two.
const CELLS_BEHIND: u16 = 3;

/// The cells that such graphemes of the last frame may have filled.
#[derive(Default)]
pub(super) struct WideGraphemes {
    cells: Vec<Position>,
}

impl WideGraphemes {
    /// Marks for repainting the cells that such graphemes of the last frame may have filled, and those of this frame.
    pub(super) fn repaint(&mut self, frame: &mut Buffer) {
        let cells = cells_behind(frame);
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

fn cells_behind(frame: &Buffer) -> Vec<Position> {
    let mut cells = Vec::new();
    for (index, cell) in frame.content.iter().enumerate() {
        // Every terminal knows the width of a single character.
        let is_disputed = cell.symbol().len() > 1 && cell.symbol().chars().nth(1).is_some() && cell.cell_width() > 1;
        if is_disputed {
            let (x, y) = frame.pos_of(index);
            cells.extend((1..=CELLS_BEHIND).map(|behind| Position::new(x.saturating_add(behind), y)));
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

    /// Draws the texts one after the other, and expects these cells of the last one to be written, by column.
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
    fn nothing_of_a_flag_stays_where_it_was() {
        check(["a🇧🇷", "a"], &[(1, " "), (2, " "), (3, " "), (4, " ")]);
    }

    #[test]
    fn a_flag_that_a_terminal_draws_too_wide_hides_nothing_behind_it() {
        check(["🇧🇷 oi", "🇧🇷 oi"], &[(2, " "), (3, "o")]);
    }

    #[test]
    fn text_that_every_terminal_draws_alike_is_written_once() {
        check(["日本 olá", "日本 olá"], &[]);
    }
}
