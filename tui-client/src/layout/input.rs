//! The geometry of input boxes: wrapped rows, the position of the cursor, and its movement by rows. Widths are measured by
//! grapheme, as everywhere.

use std::ops::Range;

use unicode_linebreak::{BreakOpportunity, linebreaks};
use unicode_segmentation::UnicodeSegmentation;

use super::wrap::{TAB_WIDTH, width};
use crate::state::text_input::TextInput;

/// Replaces each grapheme of a secret.
const DOT: &str = "•";

/// A row of an input box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputRow {
    /// The index of the line that the row belongs to.
    pub line: usize,
    /// The byte range of the line. At a boundary between two rows of a line, the cursor is in the second one.
    pub bytes: Range<usize>,
}

/// The rows of a multi-line input box. The last column is reserved for the cursor.
#[must_use]
pub fn rows(lines: &[String], columns: usize) -> Vec<InputRow> {
    let max = columns.saturating_sub(1);
    lines
        .iter()
        .enumerate()
        .flat_map(|(line, text)| wrap_line(text, max).into_iter().map(move |bytes| InputRow { line, bytes }))
        .collect()
}

/// The row and the column of the cursor, where `(line, column)` counts characters.
#[must_use]
pub fn cursor_position(lines: &[String], rows: &[InputRow], (line, column): (usize, usize)) -> (usize, usize) {
    let at = byte_of(&lines[line], column);
    let row = rows.iter().rposition(|row| row.line == line && row.bytes.start <= at).unwrap_or(0);
    let start = rows.get(row).map_or(0, |row| row.bytes.start);
    (row, cells(&lines[line][start..at]))
}

/// The cursor (line, character) after moving by `step` rows, negative for up; `None` beyond the first or last row.
#[must_use]
pub fn cursor_moved_by_row(input: &TextInput, columns: usize, step: isize) -> Option<(usize, usize)> {
    let lines = input.lines();
    let rows = rows(lines, columns);
    let (row, column) = cursor_position(lines, &rows, input.cursor());
    let to = rows.get(row.checked_add_signed(step)?)?;
    let text = &lines[to.line][to.bytes.clone()];
    let mut used = 0;
    let mut at = to.bytes.start;
    for grapheme in text.graphemes(true) {
        let wide = grapheme_cells(grapheme, used);
        // The end of a wrapped row is the start of the next one, so the cursor stays before its last grapheme.
        let is_last = at + grapheme.len() == to.bytes.end && to.bytes.end < lines[to.line].len();
        if used + wide > column || is_last {
            break;
        }
        used += wide;
        at += grapheme.len();
    }
    Some((to.line, lines[to.line][..at].chars().count()))
}

/// The visible text of a single-line input box, and the column of the cursor. Text before the cursor that does not fit is
/// cut at the left.
#[must_use]
pub fn single_row(input: &TextInput, columns: usize) -> (String, usize) {
    let (line, column) = input.cursor();
    let before: String = input.lines()[..line].iter().map(|line| format!("{line}\n")).collect();
    let before = before + &input.lines()[line][..byte_of(&input.lines()[line], column)];
    let text = input.text();
    let (text, before) = if input.is_secret() {
        (DOT.repeat(text.graphemes(true).count()), DOT.repeat(before.graphemes(true).count()))
    } else {
        (text, before)
    };
    let mut hidden = 0;
    let mut cursor = cells(&before);
    for grapheme in before.graphemes(true) {
        if cursor < columns.max(1) {
            break;
        }
        hidden += grapheme.len();
        cursor = cells(&before[hidden..]);
    }
    (drawn(&text[hidden..]), cursor)
}

/// The width of this text in cells, with tabs expanded from its start.
fn cells(text: &str) -> usize {
    text.graphemes(true).fold(0, |used, grapheme| used + grapheme_cells(grapheme, used))
}

fn grapheme_cells(grapheme: &str, used: usize) -> usize {
    if grapheme == "\t" { TAB_WIDTH - used % TAB_WIDTH } else { width(grapheme) }
}

