//! Writes styled text, lines and boxes into the cells of the screen.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;
use ratatui::widgets::Widget;

use super::links::PlacedLink;
use super::theme::{Role, Theme};
use crate::layout::shown::shown;
use crate::layout::wrap::{clip, cut, has_one_cell_each, truncate, width};

/// The cells of the screen, and the theme they are drawn with.
pub(super) struct Canvas<'a> {
    pub(super) buffer: &'a mut Buffer,
    pub(super) theme: Theme,
    /// The links drawn so far. [`super::links::attach`] makes them clickable at the end.
    pub(super) links: Vec<PlacedLink>,
}

/// A text and the role that decides its style.
pub(super) type Piece = (String, Role);

impl Canvas<'_> {
    /// Writes pieces in a row of an area, from its left edge. A text that does not fit is truncated with an ellipsis. A row
    /// outside the area is not drawn.
    pub(super) fn row(&mut self, area: Rect, row: u16, pieces: &[Piece]) {
        if row >= area.height {
            return;
        }
        let (mut x, y, right) = (area.x, area.y + row, area.right());
        for (text, role) in pieces {
            let (shown, cells) = cut(text, usize::from(right - x));
            let style = self.theme.style(*role);
            if has_one_cell_each(&shown) {
                // ratatui would segment the text into graphemes and measure each, which took half of the time of a frame.
                for (x, c) in (x..right).zip(shown.chars()) {
                    if let Some(cell) = self.buffer.cell_mut((x, y)) {
                        // Otherwise the style of the previous contents would be kept where the new style sets nothing.
                        cell.reset();
                        cell.set_char(c).set_style(style);
                    }
                }
            } else {
                let taken = u16::try_from(cells).unwrap_or(u16::MAX).min(right - x);
                self.clear(Rect { x, y, width: taken, height: 1 });
                Span::styled(&*shown, style).render(Rect { x, y, width: right - x, height: 1 }, self.buffer);
            }
            x += u16::try_from(cells).unwrap_or(0).min(right - x);
        }
    }

    /// Like [`Self::row`], but truncates without an ellipsis. Used for text being typed.
    pub(super) fn row_clipped(&mut self, area: Rect, row: u16, pieces: &[Piece]) {
        let wide = pieces.iter().map(|(text, _)| width(text)).sum::<usize>();
        let mut pieces = pieces.to_vec();
        if wide > usize::from(area.width) {
            let mut left = usize::from(area.width);
            for (text, _) in &mut pieces {
                *text = clip(text, left);
                left -= width(text);
            }
        }
        self.row(area, row, &pieces);
    }

    /// Writes pieces at the right edge of a row.
    pub(super) fn row_right(&mut self, area: Rect, row: u16, pieces: &[Piece]) {
        let wide = u16::try_from(pieces.iter().map(|(text, _)| width(text)).sum::<usize>()).unwrap_or(u16::MAX).min(area.width);
        self.row(Rect { x: area.right() - wide, width: wide, ..area }, row, pieces);
    }

    /// Writes pieces in the middle of a row.
    pub(super) fn row_centred(&mut self, area: Rect, row: u16, pieces: &[Piece]) {
        let wide = u16::try_from(pieces.iter().map(|(text, _)| width(text)).sum::<usize>()).unwrap_or(u16::MAX).min(area.width);
        self.row(Rect { x: area.x + (area.width - wide) / 2, width: wide, ..area }, row, pieces);
    }

    /// Shows a row of an area as selected: in one style from its left to its right edge, replacing the styles of its texts.
    pub(super) fn select_row(&mut self, area: Rect, row: u16) {
        if row < area.height {
            let style = Style::reset().patch(self.theme.style(Role::Selected));
            self.buffer.set_style(Rect { y: area.y + row, height: 1, ..area }, style);
        }
    }

    /// Draws a thin line from the left to the right edge, with a text in its middle.
    pub(super) fn rule(&mut self, area: Rect, row: u16, word: &str, role: Role) {
        let word = if word.is_empty() { String::new() } else { format!(" {word} ") };
        let word = truncate(&word, area.width.into());
        let left = (usize::from(area.width) - width(&word)) / 2;
        let right = usize::from(area.width) - left - width(&word);
        self.row(area, row, &[("─".repeat(left), Role::Dim), (word, role), ("─".repeat(right), Role::Dim)]);
    }

    /// Draws a thin line from the top to the bottom of a column.
    pub(super) fn column_line(&mut self, x: u16, area: Rect) {
        let style = self.theme.style(Role::Dim);
        for y in area.top()..area.bottom() {
            self.buffer.set_string(x, y, "│", style);
        }
    }

    /// Clears an area, and wide characters that reach into it from its left.
    pub(super) fn clear(&mut self, area: Rect) {
        ratatui::widgets::Clear.render(area, self.buffer);
        if let Some(left) = area.x.checked_sub(1) {
            for y in area.top()..area.bottom() {
                if let Some(cell) = self.buffer.cell_mut((left, y))
                    && width(cell.symbol()) > 1
                {
                    cell.set_symbol(" ");
                }
            }
        }
    }

    /// Clears an area and draws a box with a thin border and a title. Returns the area inside the border.
    pub(super) fn boxed(&mut self, area: Rect, title: &str) -> Rect {
        use ratatui::widgets::{Block, BorderType, Padding};
        self.clear(area);
        let block = Block::bordered()
            .border_type(BorderType::Rounded)
            .border_style(self.theme.style(Role::Dim))
            .title(Span::styled(format!(" {} ", shown(title)), self.theme.style(Role::Accent)))
            .padding(Padding::horizontal(1));
        let inside = block.inner(area);
        block.render(area, self.buffer);
        inside
    }
}

