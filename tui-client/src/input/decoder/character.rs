//! Decodes UTF-8 characters whose bytes may be split over several reads.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// The first bytes of a multi-byte character.
#[derive(Debug)]
pub(super) struct PartialCharacter {
    bytes: [u8; 4],
    read: usize,
    length: usize,
}

pub(super) enum Character {
    /// More bytes are needed.
    Partial(PartialCharacter),
    /// The character is complete; `None` for a control character, which is no key.
    Whole(Option<KeyEvent>),
    /// The byte cannot continue the character.
    Broken,
}

impl PartialCharacter {
    /// Starts with a first byte; `None` if it cannot start a multi-byte character.
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

/// The replacement character, for invalid UTF-8, so that users notice a terminal with another encoding.
pub(super) fn invalid() -> Option<KeyEvent> {
    Some(key_of(char::REPLACEMENT_CHARACTER))
}

/// The key event of a character; upper-case letters carry Shift.
pub(super) fn key_of(c: char) -> KeyEvent {
    let modifiers = if c.is_uppercase() { KeyModifiers::SHIFT } else { KeyModifiers::NONE };
    KeyEvent::new(KeyCode::Char(c), modifiers)
}
