//! What of a text is put into cells.
//!
//! Text from others is clean of control characters when it comes in. A terminal asks for more: a direction that is turned in
//! one line and turned back in the next turns the panes beside it, and a character nobody sees makes two names look like
//! one. Both stay in the text, where copying finds them, and are left out of what is drawn.

use std::borrow::Cow;

/// The text without what steers the terminal or is not seen.
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

/// The emoji that becomes the flag of a region by the tags after it.
const BLACK_FLAG: char = '\u{1F3F4}';

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// It has ink, or is a space, or a mark on what is before it.
    Seen,
    /// It has none, and says nothing that a cell could show.
    Unseen,
    /// It joins or parts its neighbours: families of emoji, letters of some scripts.
    Joiner,
    /// It chooses how the character before it looks.
    Variation,
    /// It names a region after a flag.
    Tag,
}

/// By the code points that Unicode calls default ignorable or bidirectional controls (DerivedCoreProperties.txt and
/// PropList.txt of Unicode 17), and the control characters.
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
        _ if c.is_control() => Kind::Unseen,
        _ => Kind::Seen,
    }
}

/// In plain Latin letters a joiner joins nothing.
fn joins(c: char) -> bool {
    kind_of(c) == Kind::Seen && !c.is_ascii() && !c.is_whitespace()
}

/// Before a joiner, how the joined one looks may be chosen already.
fn can_be_joined(c: char) -> bool {
    joins(c) || kind_of(c) == Kind::Variation
}

/// Emoji, letters of scripts that have variants, and what a keycap is made of.
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
    fn no_direction_reaches_a_cell_not_even_a_closed_one() {
        check("a \u{2067}שלום\u{2069} b\u{200f}", "a שלום b");
        check("\u{202a}x\u{202c}\u{61c}", "x");
    }

    #[test]
    fn what_is_not_seen_is_not_there() {
        check("an\u{200b}a \u{2060}\u{ad}x\u{feff}\u{3164}", "ana x");
        check("a\u{200d}n\u{200c}a\u{fe0f}", "ana");
        check("\u{e0061}\u{e0062}ana", "ana");
        check("a\u{1b}[2J\u{9b}\u{7f}", "a[2J");
    }

    #[test]
    fn what_is_made_of_several_stays_whole() {
        for text in ["👨‍👩‍👧‍👦", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "❤️‍🔥", "👍🏽", "🇧🇷", "1️⃣", "می‌خواهم", "क्‍ष", "ação", "q\u{323}\u{307}"]
        {
            check(text, text);
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_is_shown_again_as_it_is(text in "[a-z é👨\u{fe0f}\u{200d}\u{200c}\u{200b}\u{2067}\u{e0061}\u{1f3f4}\u{301}]{0,12}") {
            let once = shown(&text).into_owned();
            prop_assert_eq!(shown(&once), once.clone());
        }
    }
}
