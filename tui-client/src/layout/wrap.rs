//! Measures, truncates and wraps text.
//!
//! Text is laid out by grapheme, and a single function defines the width of a grapheme, so that the computed width of a row
//! equals the cells it takes. Characters that must not be drawn are removed first ([`shown`]).

use std::borrow::Cow;
use std::ops::Range;

use unicode_linebreak::{BreakOpportunity, linebreaks};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::shown::shown;

/// The distance of tab stops, in columns.
pub(super) const TAB_WIDTH: usize = 4;

/// The width of a text in cells, in one row.
#[must_use]
pub fn width(text: &str) -> usize {
    cells_at_a_glance(text).unwrap_or_else(|| cells_of_graphemes(text))
}

fn cells_of_graphemes(text: &str) -> usize {
    shown(text).graphemes(true).map(grapheme_width).sum()
}

/// The width of a text of single-cell characters only; `None` for any other text. Most text qualifies, and segmentation into
/// graphemes takes thirty times as long.
pub(super) fn cells_at_a_glance(text: &str) -> Option<usize> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Some(text.len());
    }
    let mut cells = 0;
    for c in text.chars() {
        if !has_one_cell(c) {
            return None;
        }
        cells += 1;
    }
    Some(cells)
}

/// Whether every character of a text certainly takes exactly one cell.
#[must_use]
pub fn has_one_cell_each(text: &str) -> bool {
    cells_at_a_glance(text).is_some()
}

/// Whether a character always takes one cell: Latin letters, punctuation, and box drawing. Combining characters start at U+0300,
/// and joiners are not in these ranges either.
fn has_one_cell(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{A0}'..='\u{AC}' | '\u{AE}'..='\u{2FF}' | '\u{2500}'..='\u{257F}')
}

/// The width of a grapheme in cells. All layout is based on this function.
fn grapheme_width(grapheme: &str) -> usize {
    grapheme.width()
}

/// The longest prefix that fits into `max` cells, with an ellipsis if anything was cut.
#[must_use]
pub fn truncate(text: &str, max: usize) -> String {
    cut(text, max).0.into_owned()
}

/// [`truncate`], and the width of the result in cells.
#[must_use]
pub fn cut(text: &str, max: usize) -> (Cow<'_, str>, usize) {
    let glanced = cells_at_a_glance(text);
    // Single-cell characters are all displayable.
    let text = if glanced.is_some() { Cow::Borrowed(text) } else { shown(text) };
    let cells = glanced.unwrap_or_else(|| text.graphemes(true).map(grapheme_width).sum());
    if cells <= max {
        return (text, cells);
    }
    let mut cut = String::new();
    let mut used = 0;
    for grapheme in text.graphemes(true) {
        let wide = grapheme_width(grapheme);
        // One cell is reserved for the ellipsis.
        if used + wide + 1 > max {
            break;
        }
        used += wide;
        cut.push_str(grapheme);
    }
    if max > 0 {
        cut.push('…');
        used += 1;
    }
    (Cow::Owned(cut), used)
}

/// The longest prefix that fits into `max` cells, without an ellipsis.
#[must_use]
pub fn clip(text: &str, max: usize) -> String {
    let text = shown(text);
    let mut used = 0;
    let fits = |grapheme: &&str| {
        used += grapheme_width(grapheme);
        used <= max
    };
    text.graphemes(true).take_while(fits).collect()
}

/// Breaks a fingerprint (pairs of hex digits separated by colons) into rows of equal length, each preceded by a line break, so
/// that people can read it to each other.
#[must_use]
pub fn fingerprint_in_rows(fingerprint: &str, columns: usize) -> String {
    let pairs: Vec<&str> = fingerprint.split(':').collect();
    let in_row = [32, 16, 8, 4, 2].into_iter().find(|pairs| pairs * 3 - 1 <= columns).unwrap_or(1);
    pairs.chunks(in_row).map(|row| format!("\n{}", row.join(":"))).collect()
}

/// The text in exactly `cells` cells: truncated with an ellipsis, or padded with spaces at its end.
#[must_use]
pub fn fit(text: &str, cells: usize) -> String {
    let (fitted, used) = cut(text, cells);
    let mut fitted = fitted.into_owned();
    fitted.extend(std::iter::repeat_n(' ', cells.saturating_sub(used)));
    fitted
}

/// Breaks text into rows of at most `max` cells: at the break opportunities of its script, and inside a word only if the word is
/// wider than a row. Returns at least one row. `max` is raised to 2, the width of a wide character.
#[must_use]
pub fn wrap(text: &str, max: usize) -> Vec<String> {
    let mut rows = Vec::new();
    for line in text.split('\n') {
        let line = expand_tabs(line);
        let line = shown(&line);
        rows.extend(wrap_line(&line, max).into_iter().map(|row| line[row].to_owned()));
    }
    rows
}

/// The byte ranges of the rows of a line, by the rules of [`wrap`]. The line must be displayable and without tabs.
pub(super) fn wrap_line(line: &str, max: usize) -> Vec<Range<usize>> {
    let max = max.max(2);
    let mut rows = Rows::default();
    let mut start = 0;
    for piece in pieces(line) {
        let wide = width(piece.trim_end_matches(' '));
        if rows.used + wide > max && rows.used > 0 {
            rows.end(start);
        }
        if wide > max {
            rows.break_word(piece, start, max);
        } else {
            rows.used += width(piece);
        }
        start += piece.len();
    }
    rows.end(line.len());
    // Spaces at a break are not shown.
    rows.ended.into_iter().map(|row| row.start..row.start + line[row].trim_end_matches(' ').len()).collect()
}

