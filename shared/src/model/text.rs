//! Cleaning of untrusted text: the only code that turns outside text into text that may be displayed.
//!
//! The server cleans incoming text, and the client cleans again everything it receives. This guards against control
//! characters and escape sequences (a message that moves the cursor), bidirectional overrides (a name that reads
//! backwards), and stacked combining marks (a line that covers its neighbours).

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};
use unicode_width::UnicodeWidthChar;

/// Maximum number of zero-width characters (combining marks, joiners, variation selectors) after a character with a width. The
/// longest sequence in real use is a tag flag, with six tags and a terminator; living scripts use fewer than five marks.
pub const MAX_MARKS_PER_CHARACTER: usize = 8;

/// Cleans text of several lines, such as a message.
///
/// `\r\n`, `\r`, U+2028 and U+2029 become `\n`; `\n` and `\t` are kept; all other control characters and bidirectional overrides
/// are removed; embeddings and isolates are kept if closed on the same line; the result is NFC. Idempotent.
#[must_use]
pub fn clean_lines(text: &str) -> String {
    if are_clean_lines(text) { text.to_owned() } else { clean_lines_thoroughly(text) }
}

fn clean_lines_thoroughly(text: &str) -> String {
    let unified = text.replace("\r\n", "\n");
    let kept = unified.chars().map(line_break_to_newline).filter(|c| matches!(c, '\n' | '\t') || is_allowed(*c));
    finish(kept)
}

/// Cleans text of one line, such as a name, a title or a notification.
///
/// Like [`clean_lines`], but each run of white space becomes one space, and the ends are trimmed.
#[must_use]
pub fn clean_line(text: &str) -> String {
    if is_clean_line(text) { text.to_owned() } else { clean_line_thoroughly(text) }
}

fn clean_line_thoroughly(text: &str) -> String {
    let words: Vec<&str> = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()).collect();
    let joined = words.join(" ");
    let cleaned = finish(joined.chars().filter(|c| is_allowed(*c)));
    // Removing characters can leave adjacent spaces or spaces at the ends.
    cleaned.split(' ').filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Cleans text received from the other side of a connection and truncates it to `max_bytes`. Truncated text is
/// cleaned again, since truncation can leave a direction unclosed. Text that is already clean is returned without
/// copying, because a client may receive a flood of it.
#[must_use]
pub fn clean_lines_within(text: String, max_bytes: usize) -> String {
    if text.len() <= max_bytes && are_clean_lines(&text) {
        return text;
    }
    let cleaned = clean_lines(&text);
    if cleaned.len() <= max_bytes { cleaned } else { clean_lines(truncate_bytes(&cleaned, max_bytes)) }
}

/// Like [`clean_lines_within`], for one line, with the limit in characters.
#[must_use]
pub fn clean_line_within(text: String, max_chars: usize) -> String {
    // A text never has more characters than bytes.
    if text.len() <= max_chars && is_clean_line(&text) {
        return text;
    }
    let cleaned = clean_line(&text);
    let cut = truncate_chars(&cleaned, max_chars);
    if cut.len() == cleaned.len() { cleaned } else { clean_line(cut) }
}

/// The longest prefix of at most `max` characters.
#[must_use]
pub fn truncate_chars(text: &str, max: usize) -> &str {
    text.char_indices().nth(max).map_or(text, |(end, _)| &text[..end])
}

/// The longest prefix of at most `max` bytes that ends at a character boundary.
#[must_use]
pub fn truncate_bytes(text: &str, max: usize) -> &str {
    &text[..text.floor_char_boundary(max)]
}

const POP_DIRECTIONAL_FORMATTING: char = '\u{202C}';
const POP_DIRECTIONAL_ISOLATE: char = '\u{2069}';

/// Fast check whether multi-line text is already clean. `false` means that it could not be decided quickly.
fn are_clean_lines(text: &str) -> bool {
    // The most common case, checked many bytes at a time.
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~' | b'\n' | b'\t');
    text.bytes().all(is_plain) || (text.chars().all(|c| matches!(c, '\n' | '\t') || is_clean_alone(c)) && is_composed(text))
}

