//! Removes characters that must not be drawn.
//!
//! Incoming text is already free of control characters. Terminals need more: an unclosed change of direction affects the panes
//! beside the line, and invisible characters make two different names look the same. Both stay in the stored text, and are
//! therefore copied, but are not drawn.

use std::borrow::Cow;

/// The displayable text, without invisible and bidirectional control characters.
#[must_use]
pub fn shown(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| kind_of(c) == Kind::Seen) {
        return Cow::Borrowed(text);
    }
    let mut kept = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let before = kept.chars().next_back();
        let is_kept = match kind_of(c) {
            Kind::Seen => true,
            Kind::Abbreviation => {
                kept.push_str(BEYYAL_IN_FULL);
                continue;
            }
            Kind::Unseen => false,
            Kind::Joiner => before.is_some_and(can_be_joined) && chars.peek().is_some_and(|c| joins(*c)),
            Kind::Variation => before.is_some_and(has_variations),
            Kind::Tag => before.is_some_and(|c| c == BLACK_FLAG || kind_of(c) == Kind::Tag),
        };
        if is_kept {
            kept.push(c);
        }
    }
    Cow::Owned(kept)
}

/// The Khmer sign for *and so on* as Unicode prefers it to be written: U+17D8 is the only character that takes three cells, so that
/// it would not fit into the narrowest row.
const BEYYAL_IN_FULL: &str = "\u{17D4}\u{179B}\u{17D4}";

/// The emoji that tag characters turn into the flag of a region.
const BLACK_FLAG: char = '\u{1F3F4}';

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Visible: a glyph, a space, or a combining mark.
    Seen,
    /// Drawn as the characters that it abbreviates.
    Abbreviation,
    /// Invisible and without effect in a single cell.
    Unseen,
    /// A zero-width joiner or non-joiner, used in emoji sequences and some scripts.
    Joiner,
    /// A variation selector, which chooses the form of the character before it.
    Variation,
    /// A tag character, which names the region of a flag.
    Tag,
}

/// Classifies by the default ignorable code points and bidirectional controls of Unicode 17 (DerivedCoreProperties.txt and
/// PropList.txt), and the control characters.
fn kind_of(c: char) -> Kind {
    match c {
        ' '..='~' => Kind::Seen,
        '\u{200C}' | '\u{200D}' => Kind::Joiner,
        '\u{180B}'..='\u{180D}' | '\u{180F}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' => Kind::Variation,
        '\u{E0020}'..='\u{E007F}' => Kind::Tag,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180E}' => Kind::Unseen,
        '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' => Kind::Unseen,
        '\u{3164}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' => Kind::Unseen,
        '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}' => Kind::Unseen,
        '\u{17D8}' => Kind::Abbreviation,
        _ if c.is_control() => Kind::Unseen,
        _ => Kind::Seen,
    }
}

/// Whether a joiner has an effect beside this character; it has none beside ASCII.
fn joins(c: char) -> bool {
    kind_of(c) == Kind::Seen && !c.is_ascii() && !c.is_whitespace()
}

/// Whether a joiner can follow this character, which may be a variation selector.
fn can_be_joined(c: char) -> bool {
    joins(c) || kind_of(c) == Kind::Variation
}

/// Whether variation selectors apply: emoji, letters of some scripts, and the bases of keycaps.
fn has_variations(c: char) -> bool {
    joins(c) || matches!(c, '0'..='9' | '#' | '*')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::shown;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(shown(text), expected, "showing {text:?}");
    }

    #[test]
    fn bidirectional_controls_are_removed() {
        check("a \u{2067}שלום\u{2069} b\u{200f}", "a שלום b");
        check("\u{202a}x\u{202c}\u{61c}", "x");
    }

    #[test]
    fn invisible_characters_are_removed() {
        check("an\u{200b}a \u{2060}\u{ad}x\u{feff}\u{3164}", "ana x");
        check("a\u{200d}n\u{200c}a\u{fe0f}", "ana");
        check("\u{e0061}\u{e0062}ana", "ana");
        check("a\u{1b}[2J\u{9b}\u{7f}", "a[2J");
    }

    #[test]
    fn sequences_of_several_code_points_are_kept() {
        for text in ["👨‍👩‍👧‍👦", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "❤️‍🔥", "👍🏽", "🇧🇷", "1️⃣", "می‌خواهم", "क्‍ष", "ação", "q\u{323}\u{307}"]
        {
            check(text, text);
        }
    }

    proptest! {
        #[test]
        fn the_result_is_stable(text in "[a-z é👨\u{fe0f}\u{200d}\u{200c}\u{200b}\u{2067}\u{e0061}\u{1f3f4}\u{301}]{0,12}") {
            let once = shown(&text).into_owned();
            prop_assert_eq!(shown(&once), once.clone());
        }
    }
}
