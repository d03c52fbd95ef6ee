//! Characters that show nothing.

use unicode_width::UnicodeWidthChar;

/// Default_Ignorable_Code_Point of Unicode 17, in which code points without a character are reserved for future ones: soft hyphen,
/// joiners, Hangul fillers, variation selectors, tags, invisible operators, formatting of musical and shorthand notation, …
const DEFAULT_IGNORABLE: [(char, char); 17] = [
    ('\u{AD}', '\u{AD}'),
    ('\u{34F}', '\u{34F}'),
    ('\u{61C}', '\u{61C}'),
    ('\u{115F}', '\u{1160}'),
    ('\u{17B4}', '\u{17B5}'),
    ('\u{180B}', '\u{180F}'),
    ('\u{200B}', '\u{200F}'),
    ('\u{202A}', '\u{202E}'),
    ('\u{2060}', '\u{206F}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{FE00}', '\u{FE0F}'),
    ('\u{FEFF}', '\u{FEFF}'),
    ('\u{FFA0}', '\u{FFA0}'),
    ('\u{FFF0}', '\u{FFF8}'),
    ('\u{1BCA0}', '\u{1BCA3}'),
    ('\u{1D173}', '\u{1D17A}'),
    ('\u{E0000}', '\u{E0FFF}'),
];

/// Characters with a width and without ink: the Braille pattern without dots, the blanks of Egyptian hieroglyphs, and the null
/// notehead.
const BLANK: [(char, char); 3] = [('\u{2800}', '\u{2800}'), ('\u{13441}', '\u{13442}'), ('\u{1D159}', '\u{1D159}')];

/// Whether the text has no visible characters: it is empty, or consists of white space, combining marks, and characters that show
/// nothing.
#[must_use]
pub(super) fn is_blank(text: &str) -> bool {
    text.chars().all(is_invisible)
}

fn is_invisible(c: char) -> bool {
    let is_in = |ranges: &[(char, char)]| ranges.iter().any(|(first, last)| (*first..=*last).contains(&c));
    c.is_whitespace()
        || c.is_control()
        || UnicodeWidthChar::width(c) == Some(0)
        || (!c.is_ascii() && (is_in(&DEFAULT_IGNORABLE) || is_in(&BLANK)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{BLANK, DEFAULT_IGNORABLE, is_blank};

    #[test]
    fn blank_text_has_nothing_visible() {
        for text in [
            "",
            " \n",
            "\u{a0}",
            "\u{1680}",
            "\u{3000}",
            "\u{ad}",
            "\u{34f}",
            "\u{61c}",
            "\u{115f}",
            "\u{1160}",
            "\u{17b4}",
            "\u{180e}",
            "\u{200b}",
            "\u{200d}",
            "\u{2028}",
            "\u{2060}",
            "\u{2061}",
            "\u{2062}",
            "\u{2063}",
            "\u{2064}",
            "\u{2800}",
            "\u{3164}",
            "\u{fe0f}",
            "\u{feff}",
            "\u{ffa0}",
            "\u{fff5}",
            "\u{1d159}",
            "\u{1d173}",
            "\u{13441}",
            "\u{13442}",
            "\u{e0041}",
            "\u{e01ef}",
            "\u{301}",
            "\u{7}",
        ] {
            assert!(is_blank(text), "{text:?}");
        }
        assert!(is_blank(" \n\u{200b}\u{2800}\u{301}\u{115f}"));
    }

    /// The total that DerivedCoreProperties.txt of Unicode 17 gives for Default_Ignorable_Code_Point.
    #[test]
    fn every_default_ignorable_code_point_is_listed() {
        let count = |(first, last): (char, char)| u32::from(last) - u32::from(first) + 1;
        assert_eq!(DEFAULT_IGNORABLE.into_iter().map(count).sum::<u32>(), 4_174);
    }

    #[test]
    fn visible_text_is_not_blank() {
        for text in [".", "ã", "ᄀ", "ㅤa", "\u{2801}", "👍", "\u{1d158}", "〿", "李", "\u{e000}", "\u{a0}-"] {
            assert!(!is_blank(text), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn invisible_characters_make_no_text_visible(text in "[ -~ã李👍]{0,9}", at in 0usize..99, of in 0usize..99) {
            let ranges: Vec<_> = DEFAULT_IGNORABLE.iter().chain(&BLANK).collect();
            let (first, last) = *ranges[of % ranges.len()];
            for invisible in [first, last] {
                let mut with = text.clone();
                let at = (0..=text.len()).filter(|at| text.is_char_boundary(*at)).cycle().nth(at).unwrap();
                with.insert(at, invisible);
                prop_assert_eq!(is_blank(&with), is_blank(&text), "{:?}", with);
            }
        }
    }
}
