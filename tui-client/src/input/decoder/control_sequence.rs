//! The parameters of a control sequence, between its introducer and its final byte.

use super::{keys, mouse};
use crate::event::Event;

/// The longest accepted parameter string, in bytes. A longer sequence is read to its end and dropped.
const MAX_BYTES: usize = 64;
/// Sequences with more parameters than this are ignored.
const MAX_PARAMETERS: usize = 8;

/// The parameter bytes read so far.
#[derive(Debug, Default)]
pub(super) struct ControlSequence {
    bytes: Vec<u8>,
    is_too_long: bool,
}

/// The effect of a byte on the sequence.
pub(super) enum Step {
    /// The sequence needs further bytes.
    More,
    /// The byte ends the sequence.
    End,
    /// The byte cannot belong to the sequence.
    Abort,
    /// `ESC [ [`, the prefix of a function key on the Linux console.
    LinuxFunctionKey,
    /// `ESC [ M`, which is followed by three arbitrary bytes.
    X10Mouse,
}

impl ControlSequence {
    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Takes a byte after `ESC [`.
    pub(super) fn take_csi(&mut self, byte: u8) -> Step {
        match byte {
            b'[' if self.is_empty() => Step::LinuxFunctionKey,
            b'M' if self.is_empty() => Step::X10Mouse,
            // rxvt ends keys with Shift in `$`; elsewhere it is an intermediate byte.
            b'$' if !self.is_empty() && self.bytes.iter().all(u8::is_ascii_digit) => Step::End,
            b' '..=b'?' => self.push(byte),
            b'@'..=b'~' => Step::End,
            _ => Step::Abort,
        }
    }

    /// Takes a byte after `ESC O`.
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

    /// Whether this is the start of a bracketed paste, `ESC [ 200 ~`.
    pub(super) fn begins_paste(&self, last: u8) -> bool {
        last == b'~' && self.bytes == b"200"
    }

    /// The event of `ESC [`, these parameters and this final byte; `None` if it has no meaning to papo.
    pub(super) fn decode_csi(&self, last: u8) -> Option<Event> {
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

    /// The event of `ESC O`, these parameters and this final byte; `None` if it has no meaning to papo.
    pub(super) fn decode_ss3(&self, last: u8) -> Option<Event> {
        if self.is_too_long {
            return None;
        }
        keys::ss3(&self.parameters()?, last).map(Event::Key)
    }

    /// The parameters with their sub-parameters. `None` if any is not a number.
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

/// Parses a parameter; an empty one is 0, as usual in control sequences.
fn number(digits: &str) -> Option<u32> {
    if digits.is_empty() { Some(0) } else { digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())? }
}

fn numbers(bytes: &[u8]) -> Option<Vec<u32>> {
    std::str::from_utf8(bytes).ok()?.split(';').map(number).collect()
}
