//! One open connection, until it ends.

use std::time::Duration;

use bytes::BytesMut;
use papo_shared::codec::{Line, LineCodec};
use papo_shared::protocol::limits::MAX_LINE_BYTES;
use papo_shared::protocol::{Event as ServerEvent, Goodbye, Reply, ReplyFrame, Request, RequestFrame, ServerFrame, encode_line};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout};
use tokio_util::codec::Decoder;

use super::Command;
use super::backoff::Backoff;
use super::local_port::LocalPort;
use crate::event::{Event, Lost};

/// After this long without a line the server is asked whether it is there. Its own pings come after 30 s, so that a healthy
/// line is asked by one side only.
const PING_AFTER: Duration = Duration::from_secs(40);
/// After this long more without an answer the line is dead.
const DEAD_AFTER: Duration = Duration::from_secs(15);
/// The id of our pings: the update's ids start at 1.
const PING_ID: u64 = 0;
/// Room for what is read at a time. A buffer that grows by itself takes sixty-four bytes, and then what is left of it: in a flood
/// a few messages a read.
const READ_BYTES: usize = 16 * 1024;
/// Lines the connection itself wants to send. Two fit: an answer to a ping and a ping; a third would say nothing new.
const OWN_LINES: usize = 2;

/// A connection that held this long was a good one: the next loss begins with the shortest wait. One that the server ends
/// at once, again and again, does not.
const STEADY_AFTER: Duration = Duration::from_secs(10);

/// How a connection ended that was not lost.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// The runtime let go.
    Stopped,
    /// The update asked for another one.
    Again,
}

/// How a connection was lost.
#[derive(Debug)]
pub(super) struct Loss {
    pub(super) why: Lost,
    /// When the server asked us to come back, if it had the time to say so.
    pub(super) come_back: Option<Duration>,
}

impl From<Lost> for Loss {
    fn from(why: Lost) -> Self {
        Self { why, come_back: None }
    }
}

/// Carries lines both ways until the connection ends.
pub(super) async fn run(
    stream: impl AsyncRead + AsyncWrite,
    events: &mpsc::Sender<Event>,
    commands: &mut mpsc::Receiver<Command>,
    backoff: &mut Backoff,
    local_port: Option<&mut LocalPort>,
) -> Result<Ended, Loss> {
    let (reader, writer) = tokio::io::split(stream);
    let (own_lines, own_queue) = mpsc::channel(OWN_LINES);
    tokio::select! {
        ended = read(reader, events, own_lines, backoff, local_port) => ended,
        ended = write(writer, commands, own_queue) => ended,
    }
}

async fn read(
    mut reader: impl AsyncRead + Unpin,
    events: &mpsc::Sender<Event>,
    own_lines: mpsc::Sender<Request>,
    backoff: &mut Backoff,
    mut local_port: Option<&mut LocalPort>,
) -> Result<Ended, Loss> {
    let mut codec = LineCodec::new(MAX_LINE_BYTES);
    let mut buffer = BytesMut::new();
    let mut heard_papo = false;
    let mut come_back = None;
    let opened = Instant::now();
    loop {
        if opened.elapsed() > STEADY_AFTER {
            backoff.reset();
        }
        while let Some(line) = codec.decode(&mut buffer).map_err(|_| Lost::Closed)? {
            match frame(&line) {
                Some(ServerFrame::Event(ServerEvent::Ping)) => drop(own_lines.try_send(Request::Pong)),
                Some(frame) => {
                    heard_papo = true;
                    match &frame {
                        ServerFrame::Event(ServerEvent::Goodbye(Goodbye { come_back_ms: Some(wait), .. })) => {
                            come_back = Some(Duration::from_millis(*wait));
                        }
                        ServerFrame::Reply(ReplyFrame { reply: Reply::Welcome(welcome), .. }) => {
                            if let Some(local_port) = &mut local_port {
                                local_port.learn(welcome.server_id).await;
                            }
                        }
                        _ => {}
                    }
                    if events.send(Event::Received(frame)).await.is_err() {
                        return Ok(Ended::Stopped);
                    }
                }
                None if heard_papo => tracing::warn!("a line of the server could not be read"),
                None => return Err(Lost::NotPapo.into()),
            }
        }
        buffer.reserve(READ_BYTES);
        let heard = match timeout(PING_AFTER, reader.read_buf(&mut buffer)).await {
            Ok(heard) => heard,
            Err(_) => {
                drop(own_lines.try_send(Request::Ping));
                timeout(DEAD_AFTER, reader.read_buf(&mut buffer)).await.map_err(|_| Lost::Silent)?
            }
        };
        // A line cut off by the end of the stream was never said.
        if !matches!(heard, Ok(1..)) {
            return Err(Loss { why: Lost::Closed, come_back });
        }
    }
}

fn frame(line: &Line) -> Option<ServerFrame> {
    match line {
        Line::Whole(line) => ServerFrame::decode(line).ok(),
        Line::TooLong { .. } => None,
    }
}

