//! Encoding frames as lines, and measuring their parts.

use std::io;

use bytes::{BufMut, BytesMut};
use serde::Serialize;

/// Appends a frame and its newline to `into`.
///
/// # Panics
/// Never for the frames of this module: their maps have string keys, and none of their values can fail to serialise.
pub fn encode_line(frame: &impl Serialize, into: &mut BytesMut) {
    #[allow(clippy::expect_used, reason = "see the section on panics")]
    serde_json::to_writer(into.writer(), frame).expect("a frame always serialises");
    into.put_u8(b'\n');
}

/// Size of a part of a frame on the line, in bytes.
#[must_use]
pub fn encoded_bytes(part: &impl Serialize) -> usize {
    struct ByteCount(usize);
    impl io::Write for ByteCount {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut count = ByteCount(0);
    // Counting cannot fail, and a part that cannot be encoded would fail again in its frame.
    let _ = serde_json::to_writer(&mut count, part);
    count.0
}

#[cfg(test)]
mod tests {
    use super::{BytesMut, encode_line, encoded_bytes};

    #[test]
    fn a_part_is_measured_as_it_is_encoded() {
        let part = ("João \u{1b}\n\"", Some(12), [true, false]);
        let mut line = BytesMut::new();
        encode_line(&part, &mut line);
        assert_eq!(encoded_bytes(&part) + 1, line.len());
    }
}
