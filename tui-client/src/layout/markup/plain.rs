//! A fast path for messages that are one row of plain text, as most are. Parsing marks and links and computing line breaks takes
//! twenty times as long.

use super::document::Ink;
use super::rows::{Row, Run};
use crate::layout::wrap::cells_at_a_glance;

/// The row of a message that fits into `max` cells and certainly contains no mark or link; `None` if that is not certain.
pub(super) fn row(text: &str, max: usize) -> Option<Row> {
    let is_one_row = cells_at_a_glance(text).is_some_and(|cells| cells <= max) && !text.ends_with(' ');
    let can_be_more = text.bytes().any(can_be_mark) || text.contains("://") || may_begin_with_mark(text);
    (is_one_row && !can_be_more && !text.is_empty()).then(|| vec![Run { text: text.to_owned(), ink: Ink::default(), link: None }])
}

/// Whether a character can be part of a mark or a mail address, wherever it is.
fn can_be_mark(byte: u8) -> bool {
    matches!(byte, b'*' | b'_' | b'`' | b'~' | b'[' | b']' | b'<' | b'>' | b'&' | b'\\' | b'@' | b'|')
}

/// Whether a line may begin with a block mark: a list item, a heading, a rule, or indentation.
fn may_begin_with_mark(line: &str) -> bool {
    let after_digits = line.trim_start_matches(|c: char| c.is_ascii_digit());
    line.starts_with([' ', '#', '-', '+', '=']) || (after_digits.len() < line.len() && after_digits.starts_with(['.', ')']))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::row;
    use crate::layout::markup::Markup;
    use crate::state::conversations::highlighted::Highlighted;

    #[test]
    fn common_messages_take_the_fast_path() {
        for text in
            ["oi", "4711 amanhã de manhã a rede volta, e o servidor também!", "e aí, (bom) dia: tudo certo? 50% / 2", "10.5"]
        {
            assert_eq!(row(text, 60).is_some(), !text.starts_with("10."), "{text}");
        }
        assert!(row("oi", 1).is_none() && row("", 9).is_none() && row("👍", 9).is_none());
    }

    proptest! {
        #[test]
        fn the_fast_path_agrees_with_the_parser(
            text in "[ -~é\u{a0}─]{0,16}|[a-z ]{0,9}([-*_#+=>.)(:/@!\"'0-9]|://|www\\.|[a-z ]){0,9}|[0-9]{1,3}[.) a-z]{0,5}",
            max in 2usize..20,
        ) {
            if let Some(row) = row(&text, max) {
                prop_assert_eq!(vec![row], Markup::of(&text).rows(max, &Highlighted::default()));
            }
        }
    }
}
