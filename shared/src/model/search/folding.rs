//! Folding of text into the words that a search compares: without case, accents and punctuation.
//!
//! The server folds indexed messages and queries; the client folds the texts in which it marks matches. Both use this
//! one implementation, so that the marked words are the ones that matched.

use std::collections::VecDeque;
use std::iter::Peekable;
use std::ops::Range;
use std::str::CharIndices;

use unicode_linebreak::{BreakClass, break_property};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{canonical_combining_class, is_combining_mark};

/// Version of the folding. It must be raised with every change to the results of [`words`], including those caused by a newer
/// version of Unicode, and with every change to the way the server indexes them. The server rebuilds an index of another version.
pub const FOLDING: u32 = 2;

/// A word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Letters, vowel signs and digits, in lower case and without accents. Never empty.
    pub folded: String,
    /// Byte range in the text. A letter and its signs can be several words with the same range.
    pub at: Range<usize>,
}

impl Word {
    /// Whether it is a single character of a script without spaces between words, such as Chinese or Thai.
    #[must_use]
    pub fn is_unspaced(&self) -> bool {
        is_unspaced_word(&self.folded)
    }
}

/// Whether a folded word is a single character of a script without spaces between words.
#[must_use]
pub fn is_unspaced_word(folded: &str) -> bool {
    let mut chars = folded.chars();
    chars.next().is_some_and(|c| !c.is_ascii() && is_unspaced(c)) && chars.next().is_none()
}

/// The words of a text, in order.
///
/// A word is a run of letters, vowel signs and digits. In scripts without spaces between words, each character is a separate
/// word, including vowel signs and tone marks, so that a word inside a run can be found. So is each emoji.
pub fn words(text: &str) -> impl Iterator<Item = Word> + '_ {
    Words { text, chars: text.char_indices().peekable(), ready: VecDeque::new(), cluster: 0..0 }
}

struct Words<'a> {
    text: &'a str,
    chars: Peekable<CharIndices<'a>>,
    /// Words of the last character that were not returned yet.
    ready: VecDeque<Word>,
    /// Byte range of the last character that was a separate word, including its signs.
    cluster: Range<usize>,
}

impl Iterator for Words<'_> {
    type Item = Word;

    fn next(&mut self) -> Option<Word> {
        if let Some(word) = self.ready.pop_front() {
            return Some(word);
        }
        let mut run = Word { folded: String::new(), at: 0..0 };
        while let Some(&(start, c)) = self.chars.peek() {
            let (end, length) = (start + c.len_utf8(), run.folded.len());
            let is_part = fold_char(c, &mut run.folded);
            let is_alone = !c.is_ascii() && run.folded[length..].chars().any(stands_alone);
            if is_alone && length > 0 {
                run.folded.truncate(length);
                break;
            }
            self.chars.next();
            if is_alone {
                self.split_character(&run.folded, start..end);
                return self.ready.pop_front();
            }
            if is_part && length == 0 {
                run.at = start..end;
            } else if is_part || is_combining_mark(c) {
                run.at.end = end;
            } else if length > 0 {
                break;
            }
        }
        (!run.folded.is_empty()).then_some(run)
    }
}

impl Words<'_> {
    /// Queues the words of a character whose folding contains at least one separate word.
    fn split_character(&mut self, folded: &str, at: Range<usize>) {
        if at.start >= self.cluster.end {
            let signs: usize = self.text[at.end..].chars().take_while(|c| follows_in_cluster(*c)).map(char::len_utf8).sum();
            self.cluster = at.start..at.end + signs;
        }
        let mut after_run = false;
        for c in folded.chars() {
            let is_alone = stands_alone(c);
            match self.ready.back_mut() {
                Some(run) if after_run && !is_alone => run.folded.push(c),
                _ => self.ready.push_back(Word { folded: c.to_string(), at: self.cluster.clone() }),
            }
            after_run = !is_alone;
        }
    }
}

/// Folds a name for comparison: its words joined by `-`, so that names with and without a separator differ.
#[must_use]
pub fn fold_name(name: &str) -> String {
    words(name).map(|word| word.folded).collect::<Vec<_>>().join("-")
}