/// Creates a [`Piece`] from a text and its role.
pub(super) fn piece(text: impl Into<String>, role: Role) -> Piece {
    (text.into(), role)
}

#[cfg(test)]
mod tests {
    use ratatui::style::Modifier;

    use super::{Buffer, Canvas, Rect, Role, Theme, piece};

    const AREA: Rect = Rect { x: 0, y: 0, width: 12, height: 1 };

    fn drawn(draw: impl Fn(&mut Canvas)) -> Buffer {
        let mut buffer = Buffer::empty(AREA);
        let theme = Theme::of_environment(|name| (name == "TERM").then(|| "xterm-256color".to_owned()));
        draw(&mut Canvas { buffer: &mut buffer, theme, links: Vec::new() });
        buffer
    }

    #[test]
    fn a_selected_row_has_one_style_from_end_to_end() {
        let row = [piece("ana ", Role::Name(3)), piece("14:00 ", Role::Dim), piece("李", Role::Danger)];
        let buffer = drawn(|canvas| {
            canvas.row(AREA, 0, &row);
            canvas.select_row(AREA, 0);
        });
        let first = buffer[(0, 0)].style();
        assert!(first.add_modifier.contains(Modifier::REVERSED));
        assert!((0..AREA.width).all(|x| buffer[(x, 0)].style() == first), "{buffer:?}");
    }

    #[test]
    fn text_drawn_over_other_text_replaces_its_style() {
        for text in ["conversa", "李小龙"] {
            let alone = drawn(|canvas| canvas.row(AREA, 0, &[piece(text, Role::Text)]));
            let over = drawn(|canvas| {
                canvas.row(AREA, 0, &[piece("─".repeat(12), Role::Dim)]);
                canvas.row(AREA, 0, &[piece(text, Role::Text)]);
            });
            assert_eq!(over[(0, 0)], alone[(0, 0)], "{text}");
            assert_eq!(over[(1, 0)], alone[(1, 0)], "{text}");
        }
    }

    #[test]
    fn clearing_an_area_removes_a_wide_character_that_reaches_into_it() {
        let buffer = drawn(|canvas| {
            canvas.row(AREA, 0, &[piece("李🇧🇷龙", Role::Text)]);
            canvas.clear(Rect { x: 3, width: 9, ..AREA });
        });
        let left: String = (0..AREA.width).map(|x| buffer[(x, 0)].symbol()).collect();
        assert_eq!(left.trim_end(), "李", "the flag reached into the cleared area");
    }
}
