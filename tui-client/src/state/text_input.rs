//! Text being typed. The only file that names the text-area library.
//!
//! The library edits by character and people by grapheme: an emoji of several characters is one. So what moves or deletes by
//! character goes by grapheme here, and the cursor never stands within one.

use crossterm::event::{KeyCode, KeyEvent};
use papo_shared::model::text::{clean_line, clean_lines};
use tui_textarea::{CursorMove, Input, Key, TextArea};
use unicode_segmentation::UnicodeSegmentation;

/// Text being typed, in one line or several.
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
    /// An empty field of one line.
    #[must_use]
    pub fn single_line() -> Self {
        Self::new(Kind::Line)
    }

    /// An empty field of one line that shows dots for what is typed. What is pasted is taken as it is, but for the line break at
    /// its end: in a password every space counts.
    #[must_use]
    pub fn secret() -> Self {
        Self::new(Kind::Secret)
    }

    /// An empty field of several lines, wrapped at its edge.
    #[must_use]
    pub fn multi_line() -> Self {
        Self::new(Kind::Lines)
    }

    fn new(kind: Kind) -> Self {
        Self { area: TextArea::default(), kind, changed: false }
    }

    /// Whether dots are shown for what was typed.
    #[must_use]
    pub fn is_secret(&self) -> bool {
        self.kind == Kind::Secret
    }

    /// What is selected: from this line and character up to that one.
    #[must_use]
    pub fn selection(&self) -> Option<((usize, usize), (usize, usize))> {
        self.area.selection_range()
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
        self.area.cancel_selection();
        self.area.clear();
        self.area.insert_str(text);
        self.area.move_cursor(CursorMove::Bottom);
        self.area.move_cursor(CursorMove::End);
    }

    /// Lets the key edit the text. Returns whether the text changed.
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
            // As everywhere in a terminal; the library undoes by it.
            (Key::Char('u'), true, false) => self.area.delete_line_by_head(),
            // Ctrl-_, which undoes in a shell: terminals send it as this.
            (Key::Char('7' | '_' | '/'), true, false) => self.area.undo(),
            // They scroll the library's own view, which nobody sees.
            (Key::PageUp | Key::PageDown, ..) | (Key::Char('v'), true, false) | (Key::Char('v'), false, true) => false,
            _ => self.area.input(input),
        };
        self.settle(self.cursor() < before);
        self.changed |= changed;
        changed
    }

    /// Puts the cursor at this line and character. What is between is selected where that is asked for.
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

    /// Inserts pasted text at the cursor, cleaned as everything from outside is.
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

    /// Begins a new line at the cursor, in a field that can have several.
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

    /// Where the cursor stands: its line, and the character in it.
    #[must_use]
    pub fn cursor(&self) -> (usize, usize) {
        let cursor = self.area.cursor();
        (cursor.0, cursor.1)
    }

    /// Puts text where these characters before the cursor stand, which are in its line.
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

    /// Where the cursor stands after one grapheme less, or at the end of the line above.
    fn back(&self) -> Option<(usize, usize)> {
        let (line, column) = self.cursor();
        match self.borders().into_iter().rev().find(|border| *border < column) {
            Some(border) => Some((line, border)),
            None => line.checked_sub(1).map(|above| (above, self.area.lines()[above].chars().count())),
        }
    }

    /// Where the cursor stands after one grapheme more, or at the beginning of the line below.
    fn forward(&self) -> Option<(usize, usize)> {
        let (line, column) = self.cursor();
        match self.borders().into_iter().find(|border| *border > column) {
            Some(border) => Some((line, border)),
            None => (line + 1 < self.area.lines().len()).then_some((line + 1, 0)),
        }
    }

    /// Moves the cursor; the text stays.
    fn step(&mut self, to: impl Fn(&Self) -> Option<(usize, usize)>, select: bool) -> bool {
        if let Some(to) = to(self) {
            self.move_cursor(to, select);
        }
        false
    }

    /// Whether anything is selected. A selection that was begun and is empty is given up.
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

    /// Deletes what is between this place, in the line of the cursor, and the cursor.
    fn delete_from(&mut self, (line, start): (usize, usize)) -> bool {
        let end = self.cursor().1;
        self.jump((line, start));
        self.area.delete_str(end - start)
    }

    /// The library's words, from border to border.
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

    /// Brings the cursor from within a grapheme to its beginning or its end.
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

    /// Where graphemes begin and end in the line of the cursor, in characters.
    fn borders(&self) -> Vec<usize> {
        let mut at = 0;
        let line = &self.area.lines()[self.cursor().0];
        let ends = line.graphemes(true).map(|grapheme| {
            at += grapheme.chars().count();
            at
        });
        std::iter::once(0).chain(ends).collect()
    }

    /// Puts the cursor there; what is selected is selected up to there.
    fn jump(&mut self, (line, column): (usize, usize)) {
        // The library takes no greater numbers; what is beyond is reached step by step.
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

/// What was pasted, without the line break that copying a whole line brings along.
fn without_final_line_break(pasted: &str) -> &str {
    let text = pasted.strip_suffix('\n').unwrap_or(pasted);
    text.strip_suffix('\r').unwrap_or(text)
}

/// Whether the key moves the cursor by a row, and which way.
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
