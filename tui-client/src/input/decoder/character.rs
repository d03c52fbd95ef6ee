//! Characters: UTF-8 that may come in parts.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// The first bytes of a character of several.
#[derive(Debug)]
pub(super) struct PartialCharacter {
    bytes: [u8; 4],
    read: usize,
    length: usize,
}

pub(super) enum Character {
    /// More bytes are to come.
    Partial(PartialCharacter),
    /// The character was read; no key where it is a control character.
    Whole(Option<KeyEvent>),
    /// The byte does not go on with the character.
    Broken,
}

impl PartialCharacter {
    /// Begins with the first byte; `None` where no character begins with it.
    pub(super) fn begin(byte: u8) -> Option<Self> {
        let length = match byte {
            0xc2..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf4 => 4,
            _ => return None,
        };
        Some(Self { bytes: [byte, 0, 0, 0], read: 1, length })
    }

    pub(super) fn take(mut self, byte: u8) -> Character {
        if !(0x80..=0xbf).contains(&byte) {
            return Character::Broken;
        }
        self.bytes[self.read] = byte;
        self.read += 1;
        if self.read < self.length {
            return Character::Partial(self);
        }
        match std::str::from_utf8(&self.bytes[..self.length]).ok().and_then(|text| text.chars().next()) {
            Some(c) => Character::Whole((!c.is_control()).then(|| key_of(c))),
            None => Character::Whole(invalid()),
        }
    }
}

/// What bytes show that are no UTF-8: the person should see that their terminal sends another encoding.
pub(super) fn invalid() -> Option<KeyEvent> {
    Some(key_of(char::REPLACEMENT_CHARACTER))
}

/// The key of a character. An upper-case letter is typed with Shift.
pub(super) fn key_of(c: char) -> KeyEvent {
    let modifiers = if c.is_uppercase() { KeyModifiers::SHIFT } else { KeyModifiers::NONE };
    KeyEvent::new(KeyCode::Char(c), modifiers)
}
