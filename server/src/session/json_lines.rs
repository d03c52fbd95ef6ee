//! Encodes events and replies in papo's own protocol: one line of JSON each.

use bytes::BytesMut;
use papo_shared::protocol::{Event, ReplyFrame, encode_line};

use crate::send_queue::Encoder;

/// The encoder of papo's own protocol.
pub(crate) static JSON_LINES: JsonLines = JsonLines;

/// The type of [`JSON_LINES`].
pub(crate) struct JsonLines;

impl Encoder for JsonLines {
    fn protocol(&self) -> &'static str {
        "papo"
    }

    fn encode_event(&self, event: &Event, buffer: &mut BytesMut) {
        encode_line(event, buffer);
    }

    fn encode_reply(&self, reply: &ReplyFrame, buffer: &mut BytesMut) {
        encode_line(reply, buffer);
    }
}
