//! Text being typed. The only file that names the text-area library.

use crossterm::event::KeyEvent;
use papo_shared::model::text::{clean_line, clean_lines};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::widgets::Widget;
use tui_textarea::{CursorMove, Input, Key, TextArea, WrapMode};

/// Text being typed, in one line or several.
#[derive(Clone, Debug)]
pub struct TextInput {
    area: TextArea<'static>,
    lines: Lines,
    changed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lines {
    One,
    Many,
}

impl TextInput {
    /// An empty field of one line.
    #[must_use]
    pub fn single_line() -> Self {
        Self::over(TextArea::default(), Lines::One)
    }

    /// An empty field of one line that shows dots for what is typed.
    #[must_use]
    pub fn secret() -> Self {
        let mut input = Self::single_line();
        input.area.set_mask_char('•');
        input
    }

    /// An empty field of several lines, wrapped at its edge.
    #[must_use]
    pub fn multi_line() -> Self {
        let mut area = TextArea::default();
        area.set_wrap_mode(WrapMode::WordOrGlyph);
        Self::over(area, Lines::Many)
    }

    fn over(mut area: TextArea<'static>, lines: Lines) -> Self {
        // The terminal's own cursor shows where we are; the library's would be a second one.
        area.set_cursor_style(Style::new());
        area.set_cursor_line_style(Style::new());
        area.set_selection_style(Style::new().add_modifier(Modifier::REVERSED));
        Self { area, lines, changed: false }
    }

    /// What was typed.
    #[must_use]
    pub fn text(&self) -> String {
        self.area.lines().join("\n")
    }

    /// The lines of what was typed; at least one.
    #[must_use]
    pub fn lines(&self) -> &[String] {
        self.area.lines()
    }

    /// Whether nothing was typed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.area.is_empty()
    }

    /// Whether the cursor is in the first line.
    #[must_use]
    pub fn is_on_first_line(&self) -> bool {
        self.area.cursor().0 == 0
    }

    /// Whether the text changed since this was last asked.
    pub fn take_changed(&mut self) -> bool {
        std::mem::take(&mut self.changed)
    }

    /// Takes everything away and returns it.
    pub fn take(&mut self) -> String {
        let text = self.text();
        self.set("");
        text
    }

    /// Replaces everything; the cursor goes to the end. What was there can be had back by undoing.
    pub fn set(&mut self, text: &str) {
        self.changed = true;
        self.area.clear();
        self.area.insert_str(text);
        self.area.move_cursor(CursorMove::Bottom);
        self.area.move_cursor(CursorMove::End);
    }

    /// Lets the key edit the text. Returns whether the text changed.
    pub fn edit(&mut self, key: KeyEvent) -> bool {
        let input = Input::from(key);
        let makes_a_line = matches!(input.key, Key::Enter) || (input.ctrl && matches!(input.key, Key::Char('m')));
        if makes_a_line && self.lines == Lines::One {
            return false;
        }
        let changed = match input {
            // As everywhere in a terminal; the library undoes by it.
            Input { key: Key::Char('u'), ctrl: true, alt: false, .. } => self.area.delete_line_by_head(),
            // Ctrl-_, which undoes in a shell: terminals send it as this.
            Input { key: Key::Char('7' | '_' | '/'), ctrl: true, alt: false, .. } => self.area.undo(),
            input => self.area.input(input),
        };
        self.changed |= changed;
        changed
    }

    /// Inserts pasted text at the cursor, cleaned as everything from outside is.
    pub fn insert(&mut self, pasted: &str) {
        let clean = match self.lines {
            Lines::One => clean_line(pasted),
            Lines::Many => clean_lines(pasted),
        };
        self.area.insert_str(clean);
        self.changed = true;
    }

    /// Begins a new line at the cursor, in a field that can have several.
    pub fn new_line(&mut self) {
        if self.lines == Lines::Many {
            self.area.insert_newline();
            self.changed = true;
        }
    }

    /// Deletes the character before the cursor.
    pub fn delete_backwards(&mut self) {
        self.area.delete_char();
        self.changed = true;
    }

    /// Where the cursor stands: its line, and the character in it.
    #[must_use]
    pub fn cursor(&self) -> (usize, usize) {
        let cursor = self.area.cursor();
        (cursor.0, cursor.1)
    }

    /// Puts text where these characters before the cursor stand, which are in its line.
    pub fn replace_before_cursor(&mut self, characters: usize, text: &str) {
        for _ in 0..characters {
            self.area.move_cursor(CursorMove::Back);
        }
        self.area.delete_str(characters);
        self.area.insert_str(text);
        self.changed = true;
    }

    /// Whether white space follows the cursor in its line.
    #[must_use]
    pub fn is_before_space(&self) -> bool {
        let (line, column) = self.cursor();
        self.area.lines()[line].chars().nth(column).is_some_and(char::is_whitespace)
    }

    /// Whether the character before the cursor is this one.
    #[must_use]
    pub fn is_after(&self, c: char) -> bool {
        let cursor = self.area.cursor();
        cursor.1 > 0 && self.area.lines()[cursor.0].chars().nth(cursor.1 - 1) == Some(c)
    }

    /// Draws the text and says where the cursor stands.
    pub fn draw(&self, area: Rect, buffer: &mut Buffer) -> Position {
        (&self.area).render(area, buffer);
        let cursor = self.area.screen_cursor();
        let (top, left) = self.area.scroll_offset();
        let column = u16::try_from(cursor.col).unwrap_or(u16::MAX).saturating_sub(left);
        let row = u16::try_from(cursor.row).unwrap_or(u16::MAX).saturating_sub(top);
        Position {
            x: (area.x + column).min(area.right().saturating_sub(1)),
            y: (area.y + row).min(area.bottom().saturating_sub(1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

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

    #[test]
    fn one_line_takes_no_new_line() {
        let mut input = TextInput::single_line();
        input.edit(KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE));
        input.edit(KeyEvent::new(KeyCode::Char('m'), KeyModifiers::CONTROL));
        input.new_line();
        assert_eq!(input.lines().len(), 1);
    }

    /// A password that was wrong could not be taken away at once: the library undoes by this key, which brought more dots.
    #[test]
    fn what_stands_before_the_cursor_goes_at_once_and_can_be_had_back() {
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
    fn what_was_replaced_can_be_taken() {
        let mut input = TextInput::multi_line();
        input.set("uma\nduas");
        assert!(input.is_after('s') && !input.is_on_first_line());
        assert_eq!(input.take(), "uma\nduas");
        assert!(input.is_empty());
    }
}
