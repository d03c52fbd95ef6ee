//! Text as the words that a search compares: without case, without accents, without anything that is no word.
//!
//! The server folds what it keeps an index of, and what is searched for; the client folds what it marks on the screen.
//! There is one folding, so that what is marked is what was found.

use std::collections::VecDeque;
use std::iter::Peekable;
use std::ops::Range;
use std::str::CharIndices;

use unicode_linebreak::{BreakClass, break_property};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{canonical_combining_class, is_combining_mark};

/// Raised with each change of what [`words`] gives for some text, that of a newer Unicode included, and of what the server's index makes of
/// it: an index that was made with another folding is made anew.
pub const FOLDING: u32 = 2;

/// A word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// As it is compared: letters, vowel signs and digits, in lower case, without accents. Never empty.
    pub folded: String,
    /// Where it stands, in bytes of the text. Several words of one character each may stand at the same place: a letter and its signs.
    pub at: Range<usize>,
}

impl Word {
    /// Whether it is a single character of a text that has no spaces between words, such as Chinese or Thai.
    #[must_use]
    pub fn is_unspaced(&self) -> bool {
        is_unspaced_word(&self.folded)
    }
}

/// Whether a folded word is a single character of a text that has no spaces between words.
#[must_use]
pub fn is_unspaced_word(folded: &str) -> bool {
    let mut chars = folded.chars();
    chars.next().is_some_and(|c| !c.is_ascii() && is_unspaced(c)) && chars.next().is_none()
}

/// The words of a text, in their order.
///
/// A word is a run of letters, vowel signs and digits. Where a script writes words without a space between them, and among emoji, each
/// character is a word of its own, vowel signs and tone marks too, so that what stands inside of a run can be found.
pub fn words(text: &str) -> impl Iterator<Item = Word> + '_ {
    Words { text, chars: text.char_indices().peekable(), ready: VecDeque::new(), cluster: 0..0 }
}

struct Words<'a> {
    text: &'a str,
    chars: Peekable<CharIndices<'a>>,
    /// Words of the character that was read last.
    ready: VecDeque<Word>,
    /// The place of the last character that was a word of its own, with its signs.
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
                self.take_apart(&run.folded, start..end);
                return self.ready.pop_front();
            }
            if is_part && length == 0 {
                run.at = start..end;
            } else if is_part || length > 0 && is_combining_mark(c) {
                run.at.end = end;
            } else if length > 0 {
                break;
            }
        }
        (!run.folded.is_empty()).then_some(run)
    }
}

impl Words<'_> {
    /// Makes words of a character that is folded to at least one that stands alone.
    fn take_apart(&mut self, folded: &str, at: Range<usize>) {
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
    let unaccented = std::iter::once(c).nfkd().filter(|part| is_part_of_word(*part));
    into.extend(
        unaccented.flat_map(char::to_uppercase).flat_map(char::to_lowercase).nfkd().filter(|part| is_part_of_word(*part)),
    );
    into.len() > before
}

/// Whether a decomposed character is compared: a letter, a digit, or a mark that makes another word.
fn is_part_of_word(c: char) -> bool {
    if is_combining_mark(c) { is_vowel_or_tone(c) } else { c.is_alphanumeric() }
}

/// Whether a mark spells a word, as the vowel signs of Hindi and Thai and the tone marks of Lao do. Other marks are accents, or points
/// that most people leave out, as in Hebrew and Arabic.
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

/// Vowels of Khmer that are never seen.
const KHMER_INHERENT_AQ: char = '\u{17B4}';
const KHMER_INHERENT_AA: char = '\u{17B5}';

/// Whether a character is drawn as one with the letter before it.
fn follows_in_cluster(c: char) -> bool {
    const THAI_SARA_AM: char = '\u{E33}';
    const LAO_VOWEL_AM: char = '\u{EB3}';
    is_combining_mark(c) || matches!(c, THAI_SARA_AM | LAO_VOWEL_AM)
}

/// Whether a folded character is a word by itself.
fn stands_alone(c: char) -> bool {
    is_pictograph(c) || !c.is_ascii() && is_unspaced(c)
}

/// Whether a character is of a script that writes no spaces between words. Unicode says where a line may break in it: anywhere (Chinese,
/// Japanese, Yi), or where a dictionary says (Thai, Lao, Khmer, Burmese, Tai Tham and others of their kind).
fn is_unspaced(c: char) -> bool {
    use BreakClass::{ComplexContext, ConditionalJapaneseStarter, Ideographic, NonStarter};
    // Lines in these break at syllables, for which this version of the property has no class of its own.
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
        check("人々ABC", &["人", "々", "abc"]);
    }

    #[test]
    fn so_is_each_letter_and_sign_of_thai_lao_khmer_and_burmese() {
        check("กินข้าว", &["ก", "ิ", "น", "ข", "้", "า", "ว"]);
        check("ສະບາຍດີ", &["ສ", "ະ", "ບ", "າ", "ຍ", "ດ", "ີ"]);
        check("ខ្មែរ", &["ខ", "្", "ម", "ែ", "រ"]);
        check("မြန်မာ", &["မ", "ြ", "န", "်", "မ", "ာ"]);
        check("နေ့", &["န", "ေ", "့"]);
        check("ปี2026นี้", &["ป", "ี", "2026", "น", "ี", "้"]);
        check("ꦗꦮ ᬩᬮᬶ", &["ꦗ", "ꦮ", "ᬩ", "ᬮ", "ᬶ"]);
    }

    #[test]
    fn one_character_for_several_is_as_the_several() {
        check("น้ำ", &["น", "้", "\u{E4D}", "า"]);
        check("น\u{E49}\u{E4D}\u{E32}", &["น", "้", "\u{E4D}", "า"]);
        check("ｶﾅ カナ ㍻", &["カ", "ナ", "カ", "ナ", "平", "成"]);
        check("㏠ 1日", &["1", "日", "1", "日"]);
    }

    #[test]
    fn marks_that_spell_words_are_kept_and_points_are_not() {
        check("किताब कुत्ता", &["किताब", "कुत्ता"]);
        check("བཀྲ་ཤིས", &["བཀྲ", "ཤིས"]);
        check("שָׁלוֹם مُحَمَّد", &["שלום", "محمد"]);
        check("ខ\u{17B4}❤\u{FE0F}", &["ខ", "❤"]);
    }

    #[test]
    fn a_letter_stands_where_its_signs_do() {
        let text = "กินที่น้ำ";
        let at: Vec<&str> = words(text).map(|word| &text[word.at]).collect();
        assert_eq!(at, ["กิ", "กิ", "น", "ที่", "ที่", "ที่", "น้ำ", "น้ำ", "น้ำ", "น้ำ"]);
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
        }

        #[test]
        fn folding_signs_that_are_folded_changes_nothing(text in "[\\u{E00}-\\u{EFF}\\u{1000}-\\u{109F}\\u{1780}-\\u{17FF}\\u{900}-\\u{97F}a]{0,20}") {
            for word in words(&text) {
                prop_assert!(text.get(word.at).is_some_and(|place| !place.is_empty()));
                let again: String = words(&word.folded).map(|word| word.folded).collect();
                prop_assert_eq!(again, word.folded);
            }
            let _ = has_link(&text);
        }
    }
}