async fn write(
    mut writer: impl AsyncWrite + Unpin,
    commands: &mut mpsc::Receiver<Command>,
    mut own_lines: mpsc::Receiver<Request>,
) -> Result<Ended, Loss> {
    let mut buffer = BytesMut::new();
    loop {
        let command = tokio::select! {
            command = commands.recv() => command,
            Some(request) = own_lines.recv() => Some(Command::Send(RequestFrame { id: PING_ID, request })),
        };
        let mut next = command;
        // Everything that waits leaves in one write.
        loop {
            match next {
                None => {
                    // The last words, a sign-out perhaps, should still arrive.
                    let _ = timeout(Duration::from_secs(1), writer.write_all(&buffer)).await;
                    return Ok(Ended::Stopped);
                }
                // There is a server already.
                Some(Command::HostHere) => {}
                // There is nothing to believe on a line that is open already.
                Some(Command::Reconnect | Command::Trust(_)) => return Ok(Ended::Again),
                Some(Command::Send(frame)) => encode_line(&frame, &mut buffer),
            }
            match commands.try_recv() {
                Ok(command) => next = Some(command),
                Err(mpsc::error::TryRecvError::Empty) => break,
                Err(mpsc::error::TryRecvError::Disconnected) => next = None,
            }
        }
        writer.write_all(&buffer).await.map_err(|_| Lost::Closed)?;
        buffer.clear();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use papo_shared::protocol::{Request, RequestFrame};
    use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream};
    use tokio::sync::mpsc;
    use tokio::time::Instant;

    use super::{Backoff, Command, DEAD_AFTER, Ended, Event, Loss, Lost, PING_AFTER, run};

    /// A connection whose other end is the test's.
    struct OtherEnd {
        server: BufReader<DuplexStream>,
        commands: mpsc::Sender<Command>,
        events: mpsc::Receiver<Event>,
        ended: tokio::task::JoinHandle<Result<Ended, Loss>>,
    }

    fn connect() -> OtherEnd {
        let (client, server) = tokio::io::duplex(4096);
        let (commands, mut queue) = mpsc::channel(8);
        let (sender, events) = mpsc::channel(8);
        let ended = tokio::spawn(async move { run(client, &sender, &mut queue, &mut Backoff::default(), None).await });
        OtherEnd { server: BufReader::new(server), commands, events, ended }
    }

    impl OtherEnd {
        async fn hear(&mut self) -> String {
            let mut line = String::new();
            self.server.read_line(&mut line).await.unwrap();
            line
        }

        async fn say(&mut self, line: &str) {
            self.server.get_mut().write_all(line.as_bytes()).await.unwrap();
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_line_is_asked_and_then_given_up() {
        let mut other = connect();
        let start = Instant::now();
        assert_eq!(other.hear().await, "{\"id\":0,\"type\":\"ping\"}\n");
        assert_eq!(start.elapsed().as_secs(), PING_AFTER.as_secs());
        let loss = other.ended.await.unwrap().unwrap_err();
        assert_eq!(loss.why, Lost::Silent);
        assert_eq!(start.elapsed().as_secs(), (PING_AFTER + DEAD_AFTER).as_secs());
    }

    #[tokio::test(start_paused = true)]
    async fn a_line_that_answers_stays() {
        let mut other = connect();
        for _ in 0..3 {
            assert!(other.hear().await.contains("ping"));
            other.say("{\"id\":0,\"type\":\"pong\"}\n").await;
            assert!(matches!(other.events.recv().await, Some(Event::Received(_))));
        }
        assert!(!other.ended.is_finished());
    }

    #[tokio::test]
    async fn the_servers_ping_is_answered_without_asking_anybody() {
        let mut other = connect();
        other.say("{\"type\":\"ping\"}\n").await;
        assert_eq!(other.hear().await, "{\"id\":0,\"type\":\"pong\"}\n");
    }

    #[tokio::test]
    async fn what_does_not_speak_our_protocol_is_told() {
        let mut other = connect();
        other.say("HTTP/1.1 400 Bad Request\r\n").await;
        assert_eq!(other.ended.await.unwrap().unwrap_err().why, Lost::NotPapo);
    }

    #[tokio::test]
    async fn a_server_that_stops_says_when_to_come_back() {
        let mut other = connect();
        other.say("{\"type\":\"goodbye\",\"reason\":\"stopping\",\"come_back_ms\":1500}\n").await;
        drop(other.server);
        let loss = other.ended.await.unwrap().unwrap_err();
        assert_eq!((loss.why, loss.come_back), (Lost::Closed, Some(Duration::from_millis(1500))));
    }

    #[tokio::test]
    async fn what_was_asked_before_letting_go_is_still_sent() {
        let mut other = connect();
        other.commands.send(Command::Send(RequestFrame { id: 1, request: Request::SignOut })).await.unwrap();
        drop(other.commands);
        let mut line = String::new();
        other.server.read_line(&mut line).await.unwrap();
        assert_eq!(line, "{\"id\":1,\"type\":\"sign_out\"}\n");
        assert_eq!(other.ended.await.unwrap().unwrap(), Ended::Stopped);
    }
}