/// The byte ranges of the rows of a line of code. It is broken wherever a row is full, so that joining the rows restores the line
/// with all its spaces.
pub(super) fn wrap_exactly(line: &str, max: usize) -> Vec<Range<usize>> {
    let mut rows = Rows::default();
    let mut start = 0;
    for grapheme in line.graphemes(true).flat_map(|grapheme| parts(grapheme, max.max(2))) {
        let wide = grapheme_width(grapheme);
        if rows.used + wide > max.max(2) {
            rows.end(start);
        }
        rows.used += wide;
        start += grapheme.len();
    }
    rows.end(line.len());
    rows.ended
}

/// The finished rows of a line, and the one being filled.
#[derive(Default)]
struct Rows {
    ended: Vec<Range<usize>>,
    /// The start of the row being filled.
    start: usize,
    /// The cells used in it.
    used: usize,
}

impl Rows {
    fn end(&mut self, at: usize) {
        self.ended.push(self.start..at);
        self.start = at;
        self.used = 0;
    }

    /// Breaks a word that is wider than a row. Spaces after it do not start a row.
    fn break_word(&mut self, piece: &str, start: usize, max: usize) {
        let mut at = start;
        for grapheme in piece.graphemes(true).flat_map(|grapheme| parts(grapheme, max)) {
            let wide = grapheme_width(grapheme);
            if self.used + wide > max && grapheme != " " {
                self.end(at);
            }
            self.used += wide;
            at += grapheme.len();
        }
    }
}

/// The width of a tab in this column, in cells.
#[must_use]
pub(super) fn cells_of_tab(column: usize) -> usize {
    TAB_WIDTH - column % TAB_WIDTH
}

fn expand_tabs(line: &str) -> Cow<'_, str> {
    if !line.contains('\t') {
        return Cow::Borrowed(line);
    }
    let mut expanded = String::with_capacity(line.len() + TAB_WIDTH);
    let mut column = 0;
    for part in line.split_inclusive('\t') {
        let text = part.trim_end_matches('\t');
        expanded.push_str(text);
        column += width(text);
        if text.len() < part.len() {
            let cells = cells_of_tab(column);
            expanded.extend(std::iter::repeat_n(' ', cells));
            column += cells;
        }
    }
    Cow::Owned(expanded)
}

/// A grapheme, or its characters if it does not fit into a row. In some scripts a letter with its marks takes
/// more than two cells.
fn parts(grapheme: &str, max: usize) -> Vec<&str> {
    if grapheme_width(grapheme) <= max { vec![grapheme] } else { grapheme.split_inclusive(|_: char| true).collect() }
}

/// The pieces of a line between its break opportunities.
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

    use super::{cells_of_graphemes, cut, fit, truncate, width, wrap};

    #[track_caller]
    fn check(text: &str, max: usize, expected: &[&str]) {
        assert_eq!(wrap(text, max), expected, "wrapping {text:?} at {max}");
    }

    #[test]
    fn words_that_fit_are_not_broken() {
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
        // Found by the property test below: a letter with two marks that each have a width.
        check("A\u{11F03}\u{11CB1}", 2, &["A\u{11F03}", "\u{11CB1}"]);
    }

    #[test]
    fn no_character_needs_a_row_of_three_cells() {
        for c in '\0'..=char::MAX {
            let text = c.to_string();
            assert!(wrap(&text, 2).iter().all(|row| width(row) <= 2), "{c:?}");
        }
        check("\u{17D8}", 2, &["\u{17D4}", "\u{179B}\u{17D4}"]);
    }

    #[test]
    fn tabs_advance_to_the_next_stop() {
        check("a\tb", 20, &["a   b"]);
    }

    #[test]
    fn truncated_text_ends_with_an_ellipsis() {
        assert_eq!(truncate("bom dia", 5), "bom …");
        assert_eq!(truncate("bom", 3), "bom");
        assert_eq!(fit("李小龙", 4), "李… ");
        assert_eq!(truncate("a", 0), "");
    }

    #[test]
    fn a_fingerprint_is_broken_between_its_pairs_into_equal_rows() {
        let fingerprint = vec!["AB"; 32].join(":");
        for (columns, in_row) in [(95, 32), (94, 16), (50, 16), (47, 16), (46, 8), (23, 8), (11, 4), (10, 2)] {
            let rows = super::fingerprint_in_rows(&fingerprint, columns);
            let row = vec!["AB"; in_row].join(":");
            assert!(rows.lines().skip(1).all(|line| line == row), "{columns}: {rows}");
            assert_eq!(rows.matches("AB").count(), 32);
        }
    }

    proptest! {
        /// The fast path agrees with measuring by grapheme, for all combinations of characters.
        #[test]
        fn the_fast_path_agrees_with_measuring_by_grapheme(text in "[ -~\u{a0}-\u{34f}]{0,12}|[─-╿ é\u{ad}\u{301}\u{200d}\u{fe0f}\u{1f1e7}👍李\u{600}]{0,6}", max in 0usize..14) {
            prop_assert_eq!(width(&text), cells_of_graphemes(&text));
            let (cut, cells) = cut(&text, max);
            prop_assert_eq!(cells_of_graphemes(&cut), cells);
            prop_assert!(cells <= max);
        }

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
