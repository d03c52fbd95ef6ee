//! Breaking text into rows that fit.
//!
//! Text is laid out by grapheme, and one function says how wide a grapheme is: so no row is ever wider or narrower than
//! the cells it takes. What has no place in a cell is left out first, here and nowhere else.

use std::borrow::Cow;
use std::ops::Range;

use unicode_linebreak::{BreakOpportunity, linebreaks};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::shown::shown;

/// How many columns a tab leads on to.
pub(super) const TAB_WIDTH: usize = 4;

/// How many cells this text takes in one row.
#[must_use]
pub fn width(text: &str) -> usize {
    cells_at_a_glance(text).unwrap_or_else(|| cells_of_graphemes(text))
}

fn cells_of_graphemes(text: &str) -> usize {
    shown(text).graphemes(true).map(grapheme_width).sum()
}

/// How many cells a text takes whose every character is shown in one cell of its own, as nearly all do that are drawn: for those
/// it need not be found out what is one grapheme, which took thirty times as long.
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

/// Whether every character of a text is shown in one cell of its own; where that is not seen at a glance, no.
#[must_use]
pub fn has_one_cell_each(text: &str) -> bool {
    cells_at_a_glance(text).is_some()
}

/// Latin letters and their signs, and what lines are made of. The first character that joins the one before it is U+0300; one
/// that joins what is around it is none of these, and whoever stands beside it is not looked at here.
fn has_one_cell(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{A0}'..='\u{AC}' | '\u{AE}'..='\u{2FF}' | '\u{2500}'..='\u{257F}')
}

/// How many cells one grapheme takes: what the terminal is told, and so what everything is laid out by.
fn grapheme_width(grapheme: &str) -> usize {
    grapheme.width()
}

/// The longest beginning of the text that fits into `max` cells, with an ellipsis where something was left out.
#[must_use]
pub fn truncate(text: &str, max: usize) -> String {
    cut(text, max).0.into_owned()
}

/// As [`truncate`], and how many cells it takes.
#[must_use]
pub fn cut(text: &str, max: usize) -> (Cow<'_, str>, usize) {
    let glanced = cells_at_a_glance(text);
    // What has one cell each is shown as it is.
    let text = if glanced.is_some() { Cow::Borrowed(text) } else { shown(text) };
    let cells = glanced.unwrap_or_else(|| text.graphemes(true).map(grapheme_width).sum());
    if cells <= max {
        return (text, cells);
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
        used += 1;
    }
    (Cow::Owned(cut), used)
}

/// The longest beginning of the text that fits into `max` cells, without an ellipsis.
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

/// A fingerprint (pairs of hex digits with colons between) in rows of its own, each of as many pairs, so that people can read them
/// to each other.
#[must_use]
pub fn fingerprint_in_rows(fingerprint: &str, columns: usize) -> String {
    let pairs: Vec<&str> = fingerprint.split(':').collect();
    let in_row = [32, 16, 8, 4, 2].into_iter().find(|pairs| pairs * 3 - 1 <= columns).unwrap_or(1);
    pairs.chunks(in_row).map(|row| format!("\n{}", row.join(":"))).collect()
}

/// The text in exactly `cells` cells: cut with an ellipsis, or filled with spaces at its end.
#[must_use]
pub fn fit(text: &str, cells: usize) -> String {
    let (fitted, used) = cut(text, cells);
    let mut fitted = fitted.into_owned();
    fitted.extend(std::iter::repeat_n(' ', cells.saturating_sub(used)));
    fitted
}

/// Breaks text into rows of at most `max` cells: at the places where its script allows a break, and inside a word only
/// where the word alone is wider than a row. Always at least one row; `max` counts as at least 2, which a wide
/// character needs.
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

/// Where the rows of a line begin and end, by the rules of [`wrap`]. The line is clean and has no tab.
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
            rows.take_by_grapheme(piece, start, max);
        } else {
            rows.used += width(piece);
        }
        start += piece.len();
    }
    rows.end(line.len());
    // The spaces a break was made at are not shown.
    rows.ended.into_iter().map(|row| row.start..row.start + line[row].trim_end_matches(' ').len()).collect()
}

/// Where the rows of a line begin and end that keeps its spaces: code. It is broken wherever the row is full, so that what
/// was one line is one line again when the rows are put together.
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

/// The rows of a line so far, and the one that is being filled.
#[derive(Default)]
struct Rows {
    ended: Vec<Range<usize>>,
    /// Where the row begins that is being filled.
    start: usize,
    /// The cells that are taken in it.
    used: usize,
}

impl Rows {
    fn end(&mut self, at: usize) {
        self.ended.push(self.start..at);
        self.start = at;
        self.used = 0;
    }

    /// Takes a word that alone is wider than a row. The spaces after it have no row of their own.
    fn take_by_grapheme(&mut self, piece: &str, start: usize, max: usize) {
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

/// How many cells a tab takes that stands in this column.
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

/// A grapheme, whole where it fits into a row. In some scripts a letter takes more than two cells with its marks; in a
/// very narrow row it is broken as a word would be.
fn parts(grapheme: &str, max: usize) -> Vec<&str> {
    if grapheme_width(grapheme) <= max { vec![grapheme] } else { grapheme.split_inclusive(|_: char| true).collect() }
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

    use super::{cells_of_graphemes, cut, fit, truncate, width, wrap};

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
        /// What is counted is what would be measured, whatever stands beside what.
        #[test]
        fn a_glance_comes_to_the_same(text in "[ -~\u{a0}-\u{34f}]{0,12}|[─-╿ é\u{ad}\u{301}\u{200d}\u{fe0f}\u{1f1e7}👍李\u{600}]{0,6}", max in 0usize..14) {
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
