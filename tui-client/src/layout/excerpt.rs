//! One-line excerpts of a text around search matches.

use std::ops::Range;

use super::shown::shown;
use super::wrap::width;

/// A piece of an excerpt, either a match or the text between matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The text, without line breaks and tabs.
    pub text: String,
    /// Whether it matches the search.
    pub is_match: bool,
}

/// An excerpt for a row of `cells` cells that starts a little before the first mark. `marks` are byte ranges, ascending and
/// without overlap. The result may be longer than the row; the caller truncates it.
#[must_use]
pub fn excerpt(text: &str, marks: &[Range<usize>], cells: usize) -> Vec<Piece> {
    let first = marks.first().map_or(0, |mark| mark.start);
    let start = if width(&one_line(&text[..first])) <= cells / 2 { 0 } else { start_before(text, first, cells / 3) };
    let mut pieces = Vec::new();
    let mut push = |text: &str, is_match| {
        if !text.is_empty() {
            pieces.push(Piece { text: text.to_owned(), is_match });
        }
    };
    if start > 0 {
        push("…", false);
    }
    // An upper bound on the bytes that fit into the row, so that a long text is not processed as a whole.
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

/// The byte offset of a word start at most `cells` cells before `end`.
fn start_before(text: &str, end: usize, cells: usize) -> usize {
    let mut start = end;
    let mut left = cells;
    for (at, c) in text[..end].char_indices().rev() {
        let wide = width(c.encode_utf8(&mut [0; 4]));
        if wide > left {
            break;
        }
        left -= wide;
        start = at;
    }
    // Skips a word that is cut in two, if another one follows.
    text[start..end].find(char::is_whitespace).map_or(start, |space| start + space + 1).min(end)
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
    fn a_short_text_is_shown_completely() {
        check("oi João,\n\ttudo bem?", "joao", 40, "oi [João],  tudo bem?");
        check("sem nada", "from:ana", 40, "sem nada");
    }

    #[test]
    fn the_excerpt_of_a_long_text_contains_the_match() {
        let text = "uma linha bem comprida que fala de muitas coisas até chegar ao bolo de cenoura";
        check(text, "bolo", 40, "…chegar ao [bolo] de cenoura");
        check(&"a".repeat(100), "aa", 10, &format!("[{}]", "a".repeat(100)));
    }

    #[test]
    fn the_excerpt_of_a_long_text_is_bounded() {
        let text = format!("bolo {}", "é bolo ".repeat(2_000));
        let marks = Query::parse("bolo", 0).unwrap().marks(&text);
        let shown: usize = excerpt(&text, &marks, 20).iter().map(|piece| piece.text.len()).sum();
        assert!(shown < 400, "{shown} bytes");
    }
}
