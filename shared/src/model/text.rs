//! The one place where text from outside becomes text that may be shown.
//!
//! The server cleans on the way in, the client again on the way out of the connection. What it guards against:
//! control characters and escape sequences (a message that moves the cursor), bidirectional overrides (a
//! name that reads backwards), and towers of combining marks (a line that covers its neighbours).

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};
use unicode_width::UnicodeWidthChar;

/// Most characters without a width of their own (combining marks, joiners, variation selectors) that may follow one
/// that has a width. The longest sequence people really write is a flag of tags, with six and a terminator;
/// marks of living scripts stay below five.
pub const MAX_MARKS_PER_CHARACTER: usize = 8;

/// Cleans text that may hold several lines: a message.
///
/// `\r\n`, `\r`, U+2028 and U+2029 become `\n`; `\n` and `\t` stay; every other control character goes, and so do
/// bidirectional overrides; embeddings and isolates stay where each is closed in its line; the result is NFC.
/// Cleaning what is clean changes nothing.
#[must_use]
pub fn clean_lines(text: &str) -> String {
    if are_clean_lines(text) { text.to_owned() } else { clean_lines_thoroughly(text) }
}

fn clean_lines_thoroughly(text: &str) -> String {
    let unified = text.replace("\r\n", "\n");
    let kept = unified.chars().map(line_break_to_newline).filter(|c| matches!(c, '\n' | '\t') || is_allowed(*c));
    finish(kept)
}

/// Cleans text that stands in one line: a name, a title, a notification.
///
/// As [`clean_lines`], with each run of white space folded into one space and none at the ends.
#[must_use]
pub fn clean_line(text: &str) -> String {
    if is_clean_line(text) { text.to_owned() } else { clean_line_thoroughly(text) }
}

fn clean_line_thoroughly(text: &str) -> String {
    let words: Vec<&str> = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()).collect();
    let joined = words.join(" ");
    let cleaned = finish(joined.chars().filter(|c| is_allowed(*c)));
    // Taking characters out can leave spaces side by side or at an end.
    if cleaned.starts_with(' ') || cleaned.ends_with(' ') || cleaned.contains("  ") {
        cleaned.split(' ').filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ")
    } else {
        cleaned
    }
}

/// The beginning of a text, clean and within `max_bytes`: for what the other side of a connection said. What was cut is
/// cleaned once more, since a cut can leave a direction open; what needs no cleaning is not copied, since much is read in a flood.
#[must_use]
pub fn clean_lines_within(text: String, max_bytes: usize) -> String {
    if text.len() <= max_bytes && are_clean_lines(&text) {
        return text;
    }
    let cleaned = clean_lines(&text);
    if cleaned.len() <= max_bytes { cleaned } else { clean_lines(truncate_bytes(&cleaned, max_bytes)) }
}

/// As [`clean_lines_within`], for one line and counted in characters.
#[must_use]
pub fn clean_line_within(text: String, max_chars: usize) -> String {
    // No text has more characters than bytes.
    if text.len() <= max_chars && is_clean_line(&text) {
        return text;
    }
    let cleaned = clean_line(&text);
    let cut = truncate_chars(&cleaned, max_chars);
    if cut.len() == cleaned.len() { cleaned } else { clean_line(cut) }
}

/// Whether nothing of this text would be seen: it is empty, or all white space and characters without a width.
#[must_use]
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || c.is_control() || UnicodeWidthChar::width(c) == Some(0) || c == BRAILLE_BLANK)
}

/// The longest prefix of at most `max` characters.
#[must_use]
pub fn truncate_chars(text: &str, max: usize) -> &str {
    text.char_indices().nth(max).map_or(text, |(end, _)| &text[..end])
}

/// The longest prefix of at most `max` bytes that ends at a character.
#[must_use]
pub fn truncate_bytes(text: &str, max: usize) -> &str {
    &text[..text.floor_char_boundary(max)]
}

/// U+2800: has a width and no ink, and is the usual way round a check for empty messages.
const BRAILLE_BLANK: char = '\u{2800}';
const POP_DIRECTIONAL_FORMATTING: char = '\u{202C}';
const POP_DIRECTIONAL_ISOLATE: char = '\u{2069}';

/// Whether nothing is to be cleaned in what may hold several lines, found out at a glance. No means that it is not plain to see.
fn are_clean_lines(text: &str) -> bool {
    // Most of what is said, and looked at many bytes at a time.
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~' | b'\n' | b'\t');
    text.bytes().all(is_plain) || (text.chars().all(|c| matches!(c, '\n' | '\t') || is_clean_alone(c)) && is_composed(text))
}

/// As [`are_clean_lines`], for one line.
fn is_clean_line(text: &str) -> bool {
    let is_spaced = !(text.starts_with(' ') || text.ends_with(' ') || text.contains("  "));
    is_spaced && text.chars().all(|c| c == ' ' || (is_clean_alone(c) && !c.is_whitespace())) && is_composed(text)
}

/// Whether a character stays, whatever stands beside it: but for what is composed, see [`is_composed`].
fn is_clean_alone(c: char) -> bool {
    match c {
        ' '..='~' => true,
        _ => is_allowed(c) && !is_opener(c) && !is_closer(c) && UnicodeWidthChar::width(c).is_some_and(|width| width > 0),
    }
}