/// Whether a text contains an `http` or `https` link.
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

/// Appends the folding of a character. Returns false if the character is not part of a word.
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
    // Upper case first: it unifies letters with several lower-case forms, such as ß and ss, or σ and ς.
    let unaccented = std::iter::once(c).nfkd().filter(|part| is_part_of_word(*part));
    into.extend(
        unaccented.flat_map(char::to_uppercase).flat_map(char::to_lowercase).nfkd().filter(|part| is_part_of_word(*part)),
    );
    into.len() > before
}

/// Whether a decomposed character is compared: a letter, a digit, or a mark that distinguishes words.
fn is_part_of_word(c: char) -> bool {
    if is_combining_mark(c) { is_vowel_or_tone(c) } else { c.is_alphanumeric() }
}

/// Whether a mark is part of the spelling, like the vowel signs of Hindi and Thai and the tone marks of Lao. Other marks are
/// accents, or points that most people omit, as in Hebrew and Arabic.
fn is_vowel_or_tone(mark: char) -> bool {
    if is_unspaced(mark) {
        return !matches!(mark, KHMER_INHERENT_AQ | KHMER_INHERENT_AA);
    }
    match canonical_combining_class(mark) {
        0 => mark.is_alphabetic(),
        // Viramas, then vowels and tones of Telugu, Thai, Lao and Tibetan.
        9 | 84 | 91 | 103..=132 => true,
        _ => false,
    }
}

/// Invisible vowels of Khmer.
const KHMER_INHERENT_AQ: char = '\u{17B4}';
const KHMER_INHERENT_AA: char = '\u{17B5}';

/// Whether a character is rendered together with the preceding letter.
fn follows_in_cluster(c: char) -> bool {
    const THAI_SARA_AM: char = '\u{E33}';
    const LAO_VOWEL_AM: char = '\u{EB3}';
    is_combining_mark(c) || matches!(c, THAI_SARA_AM | LAO_VOWEL_AM)
}

/// Whether a folded character is a separate word.
fn stands_alone(c: char) -> bool {
    is_pictograph(c) || !c.is_ascii() && is_unspaced(c)
}

/// Whether a character belongs to a script without spaces between words. They are recognised by their line breaking class:
/// lines may break anywhere (Chinese, Japanese, Yi) or where a dictionary says (Thai, Lao, Khmer, Burmese, Tai Tham).
fn is_unspaced(c: char) -> bool {
    use BreakClass::{ComplexContext, ConditionalJapaneseStarter, Ideographic, NonStarter};
    // Lines in these scripts break at syllables, for which this version of the property has no class.
    let is_balinese_or_javanese = matches!(u32::from(c), 0x1B00..=0x1B4C | 0xA980..=0xA9C0);
    is_balinese_or_javanese
        || matches!(break_property(u32::from(c)), ComplexContext | Ideographic | ConditionalJapaneseStarter | NonStarter)
}

