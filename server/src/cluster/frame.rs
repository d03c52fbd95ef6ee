//! The frames between nodes: a header, which is a line of JSON, followed by lines of JSON that its content determines.
//!
//! Everything received is validated here. Deliberately absent: what a frame causes (see [`super::membership`]).

use bytes::{Bytes, BytesMut};
use papo_shared::model::DeviceId;
use papo_shared::protocol::{GoodbyeReason, encode_line};
use serde::{Deserialize, Serialize};

use super::events::decode_events;
use super::lines::Line;
use super::network::{MAX_FRAME_BYTES, NodeId};
use crate::bus::Announcement;
use crate::domain::AccountId;

/// Version of the frames. Frames of other versions are ignored.
const VERSION: u32 = 1;

/// Longest name of a node, in characters; the rest is ignored.
const MAX_NAME_CHARS: usize = 64;

/// Largest frame that is decoded, in bytes. Larger than the largest frame that is sent, which lets later versions send more.
const MAX_RECEIVED_BYTES: usize = 2 * MAX_FRAME_BYTES;

/// A frame that was received.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) from: NodeId,
    pub(super) content: Content,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// For all nodes: the sender is there.
    Announcement {
        /// For people.
        name: String,
    },
    /// For all nodes: the sender stops.
    Leaving,
    /// The position of the last frame that was sent to this node, which may have been lost.
    Tick(Position),
    /// Asks this node to replace its stream to the sender, of which the sender missed something.
    RestartStream {
        /// The newest stream that the sender knows.
        stream: u64,
    },
    /// A numbered frame.
    Streamed(Position, Streamed),
}

/// The position of a frame in the frames from one node to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Position {
    /// Increases each time that the sender starts a stream, to whatever node.
    pub(super) stream: u64,
    /// 1, 2, 3… in each stream.
    pub(super) number: u64,
}

/// What a numbered frame contains.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Streamed {
    /// The sender's sessions, or a part of them. The first frame of a stream.
    Snapshot {
        sessions: Vec<SessionState>,
        /// Whether the following frames contain more of it.
        continues: bool,
        /// Whether the sender published events before this stream, which the receiver may have missed.
        follows_events: bool,
    },
    /// Changes of the sender's sessions.
    Sessions(Vec<SessionChange>),
    Events(Vec<Announcement>),
    /// Close the sessions of these devices.
    EndDevices(Vec<DeviceId>, GoodbyeReason),
    /// Close the sessions of this account.
    EndAccount(AccountId, GoodbyeReason),
}

/// A session of the sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SessionState {
    /// Its number on its node.
    pub(super) session: u64,
    pub(super) account: u32,
    pub(super) device: DeviceId,
    /// Whether the user is away in this session.
    pub(super) away: bool,
}

/// A change of the sender's sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum SessionChange {
    /// It began, or the user went away in it or returned.
    Is(SessionState),
    /// The session with this number ended.
    Ended(u64),
}

/// Why a frame is ignored.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum FrameError {
    #[error("it has {0} bytes")]
    TooLong(usize),
    #[error("it has version {0} instead of {VERSION}")]
    OtherVersion(u32),
    #[error("it is malformed: {0}")]
    Malformed(String),
}

impl From<serde_json::Error> for FrameError {
    fn from(error: serde_json::Error) -> Self {
        Self::Malformed(error.to_string())
    }
}

/// The first line of a frame.
#[derive(Serialize, Deserialize)]
struct Header {
    version: u32,
    from: u64,
    content: HeaderContent,
}

/// The version alone, which is read before the fields that depend on it.
#[derive(Deserialize)]
struct HeaderVersion {
    version: u32,
}

/// [`Content`] without the lines.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum HeaderContent {
    Announcement { name: String },
    Leaving,
    Tick(Position),
    RestartStream { stream: u64 },
    Streamed { at: Position, part: Part },
}

