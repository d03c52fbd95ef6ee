//! Newline-delimited framing with a maximum line length.
//!
//! One frame is one line of UTF-8 JSON, terminated by `\n` (a preceding `\r` is tolerated). The codec only splits the
//! byte stream into lines; it does not parse frames. Overlong lines are discarded without being buffered.

use std::io;

use bytes::{Buf, Bytes, BytesMut};
use tokio_util::codec::Decoder;

/// One decoded item of the stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// A line within the limit, without its terminator. Never empty: empty lines are skipped.
    Whole(Bytes),
    /// A line over the limit. Reported as soon as the limit is exceeded; the rest of the line is discarded as it arrives.
    TooLong {
        /// The limit that was exceeded, in bytes.
        max_bytes: usize,
    },
}

/// Splits a byte stream into lines of at most `max_bytes` bytes.
#[derive(Debug)]
pub struct LineCodec {
    max_bytes: usize,
    /// Length of the buffer prefix known to contain no newline, so that a line arriving slowly is not rescanned each time.
    searched: usize,
    /// Whether the current line has already been reported as too long.
    discarding: bool,
}

impl LineCodec {
    /// Creates a codec that accepts lines of up to `max_bytes` bytes, not counting the terminator.
    #[must_use]
    pub fn new(max_bytes: usize) -> Self {
        Self { max_bytes, searched: 0, discarding: false }
    }

    /// Changes the limit, effective immediately.
    pub fn set_max_bytes(&mut self, max_bytes: usize) {
        self.max_bytes = max_bytes;
    }
}

impl Decoder for LineCodec {
    type Item = Line;
    type Error = io::Error;

    fn decode(&mut self, buffer: &mut BytesMut) -> Result<Option<Line>, io::Error> {
        loop {
            let newline = buffer[self.searched..].iter().position(|&byte| byte == b'\n').map(|at| self.searched + at);
            let Some(end) = newline else { return Ok(self.unfinished(buffer)) };
            self.searched = 0;
            let line = buffer.split_to(end).freeze();
            buffer.advance(1);
            if std::mem::take(&mut self.discarding) {
                continue;
            }
            let line = line.strip_suffix(b"\r").map_or(line.clone(), |stripped| line.slice_ref(stripped));
            if line.len() > self.max_bytes {
                return Ok(Some(Line::TooLong { max_bytes: self.max_bytes }));
            }
            if !line.is_empty() {
                return Ok(Some(Line::Whole(line)));
            }
        }
    }

    /// Drops an unterminated last line: the sender never finished it.
    fn decode_eof(&mut self, buffer: &mut BytesMut) -> Result<Option<Line>, io::Error> {
        let line = self.decode(buffer)?;
        if line.is_none() {
            buffer.clear();
            self.searched = 0;
        }
        Ok(line)
    }
}

impl LineCodec {
    fn unfinished(&mut self, buffer: &mut BytesMut) -> Option<Line> {
        // One byte more than the limit, because a `\r` before the newline does not count.
        let too_long = buffer.len() > self.max_bytes + 1;
        if self.discarding || too_long {
            buffer.clear();
            self.searched = 0;
        } else {
            self.searched = buffer.len();
        }
        if too_long && !self.discarding {
            self.discarding = true;
            return Some(Line::TooLong { max_bytes: self.max_bytes });
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use bytes::BytesMut;
    use proptest::prelude::*;
    use tokio_util::codec::Decoder;

    use super::{Line, LineCodec};

    /// Feeds the chunks one at a time, as a socket would, and collects the lines.
    fn decode_in_chunks<'a>(max_bytes: usize, chunks: impl IntoIterator<Item = &'a [u8]>) -> Vec<Line> {
        let mut codec = LineCodec::new(max_bytes);
        let mut buffer = BytesMut::new();
        let mut lines = Vec::new();
        for chunk in chunks {
            buffer.extend_from_slice(chunk);
            while let Some(line) = codec.decode(&mut buffer).unwrap() {
                lines.push(line);
            }
            assert!(buffer.len() <= max_bytes + 1, "the buffer holds at most one line");
        }
        while let Some(line) = codec.decode_eof(&mut buffer).unwrap() {
            lines.push(line);
        }
        lines
    }

    fn whole(text: &str) -> Line {
        Line::Whole(text.to_owned().into())
    }

    #[test]
    fn lines_are_cut_at_newlines_and_empty_ones_skipped() {
        assert_eq!(decode_in_chunks(9, [&b"ab\r\n\n\r\ncd\nrest"[..]]), [whole("ab"), whole("cd")]);
    }

    #[test]
    fn the_limit_is_exact() {
        assert_eq!(decode_in_chunks(4, [&b"abcd\nabcd\r\n"[..]]), [whole("abcd"), whole("abcd")]);
        assert_eq!(decode_in_chunks(4, [&b"abcde\nok\n"[..]]), [Line::TooLong { max_bytes: 4 }, whole("ok")]);
    }

    #[test]
    fn an_unterminated_overlong_line_is_reported_once_and_not_buffered() {
        let chunks = std::iter::repeat_n(&b"xxxxxxxx"[..], 100).chain([&b"\nok\n"[..]]);
        assert_eq!(decode_in_chunks(16, chunks), [Line::TooLong { max_bytes: 16 }, whole("ok")]);
    }

    #[test]
    fn a_new_limit_applies_to_the_next_line() {
        let mut codec = LineCodec::new(2);
        let mut buffer = BytesMut::from(&b"abcd\nabcd\n"[..]);
        assert_eq!(codec.decode(&mut buffer).unwrap(), Some(Line::TooLong { max_bytes: 2 }));
        codec.set_max_bytes(4);
        assert_eq!(codec.decode(&mut buffer).unwrap(), Some(whole("abcd")));
    }

    #[test]
    fn the_rest_of_an_overlong_line_is_discarded_as_it_arrives() {
        let mut codec = LineCodec::new(4);
        for (chunk, expected) in [("abcdef", Some(Line::TooLong { max_bytes: 4 })), ("gh", None), ("ijklmnop", None)] {
            let mut buffer = BytesMut::from(chunk);
            assert_eq!(codec.decode(&mut buffer).unwrap(), expected, "{chunk}");
            assert!(buffer.is_empty(), "{buffer:?} was kept");
        }
    }

    #[test]
    fn the_end_of_the_stream_drops_only_an_unterminated_line() {
        let mut codec = LineCodec::new(4);
        let mut buffer = BytesMut::from(&b"ab\ncd"[..]);
        assert_eq!(codec.decode_eof(&mut buffer).unwrap(), Some(whole("ab")));
        assert_eq!(codec.decode_eof(&mut buffer).unwrap(), None);
        assert!(buffer.is_empty(), "{buffer:?}");
    }

    proptest! {
        /// The result does not depend on how the network splits the bytes.
        #[test]
        fn any_split_of_the_bytes_gives_the_same_lines(
            text in "[a-c\r\n]{0,60}",
            cuts in proptest::collection::vec(0usize..60, 0..8),
        ) {
            let bytes = text.as_bytes();
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
            cuts.extend([0, bytes.len()]);
            cuts.sort_unstable();
            let split = decode_in_chunks(6, cuts.windows(2).map(|w| &bytes[w[0]..w[1]]));
            prop_assert_eq!(split, decode_in_chunks(6, bytes.chunks(1)));
        }
    }
}