/// Symbols and emoji that people search for.
fn is_pictograph(c: char) -> bool {
    matches!(u32::from(c), 0x2600..=0x27BF | 0x1F000..=0x1F3FA | 0x1F400..=0x1FAFF)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{fold_name, has_link, is_unspaced_word, words};

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
    fn other_characters_separate_words() {
        check("don't foo_bar\t10:30 — «x»", &["don", "t", "foo", "bar", "10", "30", "x"]);
        check(" ... ", &[]);
    }

    #[test]
    fn characters_of_scripts_without_spaces_and_emoji_are_separate_words() {
        check("日本語x", &["日", "本", "語", "x"]);
        check("festa🎉🎉!", &["festa", "🎉", "🎉"]);
        check("👍🏽", &["👍"]);
        check("人々ABC", &["人", "々", "abc"]);
    }

    #[test]
    fn letters_and_signs_of_thai_lao_khmer_and_burmese_are_separate_words() {
        check("กินข้าว", &["ก", "ิ", "น", "ข", "้", "า", "ว"]);
        check("ສະບາຍດີ", &["ສ", "ະ", "ບ", "າ", "ຍ", "ດ", "ີ"]);
        check("ខ្មែរ", &["ខ", "្", "ម", "ែ", "រ"]);
        check("မြန်မာ", &["မ", "ြ", "န", "်", "မ", "ာ"]);
        check("နေ့", &["န", "ေ", "့"]);
        check("ปี2026นี้", &["ป", "ี", "2026", "น", "ี", "้"]);
        check("ꦗꦮ ᬩᬮᬶ", &["ꦗ", "ꦮ", "ᬩ", "ᬮ", "ᬶ"]);
    }

    #[test]
    fn a_composed_character_folds_like_its_parts() {
        check("น้ำ", &["น", "้", "\u{E4D}", "า"]);
        check("น\u{E49}\u{E4D}\u{E32}", &["น", "้", "\u{E4D}", "า"]);
        check("ｶﾅ カナ ㍻", &["カ", "ナ", "カ", "ナ", "平", "成"]);
        check("㏠ 1日", &["1", "日", "1", "日"]);
        check("㏩", &["10", "日"]);
    }

    #[test]
    fn spelling_marks_are_kept_and_points_are_dropped() {
        check("किताब कुत्ता", &["किताब", "कुत्ता"]);
        check("བཀྲ་ཤིས", &["བཀྲ", "ཤིས"]);
        check("שָׁלוֹם مُحَمَّد", &["שלום", "محمد"]);
        check("ខ\u{17B4}❤\u{FE0F}", &["ខ", "❤"]);
    }

    #[test]
    fn a_letter_and_its_signs_have_the_same_range() {
        let text = "กินที่น้ำ";
        let at: Vec<&str> = words(text).map(|word| &text[word.at]).collect();
        assert_eq!(at, ["กิ", "กิ", "น", "ที่", "ที่", "ที่", "น้ำ", "น้ำ", "น้ำ", "น้ำ"]);
    }

    #[test]
    fn a_word_has_its_range_in_the_text() {
        let text = "\u{301}é o João\u{301}! festa🎉 人abc";
        let at: Vec<&str> = words(text).map(|word| &text[word.at]).collect();
        assert_eq!(at, ["é", "o", "João\u{301}", "festa", "🎉", "人", "abc"]);
    }

    #[test]
    fn names_are_compared_with_their_separators() {
        assert_eq!(fold_name("João.Lima"), "joao-lima");
        assert_ne!(fold_name("joaolima"), fold_name("joao.lima"));
    }

    #[test]
    fn a_link_needs_a_host() {
        for with in ["https://papo.chat", "veja (HTTP://[::1]/)", "é http://x"] {
            assert!(has_link(with), "{with}");
        }
        for without in ["https://", "http:// x", "papo.chat", "http:/x", "é"] {
            assert!(!has_link(without), "{without}");
        }
    }

    #[test]
    fn only_single_characters_of_scripts_without_spaces_are_unspaced_words() {
        for (folded, expected) in [("語", true), ("ก", true), ("日本", false), ("a", false), ("é", false), ("", false)] {
            assert_eq!(is_unspaced_word(folded), expected, "{folded:?}");
        }
        let unspaced: Vec<bool> = words("語 abc").map(|word| word.is_unspaced()).collect();
        assert_eq!(unspaced, [true, false]);
    }

    proptest! {
        #[test]
        fn folding_is_idempotent(text in ".{0,40}") {
            for word in words(&text) {
                prop_assert!(text.is_char_boundary(word.at.start) && text.is_char_boundary(word.at.end));
                let again: String = words(&word.folded).map(|word| word.folded).collect();
                prop_assert_eq!(again, word.folded);
            }
        }

        #[test]
        fn folding_of_signs_is_idempotent(text in "[\\u{E00}-\\u{EFF}\\u{1000}-\\u{109F}\\u{1780}-\\u{17FF}\\u{900}-\\u{97F}a]{0,20}") {
            for word in words(&text) {
                prop_assert!(text.get(word.at).is_some_and(|place| !place.is_empty()));
                let again: String = words(&word.folded).map(|word| word.folded).collect();
                prop_assert_eq!(again, word.folded);
            }
            let _ = has_link(&text);
        }
    }
}