/// Like [`are_clean_lines`], for one line.
fn is_clean_line(text: &str) -> bool {
    let is_spaced = !(text.starts_with(' ') || text.ends_with(' ') || text.contains("  "));
    is_spaced && text.chars().all(|c| c == ' ' || (is_clean_alone(c) && !c.is_whitespace())) && is_composed(text)
}

/// Whether a character is kept regardless of its neighbours. Composition is checked by [`is_composed`].
fn is_clean_alone(c: char) -> bool {
    match c {
        ' '..='~' => true,
        _ => is_allowed(c) && !is_opener(c) && !is_closer(c) && UnicodeWidthChar::width(c).is_some_and(|width| width > 0),
    }
}

/// Whether the text is certainly NFC. U+0300 is the first character that composes with a preceding one.
fn is_composed(text: &str) -> bool {
    text.chars().all(|c| c < '\u{300}') || is_nfc_quick(text.chars()) == IsNormalized::Yes
}

fn line_break_to_newline(c: char) -> char {
    if matches!(c, '\r' | '\u{2028}' | '\u{2029}') { '\n' } else { c }
}

fn is_allowed(c: char) -> bool {
    let overrides_direction = matches!(c, '\u{202D}' | '\u{202E}');
    // The byte order mark, interlinear annotations and the deprecated format characters: invisible and useless in a
    // chat.
    let invisible = matches!(c, '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{206A}'..='\u{206F}' | '\u{E0001}');
    let no_character = matches!(u32::from(c) & 0xFFFF, 0xFFFE | 0xFFFF);
    !(c.is_control() || overrides_direction || invisible || no_character || matches!(c, '\u{2028}' | '\u{2029}'))
}

fn finish(chars: impl Iterator<Item = char>) -> String {
    // Directions first: one can separate a letter from its mark, and the two compose once it is removed.
    let balanced = balance_directions(chars.collect());
    cap_marks(balanced.nfc())
}

/// Drops zero-width characters beyond [`MAX_MARKS_PER_CHARACTER`] in a row. Directional characters do not count,
/// because dropping one would leave its counterpart unbalanced.
fn cap_marks(chars: impl Iterator<Item = char>) -> String {
    let mut marks = 0;
    chars
        .filter(|c| {
            if is_opener(*c) || is_closer(*c) {
                return true;
            }
            let has_width = matches!(c, '\n' | '\t') || UnicodeWidthChar::width(*c) != Some(0);
            marks = if has_width { 0 } else { marks + 1 };
            marks <= MAX_MARKS_PER_CHARACTER
        })
        .collect()
}

/// Keeps embeddings and isolates that are closed on the same line in the correct order, and drops the others.
fn balance_directions(text: String) -> String {
    if !text.chars().any(|c| is_opener(c) || is_closer(c)) {
        return text;
    }
    text.split('\n').map(balance_line).collect::<Vec<_>>().join("\n")
}

fn balance_line(line: &str) -> String {
    let chars: Vec<char> = line.chars().collect();
    let mut keep = vec![true; chars.len()];
    let mut open: Vec<usize> = Vec::new();
    for (at, &c) in chars.iter().enumerate() {
        if is_opener(c) {
            keep[at] = false;
            open.push(at);
        } else if is_closer(c) {
            keep[at] = false;
            if let Some(&opener) = open.last()
                && closer_of(chars[opener]) == c
            {
                open.pop();
                keep[opener] = true;
                keep[at] = true;
            }
        }
    }
    chars.into_iter().zip(keep).filter_map(|(c, keep)| keep.then_some(c)).collect()
}

fn is_opener(c: char) -> bool {
    matches!(c, '\u{202A}' | '\u{202B}' | '\u{2066}'..='\u{2068}')
}

fn is_closer(c: char) -> bool {
    matches!(c, POP_DIRECTIONAL_FORMATTING | POP_DIRECTIONAL_ISOLATE)
}

