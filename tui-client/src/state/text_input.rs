//! Editable text fields. The only file that uses the text-area library.
//!
//! The library moves and deletes by character, but users expect whole graphemes: an emoji of several characters is one. Therefore
//! this module moves and deletes by grapheme, and the cursor is never inside one.

use crossterm::event::{KeyCode, KeyEvent};
use papo_shared::model::text::{clean_line, clean_lines};
use tui_textarea::{CursorMove, Input, Key, TextArea};
use unicode_segmentation::UnicodeSegmentation;

/// A text field of one line or several.
#[derive(Clone, Debug)]
pub struct TextInput {
    area: TextArea<'static>,
    kind: Kind,
    changed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Line,
    Lines,
    Secret,
}

impl TextInput {
    /// Creates an empty field of one line.
    #[must_use]
    pub fn single_line() -> Self {
        Self::new(Kind::Line)
    }

    /// Creates an empty field of one line that shows a dot for each character. Pasted text is inserted unchanged except for a
    /// final line break, because every space of a password counts.
    #[must_use]
    pub fn secret() -> Self {
        Self::new(Kind::Secret)
    }

    /// Creates an empty field of several lines, wrapped at its edge.
    #[must_use]
    pub fn multi_line() -> Self {
        Self::new(Kind::Lines)
    }

    fn new(kind: Kind) -> Self {
        Self { area: TextArea::default(), kind, changed: false }
    }

    /// Whether the field shows dots instead of its text.
    #[must_use]
    pub fn is_secret(&self) -> bool {
        self.kind == Kind::Secret
    }

    /// The selection: the line and character of its start and of its end.
    #[must_use]
    pub fn selection(&self) -> Option<((usize, usize), (usize, usize))> {
        self.area.selection_range()
    }

    /// The text, with lines separated by `\n`.
    #[must_use]
    pub fn text(&self) -> String {
        self.area.lines().join("\n")
    }

    /// The lines of the text; at least one.
    #[must_use]
    pub fn lines(&self) -> &[String] {
        self.area.lines()
    }

