//! Text as the words that a search compares: without case, without accents, without anything that is no word.
//!
//! The server folds what it keeps an index of, and what is searched for; the client folds what it marks on the screen.
//! There is one folding, so that what is marked is what was found.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Raised with each change of what [`words`] gives for some text, that of a newer Unicode included: an index that was made
/// with another folding is made anew.
pub const FOLDING: u32 = 1;

/// A word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// As it is compared: letters and digits, in lower case, without accents. Never empty.
    pub folded: String,
    /// Where it stands, in bytes of the text.
    pub at: Range<usize>,
}

/// The words of a text, in their order.
///
/// A word is a run of letters and digits. Where a script writes words without a space between them, and among emoji, each
/// character is a word of its own, so that what stands inside of a run can be found.
pub fn words(text: &str) -> impl Iterator<Item = Word> + '_ {
    let mut chars = text.char_indices().peekable();
    std::iter::from_fn(move || {
        loop {
            let (start, first) = chars.next()?;
            let mut folded = String::new();
            if !fold_char(first, &mut folded) {
                continue;
            }
            let mut end = start + first.len_utf8();
            let alone = stands_alone(first);
            while let Some(&(at, next)) = chars.peek() {
                let is_mark = is_combining_mark(next);
                if !is_mark && (alone || stands_alone(next) || !fold_char(next, &mut folded)) {
                    break;
                }
                end = at + next.len_utf8();
                chars.next();
            }
            return Some(Word { folded, at: start..end });
        }
    })
}

/// A name as names are compared: its words, and that there was something between them.
#[must_use]
pub fn fold_name(name: &str) -> String {
    words(name).map(|word| word.folded).collect::<Vec<_>>().join("-")
}

/// Whether a text has a link to the web in it.
#[must_use]
pub fn has_link(text: &str) -> bool {
    ["http://", "https://"].iter().any(|scheme| {
        let long_enough = text.len().saturating_sub(scheme.len());
        text.char_indices().any(|(at, _)| {
            at < long_enough
                && text.as_bytes()[at..at + scheme.len()].eq_ignore_ascii_case(scheme.as_bytes())
                && text[at + scheme.len()..].starts_with(|next: char| next.is_alphanumeric() || next == '[')
        })
    })
}

/// Appends what a character is compared as. False where it is no part of a word.
fn fold_char(c: char, into: &mut String) -> bool {
    if c.is_ascii() {
        if c.is_ascii_alphanumeric() {
            into.push(c.to_ascii_lowercase());
        }
        return c.is_ascii_alphanumeric();
    }
    if is_pictograph(c) {
        into.push(c);
        return true;
    }
    let before = into.len();
    // By way of upper case, which brings together what has several forms in lower case: ß and ss, σ and ς.
    let unaccented = std::iter::once(c).nfkd().filter(|part| part.is_alphanumeric() && !is_combining_mark(*part));
    into.extend(
        unaccented.flat_map(char::to_uppercase).flat_map(char::to_lowercase).nfkd().filter(|part| part.is_alphanumeric()),
    );
    into.len() > before
}

/// Whether a character is a word by itself.
fn stands_alone(c: char) -> bool {
    let without_spaces =
        matches!(u32::from(c), 0x3040..=0x30FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x20000..=0x3FFFF);
    without_spaces || is_pictograph(c)
}

/// Symbols and emoji that people search for.
fn is_pictograph(c: char) -> bool {
    matches!(u32::from(c), 0x2600..=0x27BF | 0x1F000..=0x1F3FA | 0x1F400..=0x1FAFF)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{fold_name, has_link, words};

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<String> = words(text).map(|word| word.folded).collect();
        assert_eq!(found, expected, "the words of {text:?}");
    }

    #[test]
    fn case_and_accents_are_folded() {
        check("João, AÇÃO!", &["joao", "acao"]);
        check("a\u{303}o ÃO", &["ao", "ao"]);
        check("Straße STRASSE ΣΊΣΥΦΟΣ İstanbul ﬁm Ⅷ", &["strasse", "strasse", "σισυφοσ", "istanbul", "fim", "viii"]);
    }

    #[test]
    fn what_is_no_letter_and_no_digit_stands_between_words() {
        check("don't foo_bar\t10:30 — «x»", &["don", "t", "foo", "bar", "10", "30", "x"]);
        check(" ... ", &[]);
    }

    #[test]
    fn a_character_of_a_script_without_spaces_is_a_word_and_so_is_an_emoji() {
        check("日本語x", &["日", "本", "語", "x"]);
        check("festa🎉🎉!", &["festa", "🎉", "🎉"]);
        check("👍🏽", &["👍"]);
    }

    #[test]
    fn a_word_knows_where_it_stands() {
        let text = "é o João\u{301}!";
        let at: Vec<&str> = words(text).map(|word| &text[word.at]).collect();
        assert_eq!(at, ["é", "o", "João\u{301}"]);
    }

    #[test]
    fn names_are_compared_with_their_joints() {
        assert_eq!(fold_name("João.Lima"), "joao-lima");
        assert_ne!(fold_name("joaolima"), fold_name("joao.lima"));
    }

    #[test]
    fn a_link_goes_somewhere() {
        for with in ["https://papo.chat", "veja (HTTP://[::1]/)", "é http://x"] {
            assert!(has_link(with), "{with}");
        }
        for without in ["https://", "http:// x", "papo.chat", "http:/x", "é"] {
            assert!(!has_link(without), "{without}");
        }
    }

    proptest! {
        #[test]
        fn folding_what_is_folded_changes_nothing(text in ".{0,40}") {
            for word in words(&text) {
                prop_assert!(text.is_char_boundary(word.at.start) && text.is_char_boundary(word.at.end));
                let again: String = words(&word.folded).map(|word| word.folded).collect();
                prop_assert_eq!(again, word.folded);
            }
            let _ = has_link(&text);
        }
    }
}
