//! The boundary to wire protocols: how events and replies become bytes.

use bytes::{Bytes, BytesMut};
use papo_shared::protocol::{Event, ReplyFrame};

/// Capacity reserved per encoded value, in bytes. Fits a short message with its names and ids, and nearly all other values.
pub(crate) const USUAL_BYTES: usize = 320;

/// Encodes what the server sends in one wire protocol. There is one static value per protocol, which serves all its sessions.
///
/// The methods append to `buffer`. They append nothing for a value that the protocol cannot express.
pub trait Encoder: Send + Sync {
    /// Name of the protocol. Sessions whose encoders have the same name share the encoded events.
    fn protocol(&self) -> &'static str;
    /// Appends an event. [`Event::Lagged`] and [`Event::Goodbye`] report on the session's own queue.
    fn encode_event(&self, event: &Event, buffer: &mut BytesMut);
    /// Appends the reply to a request.
    fn encode_reply(&self, reply: &ReplyFrame, buffer: &mut BytesMut);
}

/// Encodes a single event.
pub(crate) fn encode_event(encoder: &dyn Encoder, event: &Event) -> Bytes {
    let mut buffer = BytesMut::with_capacity(USUAL_BYTES);
    encoder.encode_event(event, &mut buffer);
    buffer.freeze()
}

/// Encodes a single reply.
pub(crate) fn encode_reply(encoder: &dyn Encoder, reply: &ReplyFrame) -> Bytes {
    let mut buffer = BytesMut::with_capacity(USUAL_BYTES);
    encoder.encode_reply(reply, &mut buffer);
    buffer.freeze()
}
