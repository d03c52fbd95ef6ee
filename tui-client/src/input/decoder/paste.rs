//! The text of a bracketed paste.

/// The part of a paste that is kept, in bytes. It exceeds the limit of the composer, which therefore refuses a paste that was
/// cut here instead of accepting a part of it.
pub const MAX_PASTE_BYTES: usize = 1024 * 1024;
/// Ends a paste whose end marker was lost.
pub(super) const CTRL_C: u8 = 0x03;
const END: &[u8] = b"\x1b[201~";

/// The text of a paste read so far.
#[derive(Debug, Default)]
pub(super) struct Paste {
    text: Vec<u8>,
    /// Bytes of the end marker matched so far.
    matched: usize,
}

impl Paste {
    /// Takes a byte; returns whether the paste is complete.
    pub(super) fn take(&mut self, byte: u8) -> bool {
        if byte == END[self.matched] {
            self.matched += 1;
            return self.matched == END.len();
        }
        // The matched bytes were text after all. Only the first byte of the marker can start another match.
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

    /// The text before the Ctrl-C that ended the paste.
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