/// [`Streamed`] without the lines.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Part {
    /// Followed by [`SessionState`]s.
    Snapshot {
        continues: bool,
        follows_events: bool,
    },
    /// Followed by [`SessionChange`]s.
    Sessions,
    /// Followed by the lines of [`super::events`].
    Events,
    EndDevices {
        devices: Vec<DeviceId>,
        reason: GoodbyeReason,
    },
    EndAccount {
        account: u32,
        reason: GoodbyeReason,
    },
}

pub(super) fn announcement(from: NodeId, name: &str) -> Bytes {
    header(from, HeaderContent::Announcement { name: name.to_owned() }).freeze()
}

pub(super) fn leaving(from: NodeId) -> Bytes {
    header(from, HeaderContent::Leaving).freeze()
}

pub(super) fn tick(from: NodeId, last: Position) -> Bytes {
    header(from, HeaderContent::Tick(last)).freeze()
}

pub(super) fn restart_stream(from: NodeId, stream: u64) -> Bytes {
    header(from, HeaderContent::RestartStream { stream }).freeze()
}

pub(super) fn streamed<'a>(from: NodeId, at: Position, part: Part, lines: impl IntoIterator<Item = &'a Line>) -> Bytes {
    let mut frame = header(from, HeaderContent::Streamed { at, part });
    lines.into_iter().for_each(|line| frame.extend_from_slice(line));
    frame.freeze()
}

fn header(from: NodeId, content: HeaderContent) -> BytesMut {
    let mut buffer = BytesMut::new();
    encode_line(&Header { version: VERSION, from: from.0, content }, &mut buffer);
    buffer
}

/// Decodes a frame.
///
/// # Errors
/// The frame has to be ignored.
pub(super) fn decode(bytes: &[u8]) -> Result<Frame, FrameError> {
    if bytes.len() > MAX_RECEIVED_BYTES {
        return Err(FrameError::TooLong(bytes.len()));
    }
    let mut lines = bytes.split(|byte| *byte == b'\n');
    let header = lines.next().unwrap_or_default();
    let HeaderVersion { version } = serde_json::from_slice(header)?;
    if version != VERSION {
        return Err(FrameError::OtherVersion(version));
    }
    let Header { from, content, .. } = serde_json::from_slice(header)?;
    // The last line ends with a newline as well.
    let lines = lines.filter(|line| !line.is_empty());
    let content = match content {
        HeaderContent::Announcement { name } => Content::Announcement { name: clean_name(&name) },
        HeaderContent::Leaving => Content::Leaving,
        HeaderContent::Tick(last) => Content::Tick(last),
        HeaderContent::RestartStream { stream } => Content::RestartStream { stream },
        HeaderContent::Streamed { at, part } => Content::Streamed(valid(at)?, decode_part(part, lines)?),
    };
    Ok(Frame { from: NodeId(from), content })
}

fn decode_part<'a>(part: Part, lines: impl Iterator<Item = &'a [u8]>) -> Result<Streamed, FrameError> {
    Ok(match part {
        Part::Snapshot { continues, follows_events } => {
            let sessions = lines.map(serde_json::from_slice).collect::<Result<_, _>>()?;
            Streamed::Snapshot { sessions, continues, follows_events }
        }
        Part::Sessions => Streamed::Sessions(lines.map(serde_json::from_slice).collect::<Result<_, _>>()?),
        Part::Events => Streamed::Events(decode_events(lines).map_err(FrameError::Malformed)?),
        Part::EndDevices { devices, reason } => Streamed::EndDevices(devices, reason),
        Part::EndAccount { account, reason } => Streamed::EndAccount(AccountId(account), reason),
    })
}

fn valid(at: Position) -> Result<Position, FrameError> {
    if at.stream == 0 || at.number == 0 || at.number == u64::MAX {
        return Err(FrameError::Malformed("its position does not exist".to_owned()));
    }
    Ok(at)
}

