//! One connection: reads lines at its pace, handles requests, and queues replies.
//!
//! Two tasks: this loop reads and handles requests; [`writer`] writes what the send queue could not write directly. Deliberately
//! absent: the meaning of requests (see `requests`), and accepting connections (see `listener`).

mod account_share;
mod address_limiter;
mod address_prefixes;
mod allowance;
mod attempts;
mod context;
mod counted_stream;
mod dispatch;
mod json_lines;
mod limiter;
mod malformed_lines;
mod pace;
mod socket;
mod stage;
#[cfg(test)]
pub(crate) mod tests;
mod typing_rate;
mod writer;

use std::future::{pending, ready};
use std::io;
use std::net::IpAddr;
use std::sync::Arc;

use bytes::BytesMut;
use papo_shared::codec::{Line, LineCodec};
use papo_shared::protocol::limits::MAX_LINE_BYTES_BEFORE_SIGN_IN;
use papo_shared::protocol::{Event, Goodbye, GoodbyeReason, Malformed, Refusal, Reply, ReplyFrame, RequestFrame, RequestId};
use tokio::sync::{Semaphore, watch};
use tokio::task::coop::consume_budget;
use tokio::time::{Instant, sleep_until, timeout_at};
use tokio_util::codec::Decoder;
use tracing::{Instrument, Span};

use self::account_share::AccountShare;
use self::malformed_lines::MalformedLines;
use self::pace::Pace;
use self::socket::{Halves, Reader};
use self::stage::Stage;
use self::typing_rate::TypingRate;
use crate::domain::{SessionId, banned_refusal};
use crate::metrics::RefusedConnection;
use crate::open_sessions::SessionEntry;
use crate::requests::devices;
use crate::send_queue::SendQueue;
pub(crate) use account_share::AccountShares;
pub(crate) use address_prefixes::address_prefixes;
pub(crate) use allowance::AccountLimits;
pub(crate) use attempts::SignInLimits;
pub(crate) use context::ServerContext;
pub(crate) use counted_stream::CountedStream;
pub(crate) use json_lines::JSON_LINES;
#[cfg(test)]
pub(crate) use json_lines::JsonLines;
pub(crate) use socket::{Socket, drain};

/// Maximum number of a session's messages that wait for the disk. Large enough to keep batches full, and small enough that one
/// session cannot fill a batch.
const IN_FLIGHT: u32 = 64;

/// The state of one connection, from its acceptance to its end.
struct Session {
    id: SessionId,
    peer: IpAddr,
    listed: SessionEntry,
    /// The session's log span, which gets the account once it signs in.
    span: Span,
    context: Arc<ServerContext>,
    queue: SendQueue,
    lines: LineCodec,
    stage: Stage,
    /// Start of the current stage.
    since: Instant,
    /// When the use of the device is recorded next. By the runtime's clock, which is monotonic.
    note_use_from: Instant,
    /// When bytes were last received or, if the client was over its limits, when the session read on.
    heard: Instant,
    /// Whether a ping was sent since then.
    pinged: bool,
    /// One permit per message that may be in flight to the disk.
    in_flight: Arc<Semaphore>,
    /// `None` before sign-in.
    share: Option<AccountShare>,
    pace: Pace,
    typing: TypingRate,
    mistakes: MalformedLines,
}

/// The reason why [`Session::wait`] returned.
enum Woken {
    Read(io::Result<usize>),
    Closed,
    Stopping,
    Due,
}

