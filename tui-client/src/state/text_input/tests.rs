//! Editing by grapheme, and filtering of pasted text.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

use super::TextInput;

#[test]
fn a_paste_into_one_line_stays_one_line() {
    let mut input = TextInput::single_line();
    input.insert("a\r\nb\u{1b}[2J");
    assert_eq!(input.text(), "a b [2J");
}

#[test]
fn a_paste_into_several_lines_keeps_them_and_loses_controls() {
    let mut input = TextInput::multi_line();
    input.insert("a\r\nb\rc\u{7}");
    assert_eq!(input.lines(), ["a", "b", "c"]);
}

/// Regression: the spaces of a pasted password were trimmed, so the server refused it. The protocol trims nothing.
#[test]
fn a_pasted_secret_loses_nothing_but_a_final_line_break() {
    for text in ["dois  espaços", " antes e depois ", "tab\taqui", "nb\u{a0}sp\u{200b}", "e\u{301}"] {
        for end in ["", "\n", "\r\n", "\r"] {
            let mut input = TextInput::secret();
            input.insert(&format!("{text}{end}"));
            assert_eq!(input.text(), text, "ended by {end:?}");
        }
    }
    let mut input = TextInput::secret();
    input.insert("fim \n\n");
    assert_eq!(input.text(), "fim \n", "one line break only");
}

/// Each of these is one grapheme, most of them of several characters.
const CLUSTERS: [&str; 9] = ["👨‍👩‍👧‍👦", "🇧🇷", "👍🏽", "❤️", "1️⃣", "e\u{301}", "*️⃣", "李", "नि"];

#[test]
fn keys_move_and_delete_by_grapheme() {
    let key = |code| KeyEvent::new(code, KeyModifiers::NONE);
    for cluster in CLUSTERS {
        let mut input = TextInput::multi_line();
        input.set(&format!("a{cluster}b"));
        input.edit(key(KeyCode::Left));
        assert!(input.edit(key(KeyCode::Backspace)));
        assert_eq!(input.text(), "ab", "Backspace after {cluster}");
        input.set(&format!("a{cluster}b"));
        input.edit(key(KeyCode::Left));
        input.edit(key(KeyCode::Left));
        assert_eq!(input.cursor(), (0, 1));
        input.edit(key(KeyCode::Right));
        input.edit(key(KeyCode::Left));
        assert!(input.edit(key(KeyCode::Delete)));
        assert_eq!(input.text(), "ab", "Delete before {cluster}");
        assert!(input.edit(KeyEvent::new(KeyCode::Char('7'), KeyModifiers::CONTROL)));
        assert_eq!(input.text(), format!("a{cluster}b"), "undone at once");
    }
}

proptest! {
    /// After any keys, the cursor is at a grapheme boundary, and deleting once per grapheme empties the field.
    #[test]
    fn the_cursor_is_never_inside_a_grapheme(
        parts in prop::collection::vec(prop_oneof![
            prop::sample::select(CLUSTERS.as_slice()), prop::sample::select(["a", " ", ".", "\n", "\u{200d}", "\u{fe0f}"].as_slice()),
        ], 0..20),
        keys in prop::collection::vec((prop::sample::select([
            KeyCode::Left, KeyCode::Right, KeyCode::Up, KeyCode::Down, KeyCode::Backspace, KeyCode::Delete, KeyCode::Home,
            KeyCode::Char('w'), KeyCode::Char('d'), KeyCode::Char('b'), KeyCode::Char('f'), KeyCode::Char('7'),
            KeyCode::Char('🇧'), KeyCode::Char('🇷'), KeyCode::Char('\u{301}'), KeyCode::Char('y'), KeyCode::Char('k'),
        ].as_slice()), prop::sample::select([KeyModifiers::NONE, KeyModifiers::CONTROL, KeyModifiers::ALT, KeyModifiers::SHIFT].as_slice())), 0..30),
    ) {
        let mut input = TextInput::multi_line();
        input.set(&parts.concat());
        for (code, modifiers) in keys {
            input.edit(KeyEvent::new(code, modifiers));
            let (line, column) = input.cursor();
            let before: usize = input.lines()[line].chars().take(column).map(char::len_utf8).sum();
            let borders: Vec<usize> = input.lines()[line].grapheme_indices(true).map(|(at, _)| at).collect();
            prop_assert!(before == input.lines()[line].len() || borders.contains(&before), "{:?} at {before}", input.lines());
        }
        let text = input.text();
        input.set(&text);
        for _ in 0..text.graphemes(true).count() {
            prop_assert!(!input.is_empty());
            input.delete_backwards();
        }
        prop_assert_eq!(input.text(), "");
    }
}

#[test]
fn a_single_line_field_accepts_no_line_break() {
    let mut input = TextInput::single_line();
    input.edit(KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE));
    input.edit(KeyEvent::new(KeyCode::Char('m'), KeyModifiers::CONTROL));
    input.new_line();
    assert_eq!(input.lines().len(), 1);
}

/// Regression: Ctrl-U did not delete a mistyped password, because the library undoes by this key.
#[test]
fn ctrl_u_deletes_to_the_line_start_and_can_be_undone() {
    let control = |c| KeyEvent::new(KeyCode::Char(c), KeyModifiers::CONTROL);
    for mut input in [TextInput::secret(), TextInput::multi_line()] {
        input.insert("two words");
        assert!(input.edit(control('w')) && input.edit(control('u')));
        assert_eq!(input.text(), "");
        // A terminal sends Ctrl-_ as Ctrl-7.
        assert!(input.edit(control('7')));
        assert_eq!(input.text(), "two ");
    }
}

#[test]
fn take_returns_the_text_and_empties_the_field() {
    let mut input = TextInput::multi_line();
    input.set("uma\nduas");
    assert!(input.is_after('s') && !input.is_on_first_line());
    assert_eq!(input.take(), "uma\nduas");
    assert!(input.is_empty());
}
