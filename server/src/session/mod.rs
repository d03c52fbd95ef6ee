//! One connection: lines in, requests answered, lines out.
//!
//! Two tasks: this loop reads and asks, [`writer`] writes what the send queue could not write at once. Deliberately absent: what a request
//! means (see `requests`), and how a connection is accepted (see `listener`).

mod accepted_bytes;
mod allowance;
mod attempts;
mod context;
mod dispatch;
mod limiter;
mod malformed_lines;
mod rate;
mod socket;
mod stage;
#[cfg(test)]
pub(crate) mod tests;
mod writer;

use std::io;
use std::net::IpAddr;
use std::sync::Arc;

use bytes::BytesMut;
use papo_shared::codec::{Line, LineCodec};
use papo_shared::protocol::limits::MAX_LINE_BYTES_BEFORE_SIGN_IN;
use papo_shared::protocol::{Event, Goodbye, GoodbyeReason, Malformed, Refusal, Reply, ReplyFrame, RequestFrame, RequestId};
use tokio::sync::{Semaphore, watch};
use tokio::time::{Instant, sleep_until, timeout_at};
use tokio_util::codec::Decoder;
use tracing::{Instrument, Span};

use self::malformed_lines::MalformedLines;
use self::rate::{RequestRate, TypingRate};
use self::socket::{Halves, Reader};
use self::stage::Stage;
use crate::domain::SessionId;
use crate::open_sessions::SessionEntry;
use crate::requests::devices;
use crate::send_queue::{Outgoing, SendQueue, line};
pub(crate) use accepted_bytes::CountedStream;
pub(crate) use allowance::AccountLimits;
pub(crate) use attempts::{SignInLimits, address_prefix};
pub(crate) use context::ServerContext;
pub(crate) use socket::{Socket, drain};

/// Messages of one session that wait for the disk at once. Enough to keep a batch full, few enough that one session
/// does not fill it.
const IN_FLIGHT: u32 = 64;

/// One connection.
struct Session {
    id: SessionId,
    peer: IpAddr,
    listed: SessionEntry,
    /// What is logged here is logged in it.
    span: Span,
    context: Arc<ServerContext>,
    queue: SendQueue,
    lines: LineCodec,
    stage: Stage,
    /// When the stage began.
    since: Instant,
    /// From when on a use of the device is written down. By the runtime's clock, which nobody sets back.
    note_use_from: Instant,
    /// When something came last.
    heard: Instant,
    /// Whether the peer was asked since.
    pinged: bool,
    /// One permit for each message that may be on its way to the disk.
    in_flight: Arc<Semaphore>,
    rate: RequestRate,
    typing: TypingRate,
    mistakes: MalformedLines,
}

/// What ended the waiting.
enum Woken {
    Read(io::Result<usize>),
    Closed,
    Stopping,
    Due,
}

/// Serves one connection to its end.
pub(crate) async fn serve(socket: Socket, peer: IpAddr, id: SessionId, context: Arc<ServerContext>) {
    let queue = SendQueue::new(context.config.send_queue);
    let Halves { mut reader, writer, accepted, direct } = socket.split();
    if let Some(direct) = direct {
        queue.write_directly_to(direct);
    }
    let mut writer = tokio::spawn(writer::run(writer, accepted, queue.clone(), context.config.stuck_after));
    let listed = context.open.list(id, peer, context.services.clock.now(), queue.clone());
    tracing::debug!("a connection began");
    let mut session = Session::new(id, peer, context.clone(), queue.clone(), listed);
    session.run(&mut reader).await;
    drop(session);
    // What waits gets a grace; a peer that does not read is not waited for.
    let until = Instant::now() + context.config.closing_grace;
    if timeout_at(until, &mut writer).await.is_err() {
        writer.abort();
    } else {
        // Closing with bytes unread would take back the goodbye: read until the peer hangs up as well.
        // Boxed: its buffer would be part of every session for all of its life.
        let _ = timeout_at(until, Box::pin(reader.drain())).await;
    }
    let reason = queue.why_closed().unwrap_or(GoodbyeReason::Other);
    context.metrics.session_closed(reason);
    tracing::debug!(?reason, "a connection ended");
}

impl Session {
    fn new(id: SessionId, peer: IpAddr, context: Arc<ServerContext>, queue: SendQueue, listed: SessionEntry) -> Self {
        let now = Instant::now();
        Self {
            id,
            peer,
            listed,
            span: Span::current(),
            queue,
            lines: LineCodec::new(MAX_LINE_BYTES_BEFORE_SIGN_IN),
            stage: Stage::Connected,
            since: now,
            note_use_from: now,
            heard: now,
            pinged: false,
            in_flight: Arc::new(Semaphore::new(IN_FLIGHT as usize)),
            rate: RequestRate::new(&context.config.limits),
            typing: TypingRate::default(),
            mistakes: MalformedLines::default(),
            context,
        }
    }