/// Whether it is NFC for sure. The first character that composes with another one is U+0300.
fn is_composed(text: &str) -> bool {
    text.chars().all(|c| c < '\u{300}') || is_nfc_quick(text.chars()) == IsNormalized::Yes
}

fn line_break_to_newline(c: char) -> char {
    if matches!(c, '\r' | '\u{2028}' | '\u{2029}') { '\n' } else { c }
}

fn is_allowed(c: char) -> bool {
    let overrides_direction = matches!(c, '\u{202D}' | '\u{202E}');
    // The byte order mark, interlinear annotations, and the deprecated format characters: invisible, and of no use in a chat.
    let invisible = matches!(c, '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{206A}'..='\u{206F}' | '\u{E0001}');
    let no_character = matches!(u32::from(c) & 0xFFFF, 0xFFFE | 0xFFFF);
    !(c.is_control() || overrides_direction || invisible || no_character || matches!(c, '\u{2028}' | '\u{2029}'))
}

fn finish(chars: impl Iterator<Item = char>) -> String {
    // Directions first: they can stand between a letter and its mark, which compose once they are gone.
    let balanced = balance_directions(chars.collect());
    cap_marks(balanced.nfc())
}

/// Drops what follows a character beyond [`MAX_MARKS_PER_CHARACTER`] characters without a width. Directions do not
/// count: dropping one would leave its partner alone.
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

/// Keeps embeddings and isolates that are closed in their own line, in the right order, and drops the others.
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
        clean_lines_within, is_blank, truncate_bytes, truncate_chars,
    };

    #[track_caller]
    fn check_lines(input: &str, expected: &str) {
        assert_eq!(clean_lines(input), expected, "cleaning {input:?}");
    }

    #[test]
    fn an_escape_sequence_loses_what_makes_it_one() {
        check_lines("a\u{1b}[31mb\u{9b}2Jc\u{7f}\0", "a[31mb2Jc");
    }

    #[test]
    fn line_ends_of_every_system_become_one() {
        check_lines("a\r\nb\rc\u{2028}d\te", "a\nb\nc\nd\te");
    }

    #[test]
    fn text_is_composed() {
        check_lines("a\u{303}o", "ão");
    }

    #[test]
    fn overrides_go_and_closed_isolates_stay() {
        check_lines("\u{202e}exe.png", "exe.png");
        check_lines("a \u{2067}שלום\u{2069} b", "a \u{2067}שלום\u{2069} b");
        check_lines("a \u{2067}b\nc\u{2069}", "a b\nc");
        check_lines("\u{202a}\u{2067}x\u{202c}\u{2069}", "\u{2067}x\u{2069}");
    }

    #[test]
    fn a_tower_of_marks_is_cut_at_the_cap() {
        let at_cap = format!("q{}", "\u{323}".repeat(MAX_MARKS_PER_CHARACTER));
        check_lines(&at_cap, &at_cap);
        check_lines(&format!("q{}", "\u{323}".repeat(1000)), &at_cap);
    }

    #[test]
    fn emoji_that_are_sequences_stay_whole() {
        for emoji in ["👨‍👩‍👧‍👦", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "❤️", "👍🏽", "🇧🇷"] {
            check_lines(emoji, emoji);
        }
    }

    #[test]
    fn a_name_is_one_line_without_space_at_its_ends() {
        assert_eq!(clean_line(" \n João\t da \u{0} Silva \u{202e} "), "João da Silva");
    }

    #[test]
    fn blank_is_what_nobody_would_see() {
        assert!(is_blank(" \n\u{200b}\u{2800}\u{301}"));
        assert!(!is_blank("."));
    }

    #[test]
    fn truncation_ends_at_a_character() {
        assert_eq!(truncate_bytes("ããã", 3), "ã");
        assert_eq!(truncate_chars("ããã", 2), "ãã");
        assert_eq!(truncate_chars("ã", 2), "ã");
    }

    #[test]
    fn a_cut_leaves_no_direction_open_and_no_space_at_the_end() {
        assert_eq!(clean_line_within("a \u{2067}bc\u{2069}".to_owned(), 4), "a b");
        assert_eq!(clean_line_within("a b".to_owned(), 2), "a");
        assert_eq!(clean_lines_within("a\u{2067}b\u{2069}".to_owned(), 5), "ab");
    }

    /// Strings that are mostly the characters this module is about.
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

    /// Strings that are mostly clean, with what is not where it is easily missed.
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
        /// What is clean at a glance is what nothing would be cleaned of.
        #[test]
        fn a_glance_comes_to_the_same(text in prop_oneof![nasty(), nearly_clean()], max in 0usize..40) {
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
        fn cleaning_twice_changes_nothing_more(text in nasty()) {
            let once = clean_lines(&text);
            prop_assert_eq!(clean_lines(&once), once.clone());
            let line = clean_line(&text);
            prop_assert_eq!(clean_line(&line), line.clone());
        }

        #[test]
        fn what_was_cut_is_within_and_clean(text in nasty(), max in 0usize..40) {
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
        fn ordinary_text_is_left_alone(text in "[a-zA-Z0-9 .,!?çãéíóú]{0,80}") {
            prop_assert_eq!(clean_lines(&text), text);
        }
    }
}
