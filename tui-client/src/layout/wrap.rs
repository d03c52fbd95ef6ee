//! Breaking text into rows that fit.
//!
//! Text is laid out by grapheme, and one function says how wide a grapheme is: so no row is ever wider or narrower than
//! the cells it takes. What has no place in a cell is left out first, here and nowhere else.

use unicode_linebreak::{BreakOpportunity, linebreaks};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::shown::shown;

/// How many columns a tab leads on to.
const TAB_WIDTH: usize = 4;

/// How many cells this text takes in one row.
#[must_use]
pub fn width(text: &str) -> usize {
    shown(text).graphemes(true).map(grapheme_width).sum()
}

/// How many cells one grapheme takes: what the terminal is told, and so what everything is laid out by.
fn grapheme_width(grapheme: &str) -> usize {
    grapheme.width()
}

/// The longest beginning of the text that fits into `max` cells, with an ellipsis where something was left out.
#[must_use]
pub fn truncate(text: &str, max: usize) -> String {
    let text = shown(text);
    if width(&text) <= max {
        return text.into_owned();
    }
    let mut cut = String::new();
    let mut used = 0;
    for grapheme in text.graphemes(true) {
        let wide = grapheme_width(grapheme);
        // One cell is for the ellipsis.
        if used + wide + 1 > max {
            break;
        }
        used += wide;
        cut.push_str(grapheme);
    }
    if max > 0 {
        cut.push('…');
    }
    cut
}

/// The text in exactly `cells` cells: cut with an ellipsis, or filled with spaces at its end.
#[must_use]
pub fn fit(text: &str, cells: usize) -> String {
    let mut fitted = truncate(text, cells);
    let missing = cells.saturating_sub(width(&fitted));
    fitted.extend(std::iter::repeat_n(' ', missing));
    fitted
}

/// Breaks text into rows of at most `max` cells: at the places where its script allows a break, and inside a word only
/// where the word alone is wider than a row. Always at least one row; `max` counts as at least 2, which a wide
/// character needs.
#[must_use]
pub fn wrap(text: &str, max: usize) -> Vec<String> {
    let max = max.max(2);
    let mut rows = Vec::new();
    for line in text.split('\n') {
        wrap_line(&shown(&expand_tabs(line)), max, &mut rows);
    }
    rows
}

fn expand_tabs(line: &str) -> String {
    if !line.contains('\t') {
        return line.to_owned();
    }
    let mut expanded = String::with_capacity(line.len() + TAB_WIDTH);
    for part in line.split_inclusive('\t') {
        let (text, tab) = part.strip_suffix('\t').map_or((part, false), |text| (text, true));
        expanded.push_str(text);
        if tab {
            let column = width(&expanded);
            expanded.extend(std::iter::repeat_n(' ', TAB_WIDTH - column % TAB_WIDTH));
        }
    }
    expanded
}

fn wrap_line(line: &str, max: usize, rows: &mut Vec<String>) {
    let mut row = String::new();
    let mut used = 0;
    for piece in pieces(line) {
        let visible = piece.trim_end_matches(' ');
        let wide = width(visible);
        if used + wide > max && !row.is_empty() {
            rows.push(end_row(&mut row));
            used = 0;
        }
        if wide > max {
            for grapheme in piece.graphemes(true).flat_map(|grapheme| parts(grapheme, max)) {
                let wide = grapheme_width(grapheme);
                if used + wide > max {
                    if grapheme == " " {
                        continue;
                    }
                    rows.push(end_row(&mut row));
                    used = 0;
                }
                row.push_str(grapheme);
                used += wide;
            }
        } else {
            row.push_str(piece);
            used += width(piece);
        }
    }
    rows.push(end_row(&mut row));
}

/// A grapheme, whole where it fits into a row. In some scripts a letter takes more than two cells with its marks; in a
/// very narrow row it is broken as a word would be.
fn parts(grapheme: &str, max: usize) -> Vec<&str> {
    if grapheme_width(grapheme) <= max { vec![grapheme] } else { grapheme.split_inclusive(|_: char| true).collect() }
}

/// Ends a row: the spaces a break was made at are not shown.
fn end_row(row: &mut String) -> String {
    let mut ended = std::mem::take(row);
    ended.truncate(ended.trim_end_matches(' ').len());
    ended
}

/// The pieces of a line between which it may be broken.
fn pieces(line: &str) -> impl Iterator<Item = &str> {
    let mut start = 0;
    linebreaks(line).filter(|(_, kind)| matches!(kind, BreakOpportunity::Allowed | BreakOpportunity::Mandatory)).map(
        move |(end, _)| {
            let piece = &line[start..end];
            start = end;
            piece
        },
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{fit, truncate, width, wrap};

    #[track_caller]
    fn check(text: &str, max: usize, expected: &[&str]) {
        assert_eq!(wrap(text, max), expected, "wrapping {text:?} at {max}");
    }

    #[test]
    fn words_stay_whole_where_they_fit() {
        check("chegou o livro que você pediu", 12, &["chegou o", "livro que", "você pediu"]);
        check("a  b", 10, &["a  b"]);
        check("", 10, &[""]);
        check("um\n\ndois", 10, &["um", "", "dois"]);
    }

    #[test]
    fn a_word_wider_than_a_row_is_broken() {
        check("https://exemplo.org/abc x", 10, &["https://", "exemplo.or", "g/abc x"]);
    }

    #[test]
    fn wide_characters_take_two_cells() {
        check("李小龙李小龙", 5, &["李小", "龙李", "小龙"]);
        check("👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 4, &["👨‍👩‍👧‍👦👨‍👩‍👧‍👦", "👨‍👩‍👧‍👦"]);
    }

    #[test]
    fn a_letter_wider_than_the_row_is_broken_like_a_word() {
        // Found by the property below: a letter with two marks that each have a width.
        check("A\u{11F03}\u{11CB1}", 2, &["A\u{11F03}", "\u{11CB1}"]);
    }

    #[test]
    fn tabs_lead_to_the_next_stop() {
        check("a\tb", 20, &["a   b"]);
    }

    #[test]
    fn what_is_cut_says_so() {
        assert_eq!(truncate("bom dia", 5), "bom …");
        assert_eq!(truncate("bom", 3), "bom");
        assert_eq!(fit("李小龙", 4), "李… ");
        assert_eq!(truncate("a", 0), "");
    }

    proptest! {
        #[test]
        fn no_row_is_wider_than_asked(text in "\\PC{0,60}|[ a-z李👍\n\t]{0,60}", max in 2usize..30) {
            let text = papo_shared::model::text::clean_lines(&text);
            for row in wrap(&text, max) {
                prop_assert!(width(&row) <= max, "{row:?} is wider than {max}");
            }
        }

        #[test]
        fn nothing_but_spaces_is_lost(text in "[a-z李👍 \n-]{0,60}", max in 2usize..30) {
            let ink = |s: &str| s.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(ink(&wrap(&text, max).concat()), ink(&text));
        }

        #[test]
        fn fitted_text_is_as_wide_as_asked(text in "\\PC{0,30}", cells in 0usize..30) {
            prop_assert_eq!(width(&fit(&text, cells)), cells);
        }
    }
}