/// The text as drawn: tabs become spaces, and zero-width graphemes are left out.
#[must_use]
pub fn drawn(text: &str) -> String {
    let mut used = 0;
    let mut drawn = String::with_capacity(text.len());
    for grapheme in text.graphemes(true) {
        let wide = grapheme_cells(grapheme, used);
        used += wide;
        if grapheme == "\t" {
            drawn.extend(std::iter::repeat_n(' ', wide));
        } else if wide > 0 {
            drawn.push_str(grapheme);
        }
    }
    drawn
}

/// The byte offset of a character, by its number from 0.
#[must_use]
pub fn byte_of(line: &str, column: usize) -> usize {
    line.char_indices().nth(column).map_or(line.len(), |(at, _)| at)
}

/// Wraps a line without losing any character: at break opportunities, and inside words or spaces wider than a row.
fn wrap_line(line: &str, max: usize) -> Vec<Range<usize>> {
    let mut rows = Vec::new();
    let (mut start, mut used, mut piece_start) = (0, 0, 0);
    for (piece_end, kind) in linebreaks(line) {
        if !matches!(kind, BreakOpportunity::Allowed | BreakOpportunity::Mandatory) {
            continue;
        }
        let piece = &line[piece_start..piece_end];
        let word = cells(piece.trim_end_matches(' '));
        if used > 0 && used + word > max {
            rows.push(start..piece_start);
            (start, used) = (piece_start, 0);
        }
        let mut at = piece_start;
        for grapheme in piece.graphemes(true) {
            let wide = grapheme_cells(grapheme, used);
            if used + wide > max && at > start {
                rows.push(start..at);
                (start, used) = (at, 0);
            }
            used += grapheme_cells(grapheme, used);
            at += grapheme.len();
        }
        piece_start = piece_end;
    }
    rows.push(start..line.len());
    rows
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_segmentation::UnicodeSegmentation;

    use super::{cells, cursor_position, drawn, rows, single_row};
    use crate::layout::wrap::width;
    use crate::state::text_input::TextInput;

    fn broken(text: &str, columns: usize) -> Vec<String> {
        let lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
        rows(&lines, columns).into_iter().map(|row| lines[row.line][row.bytes].to_owned()).collect()
    }

    #[test]
    fn rows_break_between_words_and_keep_all_spaces() {
        assert_eq!(broken("um dois  tres", 8), ["um dois", "  tres"]);
        assert_eq!(broken("abcdefghij", 5), ["abcd", "efgh", "ij"]);
        assert_eq!(broken("a      ", 5), ["a   ", "   "]);
        assert_eq!(broken("\n👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 5), ["", "👨‍👩‍👧‍👦👨‍👩‍👧‍👦", "👨‍👩‍👧‍👦"]);
        assert_eq!(drawn("a\tb"), "a   b");
    }

    #[test]
    fn a_single_row_shows_the_text_before_the_cursor() {
        let mut input = TextInput::single_line();
        input.set("um texto longo 👍🏽");
        assert_eq!(single_row(&input, 6), ("go 👍🏽".to_owned(), 5));
        let mut secret = TextInput::secret();
        secret.set("a👍🏽c");
        assert_eq!(single_row(&secret, 10), ("•••".to_owned(), 3));
    }

    proptest! {
        /// The cursor column equals the width of the text before it in its row, and is inside the box.
        #[test]
        fn the_cursor_follows_the_text_before_it(
            text in "([a-z \t-]|👨‍👩‍👧‍👦|🇧🇷|👍🏽|❤️|1️⃣|e\u{301}|李|\n){0,40}", columns in 7usize..30, back in 0usize..40,
        ) {
            let mut input = TextInput::multi_line();
            input.set(&text);
            for _ in 0..back {
                input.move_back();
            }
            let (lines, (line, column)) = (input.lines(), input.cursor());
            let rows = rows(lines, columns);
            let (row, x) = cursor_position(lines, &rows, (line, column));
            let before: String = lines[line].chars().take(column).collect();
            let in_row = &before[rows[row].bytes.start..];
            prop_assert_eq!(x, width(&drawn(in_row)));
            prop_assert!(x < columns);
            for row in &rows {
                prop_assert!(cells(&lines[row.line][row.bytes.clone()]) < columns);
            }
            let whole: String = rows.iter().map(|row| &lines[row.line][row.bytes.clone()]).collect();
            prop_assert_eq!(whole.graphemes(true).count(), lines.iter().map(|line| line.graphemes(true).count()).sum::<usize>());
        }
    }
}