fn closer_of(opener: char) -> char {
    if matches!(opener, '\u{202A}' | '\u{202B}') { POP_DIRECTIONAL_FORMATTING } else { POP_DIRECTIONAL_ISOLATE }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{
        MAX_MARKS_PER_CHARACTER, clean_line, clean_line_thoroughly, clean_line_within, clean_lines, clean_lines_thoroughly,
        clean_lines_within, truncate_bytes, truncate_chars,
    };

    #[track_caller]
    fn check_lines(input: &str, expected: &str) {
        assert_eq!(clean_lines(input), expected, "cleaning {input:?}");
    }

    #[test]
    fn escape_sequences_are_disarmed() {
        check_lines("a\u{1b}[31mb\u{9b}2Jc\u{7f}\0", "a[31mb2Jc");
    }

    #[test]
    fn all_line_ends_become_newlines() {
        check_lines("a\r\nb\rc\u{2028}d\te", "a\nb\nc\nd\te");
    }

    #[test]
    fn the_result_is_nfc() {
        check_lines("a\u{303}o", "ão");
        check_lines("\u{212b}", "\u{c5}");
    }

    #[test]
    fn overrides_are_removed_and_closed_isolates_kept() {
        check_lines("\u{202e}exe.png", "exe.png");
        check_lines("a \u{2067}שלום\u{2069} b", "a \u{2067}שלום\u{2069} b");
        check_lines("a \u{2067}b\nc\u{2069}", "a b\nc");
        check_lines("\u{202a}\u{2067}x\u{202c}\u{2069}", "\u{2067}x\u{2069}");
    }

    #[test]
    fn invisible_characters_are_removed() {
        for c in ['\u{feff}', '\u{fff9}', '\u{206a}', '\u{e0001}', '\u{fffe}', '\u{1ffff}', '\u{202d}'] {
            check_lines(&format!("a{c}b"), "ab");
        }
    }

    #[test]
    fn nested_directions_are_not_counted_as_marks() {
        let nested = |depth| format!("a{}b{}", "\u{2067}".repeat(depth), "\u{2069}".repeat(depth));
        let deep = nested(MAX_MARKS_PER_CHARACTER + 1);
        check_lines(&deep, &deep);
    }

    #[test]
    fn stacked_marks_are_capped() {
        let at_cap = format!("q{}", "\u{323}".repeat(MAX_MARKS_PER_CHARACTER));
        check_lines(&at_cap, &at_cap);
        check_lines(&format!("q{}", "\u{323}".repeat(1000)), &at_cap);
        // Joiners never compose, so they are counted even in text that is certainly NFC.
        let joiners = |count| format!("q{}", "\u{200d}".repeat(count));
        check_lines(&joiners(MAX_MARKS_PER_CHARACTER + 1), &joiners(MAX_MARKS_PER_CHARACTER));
    }

    #[test]
    fn emoji_sequences_are_kept_whole() {
        for emoji in ["👨‍👩‍👧‍👦", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "❤️", "👍🏽", "🇧🇷"] {
            check_lines(emoji, emoji);
        }
    }

    #[test]
    fn a_line_has_single_spaces_and_trimmed_ends() {
        assert_eq!(clean_line(" \n João\t da \u{0} Silva \u{202e} "), "João da Silva");
        for text in ["\u{202e} a b", "a b \u{202e}", "a \u{202e} b", "a\u{a0}b", "a\0b"] {
            assert_eq!(clean_line(text), "a b", "{text:?}");
        }
    }

    #[test]
    fn truncation_ends_at_a_character_boundary() {
        assert_eq!(truncate_bytes("ããã", 3), "ã");
        assert_eq!(truncate_chars("ããã", 2), "ãã");
        assert_eq!(truncate_chars("ã", 2), "ã");
    }

    #[test]
    fn truncation_leaves_no_open_direction_and_no_trailing_space() {
        assert_eq!(clean_line_within("a \u{2067}bc\u{2069}".to_owned(), 4), "a b");
        assert_eq!(clean_line_within("a b".to_owned(), 2), "a");
        assert_eq!(clean_lines_within("a\u{2067}b\u{2069}".to_owned(), 5), "ab");
    }

    #[track_caller]
    fn check_not_copied(clean: fn(String, usize) -> String, text: &str) {
        let text = text.to_owned();
        let (address, limit) = (text.as_ptr(), text.len());
        let cleaned = clean(text, limit);
        assert_eq!(cleaned.as_ptr(), address, "{cleaned:?} was copied");
    }

    #[test]
    fn clean_text_is_returned_without_copying() {
        for text in ["oi, tudo bem?", "[~]", "João", "Ольга", "李小龙 👍"] {
            check_not_copied(clean_lines_within, text);
            check_not_copied(clean_line_within, text);
        }
        check_not_copied(clean_lines_within, "a\tb\nc");
        check_not_copied(clean_lines_within, "ção\tb\n李");
    }

    /// Strings made mostly of characters that this module treats specially.
    fn nasty() -> impl Strategy<Value = String> {
        let nasty_char = prop_oneof![
            any::<char>(),
            proptest::sample::select(vec![
                '\r', '\n', '\t', '\u{1b}', '\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}', '\u{202e}', '\u{2066}', '\u{2067}',
                '\u{2068}', '\u{2069}', '\u{301}', '\u{323}', '\u{200d}', 'a', ' ', '\u{feff}', '\u{1100}', '\u{1161}',
                '\u{11a8}',
            ]),
        ];
        proptest::collection::vec(nasty_char, 0..64).prop_map(|chars| chars.into_iter().collect())
    }

    /// Mostly clean strings, with special characters where a fast check could miss them.
    fn nearly_clean() -> impl Strategy<Value = String> {
        let mark = proptest::sample::select(vec![
            '\r', '\t', ' ', '\u{a0}', '\u{ad}', '\u{85}', '\u{2fe}', '\u{300}', '\u{301}', '\u{344}', '\u{958}', '\u{1100}',
            '\u{1161}', '\u{11a8}', '\u{2028}', '\u{2067}', '\u{2069}', '\u{212b}', '\u{202e}', '\u{200d}', '\u{fe0f}',
            '\u{feff}', '\u{ac00}', '李', '👍',
        ]);
        let char = prop_oneof![20 => proptest::char::range(' ', 'ÿ'), 1 => mark, 1 => any::<char>()];
        proptest::collection::vec(char, 0..24).prop_map(|chars| chars.into_iter().collect())
    }

    proptest! {
        /// The fast checks give the same results as thorough cleaning.
        #[test]
                fn the_fast_checks_change_no_result(text in prop_oneof![nasty(), nearly_clean()], max in 0usize..40) {
            prop_assert_eq!(clean_lines(&text), clean_lines_thoroughly(&text));
            prop_assert_eq!(clean_line(&text), clean_line_thoroughly(&text));
            let lines = clean_lines_thoroughly(&text);
            let cut = if lines.len() <= max { lines } else { clean_lines_thoroughly(truncate_bytes(&lines, max)) };
            prop_assert_eq!(clean_lines_within(text.clone(), max), cut);
            let line = clean_line_thoroughly(&text);
            let cut = if line.chars().count() <= max { line } else { clean_line_thoroughly(truncate_chars(&line, max)) };
            prop_assert_eq!(clean_line_within(text, max), cut);
        }

        #[test]
                fn cleaning_is_idempotent(text in nasty()) {
            let once = clean_lines(&text);
            prop_assert_eq!(clean_lines(&once), once.clone());
            let line = clean_line(&text);
            prop_assert_eq!(clean_line(&line), line.clone());
        }

        #[test]
                fn truncated_text_is_within_the_limit_and_clean(text in nasty(), max in 0usize..40) {
            let lines = clean_lines_within(text.clone(), max);
            prop_assert!(lines.len() <= max);
            prop_assert_eq!(clean_lines(&lines), lines);
            let line = clean_line_within(text, max);
            prop_assert!(line.chars().count() <= max);
            prop_assert_eq!(clean_line(&line), line);
        }

        #[test]
        fn no_control_character_survives(text in nasty()) {
            prop_assert!(clean_lines(&text).chars().all(|c| !c.is_control() || c == '\n' || c == '\t'));
            prop_assert!(clean_line(&text).chars().all(|c| !c.is_control()));
        }

        #[test]
                fn ordinary_text_is_unchanged(text in "[a-zA-Z0-9 .,!?çãéíóú]{0,80}") {
            prop_assert_eq!(clean_lines(&text), text);
        }
    }
}
