//! One line of a text, around what was found in it.

use std::ops::Range;

use super::shown::shown;
use super::wrap::width;

/// A piece of a text, and whether it is what was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The text, in one line.
    pub text: String,
    /// Whether it was found.
    pub is_match: bool,
}

/// As much of a text as makes one line of so many cells, from a little before the first mark on. Marks are in bytes, ascending, and
/// do not overlap. What goes beyond the line is for whoever draws it to cut.
#[must_use]
pub fn excerpt(text: &str, marks: &[Range<usize>], cells: usize) -> Vec<Piece> {
    let first = marks.first().map_or(0, |mark| mark.start);
    let start = if width(&one_line(&text[..first])) <= cells / 2 { 0 } else { before(text, first, cells / 3) };
    let mut pieces = Vec::new();
    let mut push = |text: &str, is_match| {
        if !text.is_empty() {
            pieces.push(Piece { text: text.to_owned(), is_match });
        }
    };
    if start > 0 {
        push("…", false);
    }
    // More than a line can hold need not be looked at: a character has at least a quarter of a cell on average.
    let end = text.floor_char_boundary(start.max(first) + cells * 16);
    let mut at = start;
    for mark in marks.iter().filter(|mark| mark.start < end) {
        push(&one_line(&text[at..mark.start]), false);
        push(&one_line(&text[mark.start..mark.end.min(end)]), true);
        at = mark.end.min(end);
    }
    push(&one_line(&text[at..end]), false);
    pieces
}

/// The start of the word that stands so many cells before this place.
fn before(text: &str, place: usize, cells: usize) -> usize {
    let mut start = place;
    let mut left = cells;
    for (at, c) in text[..place].char_indices().rev() {
        let wide = width(c.encode_utf8(&mut [0; 4]));
        if wide > left {
            break;
        }
        left -= wide;
        start = at;
    }
    // A word that is cut in two is left out, where another one follows.
    text[start..place].find(char::is_whitespace).map_or(start, |space| start + space + 1).min(place)
}

fn one_line(text: &str) -> String {
    shown(&text.replace(['\n', '\t'], " ")).into_owned()
}

#[cfg(test)]
mod tests {
    use papo_shared::model::search::Query;

    use super::excerpt;

    #[track_caller]
    fn check(text: &str, query: &str, cells: usize, expected: &str) {
        let marks = Query::parse(query, 0).unwrap().marks(text);
        let pieces = excerpt(text, &marks, cells);
        let drawn = |piece: &super::Piece| if piece.is_match { format!("[{}]", piece.text) } else { piece.text.clone() };
        assert_eq!(pieces.iter().map(drawn).collect::<String>(), expected);
    }

    #[test]
    fn a_short_text_is_shown_whole_in_one_line() {
        check("oi João,\n\ttudo bem?", "joao", 40, "oi [João],  tudo bem?");
        check("sem nada", "from:ana", 40, "sem nada");
    }

    #[test]
    fn of_a_long_text_what_was_found_is_in_sight() {
        let text = "uma linha bem comprida que fala de muitas coisas até chegar ao bolo de cenoura";
        check(text, "bolo", 40, "…chegar ao [bolo] de cenoura");
        check(&"a".repeat(100), "aa", 10, &format!("[{}]", "a".repeat(100)));
    }

    #[test]
    fn what_is_cut_off_a_long_line_is_not_looked_at() {
        let text = format!("bolo {}", "é bolo ".repeat(2_000));
        let marks = Query::parse("bolo", 0).unwrap().marks(&text);
        let shown: usize = excerpt(&text, &marks, 20).iter().map(|piece| piece.text.len()).sum();
        assert!(shown < 400, "{shown} bytes");
    }
}
