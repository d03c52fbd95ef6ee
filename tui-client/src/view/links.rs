//! Makes links clickable (OSC 8). This is the last step of drawing, because an overlay may cover a link.

use std::num::NonZeroU16;

use ratatui::buffer::{Buffer, CellDiffOption};
use unicode_segmentation::UnicodeSegmentation;

use crate::layout::wrap::width;
use crate::link_target::LinkTarget;

/// The text of a link at its position on the screen.
pub(super) struct PlacedLink {
    /// The column of the first cell.
    pub(super) x: u16,
    /// The row of all cells.
    pub(super) y: u16,
    /// The text in those cells, without the address.
    pub(super) text: String,
    pub(super) target: LinkTarget,
}

/// Attaches each link to its cells, if its whole text is visible in one style.
pub(super) fn attach(buffer: &mut Buffer, links: &[PlacedLink]) {
    for link in links {
        let cells = u16::try_from(width(&link.text)).ok().and_then(NonZeroU16::new);
        let Some(cells) = cells.filter(|_| is_visible(buffer, link)) else { continue };
        // The whole link is written with its first cell, like a character of several cells. Therefore it is repainted as a whole
        // or not at all, and each row of a link contains the address once.
        let cell = &mut buffer[(link.x, link.y)];
        cell.set_symbol(&format!("\x1b]8;;{}\x1b\\{}\x1b]8;;\x1b\\", link.target.to_ascii(), link.text));
        cell.set_diff_option(CellDiffOption::ForcedWidth(cells));
    }
}

/// Whether the cells still contain the text of the link, all in one style.
fn is_visible(buffer: &Buffer, link: &PlacedLink) -> bool {
    let Some(style) = buffer.cell((link.x, link.y)).map(|cell| cell.style()) else { return false };
    let mut x = link.x;
    link.text.graphemes(true).all(|grapheme| {
        let matches = x < buffer.area.right()
            && buffer.cell((x, link.y)).is_some_and(|cell| cell.symbol() == grapheme && cell.style() == style);
        x = x.saturating_add(u16::try_from(width(grapheme)).unwrap_or(u16::MAX));
        matches
    }) && x <= buffer.area.right()
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;
    use ratatui::style::{Modifier, Style};

    use super::{Buffer, LinkTarget, PlacedLink, attach};

    const TEXT: &str = "açaí.br";
    const LINK: &str = "\x1b]8;;https://a%C3%A7a%C3%AD.br\x1b\\açaí.br\x1b]8;;\x1b\\";

    fn screen() -> Buffer {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 12, 1));
        buffer.set_string(2, 0, TEXT, Style::new().add_modifier(Modifier::UNDERLINED));
        buffer
    }

    fn with_link(mut buffer: Buffer) -> Buffer {
        let target = LinkTarget::parse("https://açaí.br").unwrap();
        attach(&mut buffer, &[PlacedLink { x: 2, y: 0, text: TEXT.to_owned(), target }]);
        buffer
    }

    #[test]
    fn a_link_is_written_with_its_first_cell_and_every_cell_is_rewritten_when_it_is_removed() {
        let (blank, linked) = (Buffer::empty(Rect::new(0, 0, 12, 1)), with_link(screen()));
        let drawn: Vec<_> = blank.diff(&linked).into_iter().map(|(x, _, cell)| (x, cell.symbol().to_owned())).collect();
        assert_eq!(drawn, [(2, LINK.to_owned())]);
        assert!(linked.diff(&linked).is_empty(), "an unchanged link must not be repainted");
        let drawn: Vec<_> = linked.diff(&screen()).into_iter().map(|(x, ..)| x).collect();
        assert_eq!(drawn, (2..9).collect::<Vec<_>>(), "every cell is rewritten, even if its letter is unchanged");
    }

    #[test]
    fn a_partly_covered_or_selected_link_is_not_attached() {
        let mut covered = screen();
        covered.set_string(5, 0, "│", Style::new());
        assert_eq!(with_link(covered.clone()), covered);
        let mut half_selected = screen();
        half_selected.set_style(Rect::new(4, 0, 2, 1), Style::new().add_modifier(Modifier::REVERSED));
        assert_eq!(with_link(half_selected.clone()), half_selected);
    }

    #[test]
    fn a_link_beyond_the_edge_of_the_screen_is_ignored() {
        let small = Buffer::empty(Rect::new(0, 0, 4, 1));
        assert_eq!(with_link(small.clone()), small);
    }
}
