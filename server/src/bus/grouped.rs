//! Groups the events of a batch that have the same recipients, and encodes each group once per protocol.

use std::ops::Range;

use bytes::{Bytes, BytesMut};
use papo_shared::protocol::Event;
use papo_shared::protocol::limits::MAX_LINE_BYTES;
use rustc_hash::FxHashMap;

use super::{Delivery, Recipients};
use crate::send_queue::{Encoder, USUAL_BYTES};

/// Maximum size of a buffer with several events. A lagging session drops them together. Must not exceed what every send
/// queue accepts at once.
const MAX_JOINED_BYTES: usize = MAX_LINE_BYTES;

/// Identifies a set of recipients by address, without comparing members: the audience of a conversation is one shared
/// list until its membership changes. Equal lists at different addresses count as different, which costs an extra
/// push but is correct.
pub(crate) type RecipientsKey = (u8, usize);

impl Recipients {
    pub(crate) fn key(&self) -> RecipientsKey {
        match self {
            Self::Accounts(accounts) => (0, accounts.as_ptr().addr()),
            Self::AccountsNotWatching(accounts) => (1, accounts.as_ptr().addr()),
            Self::Watchers => (2, 0),
        }
    }
}

/// The events of a batch with the same recipients, in order.
pub(super) struct Group<'a> {
    pub(super) to: &'a Recipients,
    events: Vec<&'a Event>,
    /// Encoded events by name of the protocol. One element, unless sessions of several protocols receive the group.
    encoded: Vec<(&'static str, EncodedEvents)>,
}

impl Group<'_> {
    /// The encoded events. Encodes them on the first call for a protocol.
    pub(super) fn encoded(&mut self, encoder: &dyn Encoder) -> &EncodedEvents {
        let protocol = encoder.protocol();
        let known = self.encoded.iter().position(|(name, _)| *name == protocol);
        let index = known.unwrap_or_else(|| {
            self.encoded.push((protocol, EncodedEvents::new(&self.events, encoder)));
            self.encoded.len() - 1
        });
        &self.encoded[index].1
    }
}

/// Groups the events of a batch by recipients. Groups are ordered by their first event.
pub(super) fn group_by_recipients(batch: &[Delivery]) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut positions = FxHashMap::default();
    for delivery in batch {
        let Delivery::Event(announcement) = delivery else { continue };
        let position = *positions.entry(announcement.to.key()).or_insert(groups.len());
        match groups.get_mut(position) {
            Some(group) => group.events.push(&announcement.event),
            None => groups.push(Group { to: &announcement.to, events: vec![&announcement.event], encoded: Vec::new() }),
        }
    }
    groups
}

/// Events encoded one after the other into shared buffers.
#[derive(Default)]
pub(super) struct EncodedEvents {
    /// Each at most [`MAX_JOINED_BYTES`] long, or a single longer event. Never empty buffers.
    joined: Vec<Bytes>,
    /// Each event's buffer and its range there.
    positions: Vec<(usize, Range<usize>)>,
}

impl EncodedEvents {
    fn new(events: &[&Event], encoder: &dyn Encoder) -> Self {
        let mut encoded = Self::default();
        let mut buffer = BytesMut::with_capacity((events.len() * USUAL_BYTES).min(MAX_JOINED_BYTES));
        for event in events {
            let mut start = buffer.len();
            encoder.encode_event(event, &mut buffer);
            if buffer.len() > MAX_JOINED_BYTES && start > 0 {
                encoded.joined.push(buffer.split_to(start).freeze());
                start = 0;
            }
            encoded.positions.push((encoded.joined.len(), start..buffer.len()));
        }
        if !buffer.is_empty() {
            encoded.joined.push(buffer.freeze());
        }
        encoded
    }

    /// All events, as few buffers.
    pub(super) fn joined(&self) -> &[Bytes] {
        &self.joined
    }

    /// The event at this position in the group; `None` if the protocol cannot express it. Shares the memory of its buffer.
    pub(super) fn get(&self, index: usize) -> Option<Bytes> {
        let (buffer, range) = self.positions.get(index)?;
        Some(self.joined.get(*buffer)?.slice(range.clone())).filter(|event| !event.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use papo_shared::protocol::{Refusal, ReplyFrame};

    use super::{BytesMut, EncodedEvents, Encoder, Event, MAX_JOINED_BYTES};

    /// Encodes an event as the number of bytes that it names.
    struct Sized;

    impl Encoder for Sized {
        fn protocol(&self) -> &'static str {
            "sized"
        }

        fn encode_event(&self, event: &Event, buffer: &mut BytesMut) {
            if let Event::Refused(Refusal::LineTooLong { max_bytes }) = event {
                buffer.resize(buffer.len() + max_bytes, b'x');
            }
        }

        fn encode_reply(&self, _: &ReplyFrame, _: &mut BytesMut) {}
    }

    #[track_caller]
    fn check(sizes: &[usize], expected: &[usize]) {
        let events: Vec<Event> = sizes.iter().map(|bytes| Event::Refused(Refusal::LineTooLong { max_bytes: *bytes })).collect();
        let encoded = EncodedEvents::new(&events.iter().collect::<Vec<_>>(), &Sized);
        let joined: Vec<usize> = encoded.joined().iter().map(|buffer| buffer.len()).collect();
        assert_eq!(joined, expected);
        for (index, bytes) in sizes.iter().enumerate() {
            assert_eq!(encoded.get(index).map(|event| event.len()), Some(*bytes).filter(|bytes| *bytes > 0), "event {index}");
        }
        assert_eq!(encoded.get(sizes.len()), None);
    }

    #[test]
    fn events_are_joined_up_to_a_limit() {
        check(&[], &[]);
        check(&[1, 2, 3], &[6]);
        check(&[MAX_JOINED_BYTES - 1, 1, 1], &[MAX_JOINED_BYTES, 1]);
        check(&[MAX_JOINED_BYTES, 1], &[MAX_JOINED_BYTES, 1]);
        check(&[1, MAX_JOINED_BYTES], &[1, MAX_JOINED_BYTES]);
        check(&[MAX_JOINED_BYTES + 1, 2], &[MAX_JOINED_BYTES + 1, 2]);
    }

    #[test]
    fn events_that_the_protocol_cannot_express_take_no_bytes() {
        check(&[0], &[]);
        check(&[0, 1, 0], &[1]);
        check(&[MAX_JOINED_BYTES, 0, 1, 0], &[MAX_JOINED_BYTES, 1]);
    }
}
