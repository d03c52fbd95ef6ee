//! A message that is one row of plain text, as most are: found out at a glance, and without looking for marks, links and places
//! to break it at, which took twenty times as long.

use super::document::Ink;
use super::rows::{Row, Run};
use crate::layout::wrap::cells_at_a_glance;

/// The row of a message that fits in one of so many cells and has nothing in it that can be a mark or a link. None says nothing.
pub(super) fn row(text: &str, max: usize) -> Option<Row> {
    let is_one_row = cells_at_a_glance(text).is_some_and(|cells| cells <= max) && !text.ends_with(' ');
    let can_be_more = text.bytes().any(can_be_marked) || text.contains("://") || begins_like_a_mark(text);
    (is_one_row && !can_be_more && !text.is_empty()).then(|| vec![Run { text: text.to_owned(), ink: Ink::default(), link: None }])
}

/// Whether a character can be part of a mark or of an address of mail, wherever it stands.
fn can_be_marked(byte: u8) -> bool {
    matches!(byte, b'*' | b'_' | b'`' | b'~' | b'[' | b']' | b'<' | b'>' | b'&' | b'\\' | b'@' | b'|')
}

/// Whether a line begins with what can be a mark there: of an item, of a title, of a line across, or room before it.
fn begins_like_a_mark(line: &str) -> bool {
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
    fn what_people_mostly_say_is_plain_to_see() {
        for text in
            ["oi", "4711 amanhã de manhã a rede volta, e o servidor também!", "e aí, (bom) dia: tudo certo? 50% / 2", "10.5"]
        {
            assert_eq!(row(text, 60).is_some(), !text.starts_with("10."), "{text}");
        }
        assert!(row("oi", 1).is_none() && row("", 9).is_none() && row("👍", 9).is_none());
    }

    proptest! {
        #[test]
        fn it_comes_to_what_the_long_way_comes_to(
            text in "[ -~é\u{a0}─]{0,16}|[a-z ]{0,9}([-*_#+=>.)(:/@!\"'0-9]|://|www\\.|[a-z ]){0,9}|[0-9]{1,3}[.) a-z]{0,5}",
            max in 2usize..20,
        ) {
            if let Some(row) = row(&text, max) {
                prop_assert_eq!(vec![row], Markup::of(&text).rows(max, &Highlighted::default()));
            }
        }
    }
}
