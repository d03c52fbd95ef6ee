//! Keys with their modifiers, and constructors for the binding tables.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// A key with the modifiers held down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    code: KeyCode,
    modifiers: KeyModifiers,
}

pub(super) const fn key(code: KeyCode) -> Key {
    Key { code, modifiers: KeyModifiers::NONE }
}

pub(super) const fn char(c: char) -> Key {
    key(KeyCode::Char(c))
}

pub(super) const fn ctrl(c: char) -> Key {
    Key { code: KeyCode::Char(c), modifiers: KeyModifiers::CONTROL }
}

pub(super) const fn alt(code: KeyCode) -> Key {
    Key { code, modifiers: KeyModifiers::ALT }
}

pub(super) const fn shift(code: KeyCode) -> Key {
    Key { code, modifiers: KeyModifiers::SHIFT }
}

impl From<KeyEvent> for Key {
    /// Drops Shift where the key code implies it: characters and BackTab.
    fn from(event: KeyEvent) -> Self {
        let implied = matches!(event.code, KeyCode::Char(_) | KeyCode::BackTab);
        let ignored = if implied { KeyModifiers::SHIFT } else { KeyModifiers::NONE };
        Self { code: event.code, modifiers: event.modifiers.difference(ignored) }
    }
}

impl std::fmt::Display for Key {
    /// The usual notation: `Ctrl-Q`, `Alt-Enter`, `↑`.
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
