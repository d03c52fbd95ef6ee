//! Encoding frames to lines and decoding lines to frames.

use bytes::BytesMut;
use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use papo_shared::codec::LineCodec;
use papo_shared::model::{ClientId, ConversationId, Entry, EntryKind, Message, MessageText, Seq, Timestamp, Username};
use papo_shared::protocol::limits::MAX_LINE_BYTES;
use papo_shared::protocol::{
    Entries, EntryPosted, Event, Reply, ReplyFrame, Request, RequestFrame, SendMessage, ServerFrame, encode_line,
};
use tokio_util::codec::Decoder;

const TEXT: &str = "a rede volta amanha cedo, e o servidor verde vem depois de todos";
/// Entries in the benchmarked page of history.
const PAGE: u64 = 100;

#[divan::bench]
fn encode_a_message(bencher: Bencher) {
    let event = posted();
    bencher.with_inputs(|| BytesMut::with_capacity(1024)).bench_local_refs(|line| encode_line(black_box(&event), line));
}

#[divan::bench]
fn decode_a_message(bencher: Bencher) {
    decoded(bencher, &line(&posted()));
}

#[divan::bench]
fn encode_a_page(bencher: Bencher) {
    let page = page();
    bencher.with_inputs(|| BytesMut::with_capacity(1 << 16)).bench_local_refs(|line| encode_line(black_box(&page), line));
}

#[divan::bench]
fn decode_a_page(bencher: Bencher) {
    decoded(bencher, &line(&page()));
}

#[divan::bench]
fn decode_a_request(bencher: Bencher) {
    let message = SendMessage { conversation: ConversationId(7), client_id: id(), text: TEXT.to_owned(), reply_to: None };
    let line = line(&RequestFrame { id: 4711, request: Request::SendMessage(message) });
    let line = without_newline(&line);
    bencher.counter(BytesCount::of_slice(line)).bench(|| RequestFrame::decode(black_box(line)).unwrap());
}

/// Splits one socket read of 32 messages into lines.
#[divan::bench]
fn cut_into_lines(bencher: Bencher) {
    let line = line(&posted());
    let read: BytesMut = (0..32).flat_map(|_| line.iter().copied()).collect();
    bencher.counter(BytesCount::of_slice(&read[..])).with_inputs(|| read.clone()).bench_local_refs(|read| {
        let mut codec = LineCodec::new(MAX_LINE_BYTES);
        while let Some(line) = codec.decode(read).unwrap() {
            black_box(line);
        }
    });
}

fn decoded(bencher: Bencher, line: &[u8]) {
    let line = without_newline(line);
    bencher.counter(BytesCount::of_slice(line)).bench(|| ServerFrame::decode(black_box(line)).unwrap());
}

fn without_newline(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\n").unwrap()
}

fn line(frame: &impl serde::Serialize) -> BytesMut {
    let mut line = BytesMut::new();
    encode_line(frame, &mut line);
    line
}

fn posted() -> Event {
    Event::EntryPosted(EntryPosted { conversation: ConversationId(7), entry: entry(4711) })
}

fn page() -> ReplyFrame {
    let entries = Entries { conversation: ConversationId(7), entries: (1..=PAGE).map(entry).collect(), more: true };
    ReplyFrame { id: 12, reply: Reply::Entries(entries) }
}

fn entry(seq: u64) -> Entry {
    let message = Message::new(id(), MessageText::parse(TEXT).unwrap());
    let author = Username::parse("bia").unwrap();
    Entry { seq: Seq(seq), at: Timestamp(1_790_000_000_000), author, kind: EntryKind::Message(message) }
}

fn id() -> ClientId {
    ClientId::from_bytes([0x5a; 16])
}
