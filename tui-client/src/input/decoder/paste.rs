//! A paste between its brackets.

/// Most that is kept of a paste, in bytes. It is more than the composer takes at once, so that a paste that was cut here is
/// refused there instead of being taken in part.
pub const MAX_PASTE_BYTES: usize = 1024 * 1024;
/// Ends a paste that lost its end.
pub(super) const CTRL_C: u8 = 0x03;
const END: &[u8] = b"\x1b[201~";

/// The text of a paste, as far as it was read.
#[derive(Debug, Default)]
pub(super) struct Paste {
    text: Vec<u8>,
    /// How many bytes of its end were read.
    matched: usize,
}

impl Paste {
    /// Takes a byte and says whether it was the last one.
    pub(super) fn take(&mut self, byte: u8) -> bool {
        if byte == END[self.matched] {
            self.matched += 1;
            return self.matched == END.len();
        }
        // It looked like the end and is text after all. Only the first byte of the end can begin another one.
        let matched = std::mem::replace(&mut self.matched, usize::from(byte == END[0]));
        END[..matched].iter().for_each(|byte| self.push(*byte));
        if self.matched == 0 {
            self.push(byte);
        }
        false
    }

    fn push(&mut self, byte: u8) {
        if self.text.len() < MAX_PASTE_BYTES {
            self.text.push(byte);
        }
    }

    /// The text up to the Ctrl-C that ended it.
    pub(super) fn take_interrupted(&mut self) -> String {
        let mut text = std::mem::take(&mut self.text);
        if text.last() == Some(&CTRL_C) {
            text.pop();
        }
        String::from_utf8_lossy(&text).into_owned()
    }

    pub(super) fn into_text(self) -> String {
        String::from_utf8_lossy(&self.text).into_owned()
    }
}