    /// Whether the text is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.area.is_empty()
    }

    /// Whether the cursor is in the first line.
    #[must_use]
    pub fn is_on_first_line(&self) -> bool {
        self.area.cursor().0 == 0
    }

    /// Whether the text changed since the last call.
    pub fn take_changed(&mut self) -> bool {
        std::mem::take(&mut self.changed)
    }

    /// Empties the field and returns its text.
    pub fn take(&mut self) -> String {
        let text = self.text();
        self.set("");
        text
    }

    /// Replaces the text and moves the cursor to its end. Undo restores the previous text.
    pub fn set(&mut self, text: &str) {
        self.changed = true;
        self.area.cancel_selection();
        self.area.clear();
        self.area.insert_str(text);
        self.area.move_cursor(CursorMove::Bottom);
        self.area.move_cursor(CursorMove::End);
    }

    /// Applies a key to the text. Returns whether the text changed.
    pub fn edit(&mut self, key: KeyEvent) -> bool {
        let input = Input::from(key);
        let makes_a_line = matches!(input.key, Key::Enter) || (input.ctrl && matches!(input.key, Key::Char('m')));
        if makes_a_line && self.kind != Kind::Lines {
            return false;
        }
        let before = self.cursor();
        let Input { key, ctrl, alt, shift } = input.clone();
        let changed = match (key, ctrl, alt) {
            (Key::Left, false, false) | (Key::Char('b'), true, false) => self.step(Self::back, shift),
            (Key::Right, false, false) | (Key::Char('f'), true, false) => self.step(Self::forward, shift),
            (Key::Backspace, false, false) | (Key::Char('h'), true, false) => self.delete_back(),
            (Key::Delete, false, false) | (Key::Char('d'), true, false) => self.delete_forward(),
            (Key::Char('w'), true, false) | (Key::Char('h') | Key::Backspace, false, true) => self.delete_word_back(),
            (Key::Char('d') | Key::Delete, false, true) => self.delete_word_forward(),
            // Deletes to the start of the line, as in a shell. The library would undo.
            (Key::Char('u'), true, false) => self.area.delete_line_by_head(),
            // Ctrl-_, which undoes in a shell. Terminals send it as one of these.
            (Key::Char('7' | '_' | '/'), true, false) => self.area.undo(),
            // These scroll the library's own view, which is not shown.
            (Key::PageUp | Key::PageDown, ..) | (Key::Char('v'), true, false) | (Key::Char('v'), false, true) => false,
            _ => self.area.input(input),
        };
        self.settle(self.cursor() < before);
        self.changed |= changed;
        changed
    }

    /// Moves the cursor to this line and character. With `select`, the selection extends there; otherwise it ends.
    pub fn move_cursor(&mut self, to: (usize, usize), select: bool) {
        match (select, self.area.is_selecting()) {
            (true, false) => self.area.start_selection(),
            (false, true) => self.area.cancel_selection(),
            _ => {}
        }
        self.jump(to);
        self.settle(true);
    }

    /// Moves the cursor back by one grapheme.
    pub fn move_back(&mut self) {
        self.step(Self::back, false);
    }

    /// Inserts pasted text at the cursor. Except in a secret field, control characters are removed.
    pub fn insert(&mut self, pasted: &str) {
        let text = match self.kind {
            Kind::Line => clean_line(pasted),
            Kind::Lines => clean_lines(pasted),
            Kind::Secret => without_final_line_break(pasted).to_owned(),
        };
        self.area.insert_str(text);
        self.settle(false);
        self.changed = true;
    }

    /// Inserts a line break at the cursor in a field of several lines; does nothing in others.
    pub fn new_line(&mut self) {
        if self.kind == Kind::Lines {
            self.area.insert_newline();
            self.changed = true;
        }
    }

    /// Deletes the grapheme before the cursor.
    pub fn delete_backwards(&mut self) {
        self.delete_back();
        self.changed = true;
    }

    /// The cursor's position: its line, and the character within that line.
    #[must_use]
    pub fn cursor(&self) -> (usize, usize) {
        let cursor = self.area.cursor();
        (cursor.0, cursor.1)
    }

    /// Replaces this many characters before the cursor, all within its line, with `text`.
    pub fn replace_before_cursor(&mut self, characters: usize, text: &str) {
        let (line, column) = self.cursor();
        self.jump((line, column.saturating_sub(characters)));
        self.area.delete_str(characters);
        self.area.insert_str(text);
        self.settle(false);
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

    /// The position one grapheme before the cursor, or the end of the line above.
    fn back(&self) -> Option<(usize, usize)> {
        let (line, column) = self.cursor();
        match self.borders().into_iter().rev().find(|border| *border < column) {
            Some(border) => Some((line, border)),
            None => line.checked_sub(1).map(|above| (above, self.area.lines()[above].chars().count())),
        }
    }

    /// The position one grapheme after the cursor, or the beginning of the line below.
    fn forward(&self) -> Option<(usize, usize)> {
        let (line, column) = self.cursor();
        match self.borders().into_iter().find(|border| *border > column) {
            Some(border) => Some((line, border)),
            None => (line + 1 < self.area.lines().len()).then_some((line + 1, 0)),
        }
    }

    /// Moves the cursor to the position that `to` returns. Always returns false, because the text does not change.
    fn step(&mut self, to: impl Fn(&Self) -> Option<(usize, usize)>, select: bool) -> bool {
        if let Some(to) = to(self) {
            self.move_cursor(to, select);
        }
        false
    }

    /// Whether the selection contains text. An empty selection is cancelled.
    fn has_selection(&mut self) -> bool {
        let is_empty = self.area.selection_range().is_none_or(|(from, to)| from == to);
        if is_empty {
            self.area.cancel_selection();
        }
        !is_empty
    }

    fn delete_back(&mut self) -> bool {
        if self.has_selection() || self.cursor().1 == 0 {
            return self.area.delete_char();
        }
        self.back().is_some_and(|from| self.delete_from(from))
    }

    fn delete_forward(&mut self) -> bool {
        let (line, column) = self.cursor();
        match self.forward() {
            Some((to, end)) if to == line && !self.has_selection() => self.area.delete_str(end - column),
            _ => self.area.delete_next_char(),
        }
    }

    /// Deletes from this position, in the cursor's line, up to the cursor.
    fn delete_from(&mut self, (line, start): (usize, usize)) -> bool {
        let end = self.cursor().1;
        self.jump((line, start));
        self.area.delete_str(end - start)
    }

    /// Deletes the word before the cursor. The library determines the word; its start is moved to a grapheme boundary.
    fn delete_word_back(&mut self) -> bool {
        let (line, column) = self.cursor();
        if self.has_selection() || column == 0 {
            return self.area.delete_word();
        }
        self.area.move_cursor(CursorMove::WordBack);
        self.settle(true);
        let start = if self.cursor().0 == line { self.cursor().1 } else { 0 };
        self.jump((line, column));
        self.delete_from((line, start))
    }

    fn delete_word_forward(&mut self) -> bool {
        let (line, column) = self.cursor();
        let mut after = self.area.clone();
        if self.has_selection() || column == self.area.lines()[line].chars().count() {
            return self.area.delete_next_word();
        }
        after.delete_next_word();
        let deleted = self.area.lines()[line].chars().count() - after.lines()[line].chars().count();
        let end = self.borders().into_iter().find(|border| *border >= column + deleted).unwrap_or(column + deleted);
        self.area.delete_str(end - column)
    }

    /// Moves a cursor that is inside a grapheme to its beginning or its end.
    fn settle(&mut self, to_beginning: bool) {
        let (line, column) = self.cursor();
        let borders = self.borders();
        let border = if to_beginning {
            borders.into_iter().rev().find(|border| *border <= column)
        } else {
            borders.into_iter().find(|border| *border >= column)
        };
        if let Some(border) = border.filter(|border| *border != column) {
            self.jump((line, border));
        }
    }

    /// The grapheme boundaries in the cursor's line, in characters.
    fn borders(&self) -> Vec<usize> {
        let mut at = 0;
        let line = &self.area.lines()[self.cursor().0];
        let ends = line.graphemes(true).map(|grapheme| {
            at += grapheme.chars().count();
            at
        });
        std::iter::once(0).chain(ends).collect()
    }

    /// Moves the cursor to this line and character. A selection extends there.
    fn jump(&mut self, (line, column): (usize, usize)) {
        // The library's jump takes `u16`; positions beyond are reached character by character.
        let near = |number: usize| u16::try_from(number).unwrap_or(u16::MAX);
        self.area.move_cursor(CursorMove::Jump(near(line), near(column)));
        while self.cursor() < (line, column) {
            let before = self.cursor();
            self.area.move_cursor(CursorMove::Forward);
            if self.cursor() == before {
                return;
            }
        }
    }
}

/// Removes the final line break that is copied along with a whole line.
fn without_final_line_break(pasted: &str) -> &str {
    let text = pasted.strip_suffix('\n').unwrap_or(pasted);
    text.strip_suffix('\r').unwrap_or(text)
}

/// The number of rows by which this key moves the cursor: -1 for up, 1 for down, `None` for other keys.
#[must_use]
pub fn row_step(key: KeyEvent) -> Option<isize> {
    use crossterm::event::KeyModifiers;
    let is_control = key.modifiers == KeyModifiers::CONTROL;
    let is_plain = !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
    match key.code {
        KeyCode::Up if is_plain => Some(-1),
        KeyCode::Down if is_plain => Some(1),
        KeyCode::Char('p') if is_control => Some(-1),
        KeyCode::Char('n') if is_control => Some(1),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
