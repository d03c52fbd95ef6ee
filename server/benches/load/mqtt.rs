//! MQTT 3.1.1 at QoS 1: a conversation is a topic to which all but the sender subscribe. The broker acknowledges each
//! message to its sender, and receivers acknowledge it to the broker.

use crate::dialect::{Dialect, Received};

const CONNECT: u8 = 0x10;
const CONNECT_ACCEPTED: u8 = 0x20;
const PUBLISH: u8 = 0x30;
const PUBLISH_AT_QOS_1: u8 = PUBLISH | 0x02;
const PUBLISH_ACCEPTED: u8 = 0x40;
const SUBSCRIBE: u8 = 0x82;
const SUBSCRIBE_ACCEPTED: u8 = 0x90;

/// The session ends with the connection.
const CLEAN_SESSION: u8 = 0x02;

pub(crate) struct MqttDialect {
    /// Members per conversation, including the sender.
    pub(crate) members: usize,
}

impl Dialect for MqttDialect {
    fn acknowledges(&self) -> bool {
        true
    }

    fn sign_in_bytes(&self, connection: usize) -> Vec<u8> {
        // Keep-alive is disabled.
        let mut connect = [&text("MQTT")[..], &[4, CLEAN_SESSION, 0, 0]].concat();
        connect.extend(text(&format!("p{connection}")));
        // A sender subscribes to an unused topic, and so receives nothing.
        let is_sender = connection.is_multiple_of(self.members);
        let topic = if is_sender { format!("none/{connection}") } else { topic(connection / self.members) };
        let subscribe = [&[0, 1][..], &text(&topic), &[1]].concat();
        [packet(CONNECT, &connect), packet(SUBSCRIBE, &subscribe)].concat()
    }

    fn encode_message(&self, group: usize, number: usize, body: &str) -> Vec<u8> {
        let id = (number % usize::from(u16::MAX)) as u16 + 1;
        let publish = [&text(&topic(group))[..], &id.to_be_bytes(), body.as_bytes()].concat();
        packet(PUBLISH_AT_QOS_1, &publish)
    }

    fn classify(&self, bytes: &[u8], answer: &mut Vec<u8>) -> Option<(usize, Received)> {
        let (&kind, rest) = bytes.split_first()?;
        let (length, length_bytes) = length(rest)?;
        let content = rest.get(length_bytes..length_bytes + length)?;
        let received = match kind & 0xf0 {
            PUBLISH => {
                let topic_bytes = usize::from(u16::from_be_bytes([content[0], content[1]]));
                answer.extend(packet(PUBLISH_ACCEPTED, &content[2 + topic_bytes..4 + topic_bytes]));
                Received::Delivered
            }
            PUBLISH_ACCEPTED => Received::Acknowledged,
            SUBSCRIBE_ACCEPTED => Received::SignedIn,
            CONNECT_ACCEPTED if content == [0, 0] => Received::Nothing,
            _ => Received::Trouble,
        };
        Some((1 + length_bytes + length, received))
    }
}

fn topic(group: usize) -> String {
    format!("g/{group}")
}

/// A string, prefixed with its length in bytes.
fn text(text: &str) -> Vec<u8> {
    [&(text.len() as u16).to_be_bytes()[..], text.as_bytes()].concat()
}

/// A packet: its kind, its length in groups of seven bits (least significant first), and its content.
fn packet(kind: u8, content: &[u8]) -> Vec<u8> {
    let mut packet = vec![kind];
    let mut length = content.len();
    while length > 0x7f {
        packet.push(length as u8 & 0x7f | 0x80);
        length >>= 7;
    }
    packet.push(length as u8);
    packet.extend_from_slice(content);
    packet
}

/// Decodes a length. Also returns how many bytes it took.
fn length(bytes: &[u8]) -> Option<(usize, usize)> {
    let last = bytes.iter().position(|byte| byte & 0x80 == 0)?;
    let length = bytes[..=last].iter().rev().fold(0, |length, byte| length << 7 | usize::from(byte & 0x7f));
    Some((length, last + 1))
}
