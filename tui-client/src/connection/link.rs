//! One open connection, from the first to the last line.

use std::time::Duration;

use bytes::BytesMut;
use papo_shared::codec::{Line, LineCodec};
use papo_shared::protocol::limits::MAX_LINE_BYTES;
use papo_shared::protocol::{Event as ServerEvent, Goodbye, Reply, ReplyFrame, Request, RequestFrame, ServerFrame, encode_line};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tokio_util::codec::Decoder;
use tokio_util::sync::CancellationToken;

use super::backoff::Backoff;
use super::command::Command;
use super::patience::{Patience, Silence, SilenceLimit};
use super::welcome::WelcomeCheck;
use crate::event::{DisconnectReason, Event};

/// Each chunk of this many bytes must be written within [`WRITE_TIMEOUT`], so that a slow connection is not considered dead.
const WRITE_CHUNK_BYTES: usize = 16 * 1024;
/// The time limit for one chunk. The slowest accepted connection carries about 1 KiB per second.
const WRITE_TIMEOUT: Duration = Duration::from_secs(15);
/// How long the remaining requests, such as a sign-out, may take to be written when the client stops.
pub(super) const FINAL_WRITE_TIMEOUT: Duration = Duration::from_secs(1);
/// The request id of pings and pongs. The ids of `update` start at 1.
const PING_ID: u64 = 0;
/// Buffer space reserved before each read. A `BytesMut` that grows on its own starts with 64 bytes, which makes a flood of
/// messages take many small reads.
const READ_BYTES: usize = 16 * 1024;
/// Capacity of the queue of pings and pongs: one of each. More would be redundant.
const KEEP_ALIVE_QUEUE: usize = 2;

/// A connection that lasted this long resets the back-off. One that the server closes immediately does not.
const STABLE_AFTER: Duration = Duration::from_secs(10);

/// How a connection ended without a failure.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum LinkEnd {
    /// The client is exiting, so no further connection is opened.
    Stopped,
    /// A new connection was requested.
    ReconnectRequested,
}

/// The failure of a connection.
#[derive(Debug)]
pub(super) struct Loss {
    pub(super) reason: DisconnectReason,
    /// The wait that the server requested in its goodbye, if it sent one.
    pub(super) retry_after: Option<Duration>,
}

impl From<DisconnectReason> for Loss {
    fn from(reason: DisconnectReason) -> Self {
        Self { reason, retry_after: None }
    }
}

/// Carries lines in both directions until the connection ends, which takes at most [`FINAL_WRITE_TIMEOUT`] after `stop`.
pub(super) async fn run(
    stream: impl AsyncRead + AsyncWrite,
    events: &mpsc::Sender<Event>,
    commands: &mut mpsc::Receiver<Command>,
    stop: &CancellationToken,
    backoff: &mut Backoff,
    patience: Patience,
    welcome: Option<WelcomeCheck<'_>>,
) -> Result<LinkEnd, Loss> {
    let (reader, writer) = tokio::io::split(stream);
    let (keep_alives, keep_alive_queue) = mpsc::channel(KEEP_ALIVE_QUEUE);
    let unanswered = watch::Sender::new(0);
    let mut listener = Listener { reader, patience, unanswered: unanswered.clone(), has_line: false, is_signed_in: false };
    tokio::select! {
        ended = read(&mut listener, events, keep_alives, backoff, welcome) => ended,
        ended = write(writer, commands, keep_alive_queue, &unanswered) => ended,
        // A stalled write does not notice that the command channel was closed.
        () = async { stop.cancelled().await; sleep(FINAL_WRITE_TIMEOUT).await } => Ok(LinkEnd::Stopped),
    }
}

/// The reading half of a connection, and what is known about the silence of its other end.
struct Listener<R> {
    reader: R,
    patience: Patience,
    /// The number of requests without a reply.
    unanswered: watch::Sender<usize>,
    has_line: bool,
    is_signed_in: bool,
}

impl<R: AsyncRead + Unpin> Listener<R> {
    /// Notes that a line was received.
    fn note_line(&mut self, frame: Option<&ServerFrame>) {
        self.has_line = true;
        if let Some(ServerFrame::Reply(ReplyFrame { id, reply })) = frame {
            self.is_signed_in |= matches!(reply, Reply::SignedIn(_));
            if *id != PING_ID {
                self.unanswered.send_modify(|count| *count = count.saturating_sub(1));
            }
        }
    }

    /// Waits for bytes, and pings a server that says nothing. Returns their number; 0 at the end of the stream.
    async fn read(
        &mut self,
        buffer: &mut BytesMut,
        opened: Instant,
        pings: &mpsc::Sender<Request>,
    ) -> Result<usize, DisconnectReason> {
        let mut unanswered = self.unanswered.subscribe();
        let mut silence = Silence::begin(self.patience, self.is_signed_in && *unanswered.borrow_and_update() > 0);
        loop {
            let (limit, consequence) = silence.limit();
            let first_line = opened + self.patience.first_line;
            tokio::select! {
                biased;
                read = self.reader.read_buf(buffer) => return read.map_err(|_| DisconnectReason::Closed),
                () = sleep_until(first_line), if !self.has_line => return Err(DisconnectReason::NoReply),
                Ok(()) = unanswered.changed(), if self.is_signed_in => silence.note_request(),
                () = sleep_until(limit), if self.has_line => match consequence {
                    SilenceLimit::GiveUp => return Err(DisconnectReason::Silent),
                    SilenceLimit::Ping => {
                        drop(pings.try_send(Request::Ping));
                        silence.note_ping();
                    }
                },
            }
        }
    }
}