/// Serves one connection until it ends.
pub(crate) async fn serve(socket: Socket, peer: IpAddr, id: SessionId, context: Arc<ServerContext>) {
    let queue = SendQueue::new(context.config.send_queue, &JSON_LINES);
    let Halves { mut reader, writer, accepted, direct } = socket.split();
    if let Some(direct) = direct {
        queue.write_directly_to(direct);
    }
    let mut writer = tokio::spawn(writer::run(writer, accepted, queue.clone(), context.config.stuck_after));
    let now = context.services.clock.now();
    let listed = context.open.list(id, peer, now, queue.clone());
    tracing::debug!("a connection began");
    // Once the session is listed, so that it is either refused here or closed by the ban.
    if let Some(until) = context.services.bans.expiry(peer, now) {
        queue.push_notice(&Event::Refused(banned_refusal(until, now)));
        queue.close(Goodbye { reason: GoodbyeReason::Other, come_back_ms: None });
        context.metrics.record_refused_connection(RefusedConnection::Banned);
    }
    let mut session = Session::new(id, peer, context.clone(), queue.clone(), listed);
    session.run(&mut reader).await;
    let mut pace = session.pace.clone();
    drop(session);
    // Queued bytes are still written, within a grace period, so that a peer that does not read cannot hold the session.
    let until = Instant::now() + context.config.closing_grace;
    if timeout_at(until, &mut writer).await.is_err() {
        writer.abort();
    } else {
        // Closing a socket with unread bytes would discard the goodbye, so read until the peer closes as well.
        // Boxed, because its buffer would otherwise take space in every session's future for its whole life.
        let _ = timeout_at(until, Box::pin(reader.drain(&mut pace))).await;
    }
    let reason = queue.why_closed().unwrap_or(GoodbyeReason::Other);
    context.metrics.record_closed_session(reason);
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
            share: None,
            pace: Pace::before_sign_in(&context.config.limits),
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
                    self.heard = self.pace.next_read();
                    self.pinged = false;
                    // Boxed, because the state of a request would otherwise take space in every idle session.
                    Box::pin(self.take_lines(&mut buffer, &mut stopping)).await;
                }
                Woken::Read(Err(error)) if error.kind() == io::ErrorKind::WouldBlock => {}
                Woken::Read(Err(_)) | Woken::Closed => break,
                Woken::Stopping => {
                    // The goodbye is the last line, so messages in flight are acknowledged first.
                    self.wait_for_sends().await;
                    self.close_for_shutdown();
                }
                Woken::Due => self.act_on_silence(),
            }
        }
        // Messages of a client that has closed its sending side are still stored, and acknowledged if it reads on.
        self.wait_for_sends().await;
    }

    async fn wait(&mut self, socket: &mut Reader, buffer: &mut BytesMut, stopping: &mut watch::Receiver<bool>) -> Woken {
        let (due, is_overdue) = (self.due(), self.is_sign_in_overdue());
        let Self { queue, pace, .. } = self;
        tokio::select! {
            biased;
            () = queue.closed() => Woken::Closed,
            _ = stopping.wait_for(|stopping| *stopping) => Woken::Stopping,
            // Before reading: a client that never stops sending must sign in in time as well.
            () = ready(()), if is_overdue => Woken::Due,
            read = socket.read_into(buffer, pace) => Woken::Read(read),
            () = sleep_until(due) => Woken::Due,
        }
    }

    /// Handles the complete lines in the buffer. Pauses while the peer does not read its replies.
    async fn take_lines(&mut self, buffer: &mut BytesMut, stopping: &mut watch::Receiver<bool>) {
        while self.queue.why_closed().is_none() {
            // Lets other tasks run if there are many lines.
            consume_budget().await;
            tokio::select! {
                biased;
                () = self.queue.room() => {}
                _ = stopping.wait_for(|stopping| *stopping) => break,
                () = self.sign_in_overdue() => break,
            }
            match self.lines.decode(buffer) {
                Ok(Some(line)) => self.take_line(line).await,
                Ok(None) | Err(_) => break,
            }
        }
        if buffer.is_empty() {
            // Frees the memory, so that an idle session keeps none.
            *buffer = BytesMut::new();
        }
    }

    async fn take_line(&mut self, line: Line) {
        let has_too_many_mistakes = match line {
            Line::TooLong { max_bytes } => {
                self.refuse(None, Refusal::LineTooLong { max_bytes });
                self.mistakes.too_long()
            }
            Line::Whole(line) => match RequestFrame::decode(&line) {
                Ok(frame) => {
                    let span = tracing::debug_span!("request", id = frame.id);
                    self.handle(frame).instrument(span).await;
                    false
                }
                // A request of a newer client is no mistake.
                Err(Malformed { id, refusal: refusal @ Refusal::UnknownType }) => {
                    self.refuse(id, refusal);
                    false
                }
                Err(Malformed { id, refusal }) => {
                    self.refuse(id, refusal);
                    self.mistakes.malformed()
                }
            },
        };
        if has_too_many_mistakes {
            self.queue.close(Goodbye { reason: GoodbyeReason::TooManyMalformedLines, come_back_ms: None });
        }
    }

    /// When [`Session::act_on_silence`] is due.
    fn due(&self) -> Instant {
        let config = &self.context.config;
        match self.stage {
            Stage::Connected => self.since + config.hello_timeout,
            Stage::Greeted => self.since + config.sign_in_timeout,
            Stage::SignedIn(_) if self.pinged => self.heard + config.silent_after,
            Stage::SignedIn(_) => self.heard + config.ping_after,
        }
    }

    /// Whether the client should have said `hello`, or signed in, by now.
    fn is_sign_in_overdue(&self) -> bool {
        !matches!(self.stage, Stage::SignedIn(_)) && Instant::now() >= self.due()
    }

    /// Waits until [`Session::is_sign_in_overdue`].
    async fn sign_in_overdue(&self) {
        match self.stage {
            Stage::Connected | Stage::Greeted => sleep_until(self.due()).await,
            Stage::SignedIn(_) => pending().await,
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
                // Must not be dropped even if the session lags, because a session that does not reply is closed.
                self.queue.push_notice(&Event::Ping);
            }
        }
    }

    fn close_for_shutdown(&self) {
        let within_ms = u64::try_from(self.context.config.reconnect_within.as_millis()).unwrap_or(u64::MAX);
        let come_back_ms = Some(rand::random_range(0..within_ms.max(1)));
        self.queue.close(Goodbye { reason: GoodbyeReason::Stopping, come_back_ms });
    }

    fn reply(&self, id: RequestId, reply: Reply) {
        self.queue.push_reply(&ReplyFrame { id, reply });
    }

    /// Refuses a line: with a reply if its request id could be read, otherwise with an event.
    fn refuse(&self, id: Option<RequestId>, refusal: Refusal) {
        match id {
            Some(id) => self.reply(id, Reply::Refused(refusal)),
            None => self.queue.push_notice(&Event::Refused(refusal)),
        }
    }
}

/// Removes the session from the bus and from presence and ends its writer, also if its task panics.
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
