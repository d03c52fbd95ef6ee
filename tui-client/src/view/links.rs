//! Links that a terminal can be clicked on (OSC 8). They are tied on at the end, when it is known what lies over them.

use std::num::NonZeroU16;

use ratatui::buffer::{Buffer, CellDiffOption};
use unicode_segmentation::UnicodeSegmentation;

use crate::layout::wrap::width;
use crate::link_target::LinkTarget;

/// Text on the screen that leads somewhere.
pub(super) struct PlacedLink {
    /// The cell where it begins.
    pub(super) x: u16,
    pub(super) y: u16,
    /// What stands there.
    pub(super) text: String,
    pub(super) target: LinkTarget,
}

/// Ties links to the cells where their text can still be seen, whole and in one style.
pub(super) fn tie(buffer: &mut Buffer, links: &[PlacedLink]) {
    for link in links {
        let cells = u16::try_from(width(&link.text)).ok().and_then(NonZeroU16::new);
        let Some(cells) = cells.filter(|_| is_seen(buffer, link)) else { continue };
        // All of it is written with its first cell, as a character that takes several cells: so it is drawn anew as a whole or
        // not at all, and each row of a link has the address once.
        let cell = &mut buffer[(link.x, link.y)];
        cell.set_symbol(&format!("\x1b]8;;{}\x1b\\{}\x1b]8;;\x1b\\", link.target.to_ascii(), link.text));
        cell.set_diff_option(CellDiffOption::ForcedWidth(cells));
    }
}

fn is_seen(buffer: &Buffer, link: &PlacedLink) -> bool {
    let Some(style) = buffer.cell((link.x, link.y)).map(|cell| cell.style()) else { return false };
    let mut x = link.x;
    link.text.graphemes(true).all(|grapheme| {
        let is_there = x < buffer.area.right()
            && buffer.cell((x, link.y)).is_some_and(|cell| cell.symbol() == grapheme && cell.style() == style);
        x = x.saturating_add(u16::try_from(width(grapheme)).unwrap_or(u16::MAX));
        is_there
    }) && x <= buffer.area.right()
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;
    use ratatui::style::{Modifier, Style};

    use super::{Buffer, LinkTarget, PlacedLink, tie};

    const TEXT: &str = "açaí.br";
    const TIED: &str = "\x1b]8;;https://a%C3%A7a%C3%AD.br\x1b\\açaí.br\x1b]8;;\x1b\\";

    fn screen() -> Buffer {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 12, 1));
        buffer.set_string(2, 0, TEXT, Style::new().add_modifier(Modifier::UNDERLINED));
        buffer
    }

    fn tied(mut buffer: Buffer) -> Buffer {
        let target = LinkTarget::parse("https://açaí.br").unwrap();
        tie(&mut buffer, &[PlacedLink { x: 2, y: 0, text: TEXT.to_owned(), target }]);
        buffer
    }

    #[test]
    fn a_link_is_written_whole_with_its_first_cell_and_its_others_when_it_goes() {
        let (blank, with_link) = (Buffer::empty(Rect::new(0, 0, 12, 1)), tied(screen()));
        let drawn: Vec<_> = blank.diff(&with_link).into_iter().map(|(x, _, cell)| (x, cell.symbol().to_owned())).collect();
        assert_eq!(drawn, [(2, TIED.to_owned())]);
        assert!(with_link.diff(&with_link).is_empty(), "nothing is drawn twice");
        let drawn: Vec<_> = with_link.diff(&screen()).into_iter().map(|(x, ..)| x).collect();
        assert_eq!(drawn, (2..9).collect::<Vec<_>>(), "every cell loses the link, also where the letter stays");
    }

    #[test]
    fn what_lies_over_a_link_is_not_covered_by_it() {
        let mut covered = screen();
        covered.set_string(5, 0, "│", Style::new());
        assert_eq!(tied(covered.clone()), covered);
        let mut half_selected = screen();
        half_selected.set_style(Rect::new(4, 0, 2, 1), Style::new().add_modifier(Modifier::REVERSED));
        assert_eq!(tied(half_selected.clone()), half_selected);
    }

    #[test]
    fn a_link_at_the_edge_of_the_screen_or_beyond_does_no_harm() {
        let small = Buffer::empty(Rect::new(0, 0, 4, 1));
        assert_eq!(tied(small.clone()), small);
    }
}