async fn read(
    listener: &mut Listener<impl AsyncRead + Unpin>,
    events: &mpsc::Sender<Event>,
    keep_alives: mpsc::Sender<Request>,
    backoff: &mut Backoff,
    mut welcome_check: Option<WelcomeCheck<'_>>,
) -> Result<LinkEnd, Loss> {
    let mut codec = LineCodec::new(MAX_LINE_BYTES);
    let mut buffer = BytesMut::new();
    let mut speaks_papo = false;
    let mut retry_after = None;
    let opened = Instant::now();
    loop {
        while let Some(line) = codec.decode(&mut buffer).map_err(|_| DisconnectReason::Closed)? {
            let frame = decode_frame(&line);
            listener.note_line(frame.as_ref());
            match frame {
                Some(ServerFrame::Event(ServerEvent::Ping)) => drop(keep_alives.try_send(Request::Pong)),
                Some(frame) => {
                    speaks_papo = true;
                    match &frame {
                        ServerFrame::Event(ServerEvent::Goodbye(Goodbye { come_back_ms: Some(wait), .. })) => {
                            retry_after = Some(Duration::from_millis(*wait));
                        }
                        ServerFrame::Reply(ReplyFrame { reply: Reply::Welcome(welcome), .. }) => {
                            // Nothing is sent to a server before its welcome was forwarded, except for the hello.
                            if let Some(check) = &mut welcome_check
                                && let Some(event) = check.accept(welcome.server_id).await?
                                && events.send(event).await.is_err()
                            {
                                return Ok(LinkEnd::Stopped);
                            }
                        }
                        _ => {}
                    }
                    if events.send(Event::Received(frame)).await.is_err() {
                        return Ok(LinkEnd::Stopped);
                    }
                }
                None if speaks_papo => tracing::warn!("a line from the server could not be decoded"),
                None => return Err(DisconnectReason::NotPapo.into()),
            }
        }
        buffer.reserve(READ_BYTES);
        let read = listener.read(&mut buffer, opened, &keep_alives).await;
        if opened.elapsed() > STABLE_AFTER {
            backoff.reset();
        }
        // An incomplete line at the end of the stream is discarded.
        match read {
            Ok(1..) => {}
            Ok(0) => return Err(Loss { reason: DisconnectReason::Closed, retry_after }),
            Err(reason) => return Err(Loss { reason, retry_after }),
        }
    }
}

fn decode_frame(line: &Line) -> Option<ServerFrame> {
    match line {
        Line::Whole(line) => ServerFrame::decode(line).ok(),
        Line::TooLong { .. } => None,
    }
}

async fn write(
    mut writer: impl AsyncWrite + Unpin,
    commands: &mut mpsc::Receiver<Command>,
    mut keep_alives: mpsc::Receiver<Request>,
    unanswered: &watch::Sender<usize>,
) -> Result<LinkEnd, Loss> {
    let mut buffer = BytesMut::new();
    loop {
        let command = tokio::select! {
            command = commands.recv() => command,
            Some(request) = keep_alives.recv() => Some(Command::Send(RequestFrame { id: PING_ID, request })),
        };
        let mut requests = 0;
        let mut next = command;
        // All queued requests leave in one write.
        loop {
            match next {
                None => {
                    // The remaining requests should still arrive; `run` limits the time.
                    let _ = send(&mut writer, &buffer).await;
                    return Ok(LinkEnd::Stopped);
                }
                // A server is connected already.
                Some(Command::HostHere) => {}
                // An open connection needs no decision of the user, so all of these only reconnect.
                Some(Command::Reconnect | Command::Trust(_) | Command::ConfirmCommunity(_)) => {
                    return Ok(LinkEnd::ReconnectRequested);
                }
                Some(Command::Send(frame)) => {
                    requests += usize::from(frame.id != PING_ID);
                    encode_line(&frame, &mut buffer);
                }
            }
            match commands.try_recv() {
                Ok(command) => next = Some(command),
                Err(mpsc::error::TryRecvError::Empty) => break,
                Err(mpsc::error::TryRecvError::Disconnected) => next = None,
            }
        }
        if requests > 0 {
            unanswered.send_modify(|count| *count += requests);
        }
        send(&mut writer, &buffer).await?;
        buffer.clear();
    }
}

/// Writes and flushes all bytes. A TLS stream accepts bytes while its socket is full, and holds them until it is flushed.
async fn send(writer: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) -> Result<(), DisconnectReason> {
    for chunk in bytes.chunks(WRITE_CHUNK_BYTES) {
        let write = async {
            writer.write_all(chunk).await?;
            writer.flush().await
        };
        timeout(WRITE_TIMEOUT, write).await.map_err(|_| DisconnectReason::Silent)?.map_err(|_| DisconnectReason::Closed)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