/// The name as it can be logged.
fn clean_name(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(MAX_NAME_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::super::lines::encode;
    use super::{
        AccountId, Content, DeviceId, Frame, FrameError, GoodbyeReason, MAX_RECEIVED_BYTES, NodeId, Part, Position,
        SessionChange, SessionState, Streamed, announcement, decode, leaving, restart_stream, streamed, tick,
    };

    const NODE: NodeId = NodeId(u64::MAX - 1);
    const AT: Position = Position { stream: 3, number: 7 };

    #[track_caller]
    fn check(bytes: &[u8], content: Content) {
        assert_eq!(decode(bytes), Ok(Frame { from: NODE, content }));
    }

    #[test]
    fn frames_are_decoded_as_they_were_encoded() {
        check(&announcement(NODE, "oak"), Content::Announcement { name: "oak".to_owned() });
        check(&leaving(NODE), Content::Leaving);
        check(&tick(NODE, AT), Content::Tick(AT));
        check(&restart_stream(NODE, 4), Content::RestartStream { stream: 4 });
        let state = SessionState { session: 1, account: 2, device: DeviceId(3), away: true };
        let part = Part::Snapshot { continues: true, follows_events: false };
        let snapshot = Streamed::Snapshot { sessions: vec![state, state], continues: true, follows_events: false };
        check(&streamed(NODE, AT, part, &[encode(&state), encode(&state)]), Content::Streamed(AT, snapshot));
        let changes = [SessionChange::Is(state), SessionChange::Ended(9)];
        let lines = changes.map(|change| encode(&change));
        check(&streamed(NODE, AT, Part::Sessions, &lines), Content::Streamed(AT, Streamed::Sessions(changes.to_vec())));
        let reason = GoodbyeReason::SignedOut;
        let devices = vec![DeviceId(5)];
        let part = Part::EndDevices { devices: devices.clone(), reason };
        check(&streamed(NODE, AT, part, &[]), Content::Streamed(AT, Streamed::EndDevices(devices, reason)));
        let part = Part::EndAccount { account: 5, reason };
        check(&streamed(NODE, AT, part, &[]), Content::Streamed(AT, Streamed::EndAccount(AccountId(5), reason)));
    }

    #[test]
    fn frames_that_are_not_understood_are_refused() {
        let refused = |bytes: &[u8]| decode(bytes).unwrap_err();
        assert_eq!(refused(br#"{"version":2,"other":1}"#), FrameError::OtherVersion(2));
        assert_eq!(refused(&vec![b' '; MAX_RECEIVED_BYTES + 1]), FrameError::TooLong(MAX_RECEIVED_BYTES + 1));
        let longest = refused(&[b' '; MAX_RECEIVED_BYTES]);
        assert!(matches!(longest, FrameError::Malformed(_)), "{longest}");
        let malformed: [&[u8]; 7] = [
            b"",
            b"\xff\n",
            br#"{"version":1}"#,
            br#"{"version":1,"from":1,"content":"singing"}"#,
            br#"{"version":1,"from":1,"content":{"streamed":{"at":{"stream":0,"number":1},"part":"sessions"}}}"#,
            br#"{"version":1,"from":1,"content":{"streamed":{"at":{"stream":1,"number":0},"part":"sessions"}}}"#,
            b"{\"version\":1,\"from\":1,\"content\":{\"streamed\":{\"at\":{\"stream\":1,\"number\":1},\"part\":\"sessions\"}}}\n{}",
        ];
        for bytes in malformed {
            let error = refused(bytes);
            assert!(matches!(error, FrameError::Malformed(_)), "{}: {error}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn names_are_cleaned_and_truncated() {
        let name = format!("\u{1b}[2J{}", "x".repeat(200));
        let Ok(Frame { content: Content::Announcement { name }, .. }) = decode(&announcement(NODE, &name)) else {
            panic!("expected an announcement")
        };
        assert!(name.starts_with("[2Jx") && name.len() == 64, "{name}");
    }
}
