//! Properties that hold for arbitrary bytes. The fuzzer (`fuzz/fuzz_targets/decoder.rs`) searches for violations; the
//! inputs worth keeping are replayed here.

use bytes::BytesMut;
use papo_shared::codec::{Line, LineCodec};
use papo_shared::protocol::limits::{MAX_LINE_BYTES, MAX_LINE_BYTES_BEFORE_SIGN_IN};
use papo_shared::protocol::{Event, Malformed, Reply, ReplyFrame, RequestFrame, ServerFrame, encode_line};
use tokio_util::codec::Decoder;

/// Maximum line lengths to test: one that is quickly exceeded, and those of the server.
const BOUNDS: [usize; 3] = [16, MAX_LINE_BYTES_BEFORE_SIGN_IN, MAX_LINE_BYTES];

/// Panics if a property is violated. The first byte of `input` selects the maximum line length and the chunk size;
/// the rest is the stream.
pub(crate) fn check(input: &[u8]) {
    let Some((choice, bytes)) = input.split_first() else { return };
    let (max_bytes, cut) = (BOUNDS[usize::from(choice % 3)], usize::from(choice / 3) + 1);
    let lines = lines(max_bytes, bytes.chunks(cut));
    assert_eq!(lines, self::lines(max_bytes, [bytes]), "the chunk size must not change the lines");
    for line in lines {
        match line {
            Line::Whole(line) => {
                assert!(!line.is_empty() && line.len() <= max_bytes && !line.contains(&b'\n'));
                check_request(&line);
                check_server_frame(&line);
            }
            Line::TooLong { max_bytes: reported } => assert_eq!(reported, max_bytes),
        }
    }
}

fn lines<'a>(max_bytes: usize, chunks: impl IntoIterator<Item = &'a [u8]>) -> Vec<Line> {
    let (mut codec, mut buffer, mut lines) = (LineCodec::new(max_bytes), BytesMut::new(), Vec::new());
    for chunk in chunks {
        buffer.extend_from_slice(chunk);
        while let Some(line) = codec.decode(&mut buffer).unwrap() {
            lines.push(line);
        }
        assert!(buffer.len() <= max_bytes + 1, "the buffer holds at most one line");
    }
    lines
}

/// A valid request survives re-encoding; an invalid one gives a refusal that a client can decode.
fn check_request(line: &[u8]) {
    match RequestFrame::decode(line) {
        Ok(frame) => assert_eq!(RequestFrame::decode(&encoded(&frame)), Ok(frame)),
        Err(Malformed { id: Some(id), refusal }) => {
            let reply = ReplyFrame { id, reply: Reply::Refused(refusal) };
            assert_eq!(ServerFrame::decode(&encoded(&reply)).unwrap(), ServerFrame::Reply(reply));
        }
        Err(Malformed { id: None, refusal }) => {
            let event = Event::Refused(refusal);
            assert_eq!(ServerFrame::decode(&encoded(&event)).unwrap(), ServerFrame::Event(event));
        }
    }
}

/// A decoded frame survives re-encoding.
fn check_server_frame(line: &[u8]) {
    let Ok(frame) = ServerFrame::decode(line) else { return };
    let reencoded = match &frame {
        ServerFrame::Reply(reply) => serde_json::to_vec(reply),
        ServerFrame::Event(event) => serde_json::to_vec(event),
    };
    // Unknown types of a newer server are decoded but cannot be encoded.
    let Ok(reencoded) = reencoded else { return };
    assert_eq!(ServerFrame::decode(&reencoded).unwrap(), frame);
}

fn encoded(frame: &impl serde::Serialize) -> BytesMut {
    let mut line = BytesMut::new();
    encode_line(frame, &mut line);
    line.truncate(line.len() - 1);
    line
}

/// Excluded when the fuzz target includes this file.
#[cfg(test)]
mod tests {
    #[test]
    fn the_fuzzing_corpus_violates_no_property() {
        let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/corpus/decoder");
        let mut inputs = 0;
        for input in std::fs::read_dir(corpus).unwrap() {
            super::check(&std::fs::read(input.unwrap().path()).unwrap());
            inputs += 1;
        }
        assert!(inputs > 40, "the corpus was not found");
    }
}
