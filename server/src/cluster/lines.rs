//! The lines of JSON that frames consist of.

use bytes::{Bytes, BytesMut};
use papo_shared::protocol::encode_line;
use serde::Serialize;

use super::network::MAX_FRAME_BYTES;

/// Space for a header, in bytes. The lines of a frame have the rest.
const HEADER_BYTES: usize = 16 * 1024;

/// Maximum total size of the lines of a frame, in bytes.
pub(super) const MAX_LINES_BYTES: usize = MAX_FRAME_BYTES - HEADER_BYTES;

/// An encoded line, with its newline.
pub(super) type Line = Bytes;

pub(super) fn encode(line: &impl Serialize) -> Line {
    let mut buffer = BytesMut::new();
    encode_line(line, &mut buffer);
    buffer.freeze()
}

/// Divides lines into as few frames as possible, in order. A single longer line gets a frame of its own.
pub(super) fn divide(lines: &[Line]) -> Vec<&[Line]> {
    let mut frames = Vec::new();
    let (mut start, mut bytes) = (0, 0);
    for (index, line) in lines.iter().enumerate() {
        if index > start && bytes + line.len() > MAX_LINES_BYTES {
            frames.push(&lines[start..index]);
            (start, bytes) = (index, 0);
        }
        bytes += line.len();
    }
    frames.push(&lines[start..]);
    frames
}

#[cfg(test)]
mod tests {
    use super::{Bytes, Line, MAX_LINES_BYTES, divide};

    #[test]
    fn lines_are_divided_into_few_frames() {
        let line = |bytes: usize| Line::from(vec![b'x'; bytes]);
        let lengths = |lines: &[Bytes]| divide(lines).into_iter().map(<[Bytes]>::len).collect::<Vec<_>>();
        assert_eq!(lengths(&[]), [0], "a frame without lines");
        assert_eq!(lengths(&[line(MAX_LINES_BYTES - 1), line(1)]), [2]);
        assert_eq!(lengths(&[line(MAX_LINES_BYTES), line(1), line(1)]), [1, 2]);
        assert_eq!(lengths(&[line(1), line(MAX_LINES_BYTES + 1), line(1)]), [1, 1, 1]);
    }
}
