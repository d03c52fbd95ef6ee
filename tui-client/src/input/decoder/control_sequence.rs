//! What stands between the introducer of a sequence and its last byte.

use super::{keys, mouse};
use crate::event::Event;

/// The longest sequence that is understood, in bytes. Of a longer one the end is looked for and nothing is kept.
const MAX_BYTES: usize = 64;
/// Most numbers a sequence can have that mean something to us.
const MAX_PARAMETERS: usize = 8;

/// The parameters of a sequence, as far as they were read.
#[derive(Debug, Default)]
pub(super) struct ControlSequence {
    bytes: Vec<u8>,
    is_too_long: bool,
}

/// What a byte means to a sequence.
pub(super) enum Step {
    /// The sequence goes on.
    More,
    /// It was the last one.
    End,
    /// It cannot belong to the sequence.
    Abort,
    /// Two brackets: a function key of the Linux console.
    LinuxFunctionKey,
    /// Three more bytes are to come, whatever they are.
    X10Mouse,
}

impl ControlSequence {
    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Takes a byte behind `ESC [`.
    pub(super) fn take_csi(&mut self, byte: u8) -> Step {
        match byte {
            b'[' if self.is_empty() => Step::LinuxFunctionKey,
            b'M' if self.is_empty() => Step::X10Mouse,
            // rxvt ends the sequence of a key with Shift so; elsewhere more follows.
            b'$' if !self.is_empty() && self.bytes.iter().all(u8::is_ascii_digit) => Step::End,
            b' '..=b'?' => self.push(byte),
            b'@'..=b'~' => Step::End,
            _ => Step::Abort,
        }
    }

    /// Takes a byte behind `ESC O`.
    pub(super) fn take_ss3(&mut self, byte: u8) -> Step {
        match byte {
            b'0'..=b'9' | b';' => self.push(byte),
            b' '..=b'~' => Step::End,
            _ => Step::Abort,
        }
    }

    fn push(&mut self, byte: u8) -> Step {
        if self.bytes.len() < MAX_BYTES {
            self.bytes.push(byte);
        } else {
            self.is_too_long = true;
        }
        Step::More
    }

    /// Whether this is the opening bracket of a paste.
    pub(super) fn begins_paste(&self, last: u8) -> bool {
        last == b'~' && self.bytes == b"200"
    }

    /// The event of the sequence behind `ESC [` with this last byte, if it is one of ours.
    pub(super) fn meaning_of_csi(&self, last: u8) -> Option<Event> {
        if self.is_too_long {
            return None;
        }
        match (self.bytes.first(), last) {
            (None, b'I') => Some(Event::Focused(true)),
            (None, b'O') => Some(Event::Focused(false)),
            (Some(b'<'), b'M' | b'm') => mouse::sgr(&numbers(&self.bytes[1..])?, last == b'm'),
            (Some(_), b'M') => mouse::rxvt(&numbers(&self.bytes)?),
            _ => keys::csi(&self.parameters()?, last).map(Event::Key),
        }
    }

    /// The event of the sequence behind `ESC O` with this last byte, if it is one of ours.
    pub(super) fn meaning_of_ss3(&self, last: u8) -> Option<Event> {
        if self.is_too_long {
            return None;
        }
        keys::ss3(&self.parameters()?, last).map(Event::Key)
    }

    /// The numbers of the sequence, with their sub-parameters. `None` where there is anything but numbers.
    fn parameters(&self) -> Option<Vec<Vec<u32>>> {
        let text = std::str::from_utf8(&self.bytes).ok()?;
        if text.is_empty() {
            return Some(Vec::new());
        }
        let all: Option<Vec<Vec<u32>>> =
            text.split(';').map(|parameter| parameter.split(':').map(number).collect::<Option<_>>()).collect();
        all.filter(|all| all.len() <= MAX_PARAMETERS)
    }
}

/// An empty number is 0, as everywhere in these sequences.
fn number(digits: &str) -> Option<u32> {
    if digits.is_empty() { Some(0) } else { digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())? }
}

fn numbers(bytes: &[u8]) -> Option<Vec<u32>> {
    std::str::from_utf8(bytes).ok()?.split(';').map(number).collect()
}
