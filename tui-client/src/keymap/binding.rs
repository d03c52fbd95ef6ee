//! A key, and a line of the tables: which key means what, and where.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::action::Action;
use crate::state::Focus;

/// A key with what is held down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    pub(super) code: KeyCode,
    pub(super) modifiers: KeyModifiers,
}

/// One line of the table.
#[derive(Clone, Copy, Debug)]
pub struct Binding {
    /// Where it holds.
    pub places: &'static [Focus],
    /// Any of these keys. The first is the one that is shown.
    pub keys: &'static [Key],
    /// What they mean.
    pub action: Action,
    /// The key of its words. `key-…` says it in full for the help; `hint-…` in a word or two for the last line.
    pub words: Words,
}

/// What a binding is called, and whether the hint line shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Words {
    /// In the help only, under this name.
    Help(&'static str),
    /// In the help under the first name, in the hint line under the second.
    HelpAndHint(&'static str, &'static str),
    /// Nowhere: another line of the table tells it already.
    Silent,
}

impl From<KeyEvent> for Key {
    /// Shift is part of a character already, and of BackTab.
    fn from(event: KeyEvent) -> Self {
        let implied = matches!(event.code, KeyCode::Char(_) | KeyCode::BackTab);
        let ignored = if implied { KeyModifiers::SHIFT } else { KeyModifiers::NONE };
        Self { code: event.code, modifiers: event.modifiers.difference(ignored) }
    }
}

impl std::fmt::Display for Key {
    /// As people write it: `Ctrl-Q`, `Alt-Enter`, `↑`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (modifier, name) in [(KeyModifiers::CONTROL, "Ctrl-"), (KeyModifiers::ALT, "Alt-"), (KeyModifiers::SHIFT, "Shift-")] {
            if self.modifiers.contains(modifier) {
                f.write_str(name)?;
            }
        }
        match self.code {
            KeyCode::Char(c) if self.modifiers.is_empty() => write!(f, "{c}"),
            KeyCode::Char(c) => write!(f, "{}", c.to_uppercase()),
            KeyCode::F(n) => write!(f, "F{n}"),
            KeyCode::Up => f.write_str("↑"),
            KeyCode::Down => f.write_str("↓"),
            KeyCode::Left => f.write_str("←"),
            KeyCode::Right => f.write_str("→"),
            KeyCode::PageUp => f.write_str("PgUp"),
            KeyCode::PageDown => f.write_str("PgDn"),
            KeyCode::BackTab => f.write_str("Shift-Tab"),
            code => write!(f, "{code}"),
        }
    }
}

impl Binding {
    /// Whether it is the letter that says yes, which each language of the screen names in its own way.
    #[must_use]
    pub fn says_yes(&self) -> bool {
        self.action == Action::SayYes
    }
}