    async fn run(&mut self, socket: &mut Reader) {
        let mut stopping = self.context.stopping.clone();
        let mut buffer = BytesMut::new();
        loop {
            match self.wait(socket, &mut buffer, &mut stopping).await {
                Woken::Read(Ok(0)) => break,
                Woken::Read(Ok(_)) => {
                    self.heard = Instant::now();
                    self.pinged = false;
                    // Boxed: what any request needs would be part of every session for all of its life, the idle ones too.
                    Box::pin(self.take_lines(&mut buffer, &mut stopping)).await;
                }
                Woken::Read(Err(error)) if error.kind() == io::ErrorKind::WouldBlock => {}
                Woken::Read(Err(_)) | Woken::Closed => break,
                Woken::Stopping => {
                    // The goodbye is the last line: what is being stored is acknowledged before it.
                    self.wait_for_sends().await;
                    self.say_that_it_stops();
                }
                Woken::Due => self.act_on_silence(),
            }
        }
        // Who sent and hung up still gets what they sent stored, and where they read on, acknowledged.
        self.wait_for_sends().await;
    }

    async fn wait(&self, socket: &mut Reader, buffer: &mut BytesMut, stopping: &mut watch::Receiver<bool>) -> Woken {
        tokio::select! {
            biased;
            () = self.queue.closed() => Woken::Closed,
            _ = stopping.wait_for(|stopping| *stopping) => Woken::Stopping,
            read = socket.read_into(buffer) => Woken::Read(read),
            () = sleep_until(self.due()) => Woken::Due,
        }
    }

    /// Handles the whole lines in the buffer. While the peer does not read its replies, nothing further is asked for it.
    async fn take_lines(&mut self, buffer: &mut BytesMut, stopping: &mut watch::Receiver<bool>) {
        while self.queue.why_closed().is_none() {
            tokio::select! {
                biased;
                () = self.queue.room() => {}
                _ = stopping.wait_for(|stopping| *stopping) => break,
            }
            match self.lines.decode(buffer) {
                Ok(Some(line)) => self.take_line(line).await,
                Ok(None) | Err(_) => break,
            }
        }
        if buffer.is_empty() {
            // An idle session keeps no buffer.
            *buffer = BytesMut::new();
        }
    }

    async fn take_line(&mut self, line: Line) {
        let one_too_many = match line {
            Line::TooLong { max_bytes } => {
                self.refuse(None, Refusal::LineTooLong { max_bytes });
                self.mistakes.too_long()
            }
            Line::Whole(line) => match RequestFrame::decode(&line) {
                Ok(frame) => {
                    let span = tracing::debug_span!("request", id = frame.id);
                    self.handle(frame, line.len()).instrument(span).await;
                    false
                }
                // A type from a newer client is no mistake, and costs as much as any other request.
                Err(Malformed { id, refusal: Refusal::UnknownType }) => {
                    self.refuse(id, self.rate.check(line.len()).err().unwrap_or(Refusal::UnknownType));
                    false
                }
                Err(Malformed { id, refusal }) => {
                    self.refuse(id, refusal);
                    self.mistakes.malformed()
                }
            },
        };
        if one_too_many {
            self.queue.close(Goodbye { reason: GoodbyeReason::TooManyMalformedLines, come_back_ms: None });
        }
    }

    /// When silence has to be acted on next.
    fn due(&self) -> Instant {
        let config = &self.context.config;
        match self.stage {
            Stage::Connected => self.since + config.hello_timeout,
            Stage::Greeted => self.since + config.sign_in_timeout,
            Stage::SignedIn(_) if self.pinged => self.heard + config.silent_after,
            Stage::SignedIn(_) => self.heard + config.ping_after,
        }
    }

    fn act_on_silence(&mut self) {
        match self.stage {
            Stage::Connected | Stage::Greeted => {
                self.queue.close(Goodbye { reason: GoodbyeReason::SignInTooSlow, come_back_ms: None });
            }
            Stage::SignedIn(_) if self.pinged => {
                self.queue.close(Goodbye { reason: GoodbyeReason::Silent, come_back_ms: Some(0) });
            }
            Stage::SignedIn(_) => {
                self.pinged = true;
                // Who lags must hear it all the same: silence is what closes a session.
                self.queue.push([Outgoing::Reply(line(&Event::Ping))]);
            }
        }
    }

    fn say_that_it_stops(&self) {
        let within_ms = u64::try_from(self.context.config.come_back_within.as_millis()).unwrap_or(u64::MAX);
        let come_back_ms = Some(rand::random_range(0..within_ms.max(1)));
        self.queue.close(Goodbye { reason: GoodbyeReason::Stopping, come_back_ms });
    }

    fn reply(&self, id: RequestId, reply: Reply) {
        self.queue.push([Outgoing::Reply(line(&ReplyFrame { id, reply }))]);
    }

    /// A refusal for a line whose id could be read, or for one whose could not.
    fn refuse(&self, id: Option<RequestId>, refusal: Refusal) {
        match id {
            Some(id) => self.reply(id, Reply::Refused(refusal)),
            None => self.queue.push([Outgoing::Reply(line(&Event::Refused(refusal)))]),
        }
    }
}

/// However a session ends, a panic included: nobody reaches it any more, the person is not here because of it, and its
/// writer ends.
impl Drop for Session {
    fn drop(&mut self) {
        self.queue.end();
        let Ok(caller) = self.stage.caller() else { return };
        let services = &self.context.services;
        services.bus.detach(self.id);
        services.presence.left(caller.who.id, self.id, services.clock.now());
        devices::announce_change(services, caller.who.id, self.id);
    }
}
