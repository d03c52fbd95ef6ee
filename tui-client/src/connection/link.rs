//! One open connection, from the first to the last line.

use std::time::Duration;

use bytes::BytesMut;
use papo_shared::codec::{Line, LineCodec};
use papo_shared::protocol::limits::MAX_LINE_BYTES;
use papo_shared::protocol::{Event as ServerEvent, Goodbye, Reply, ReplyFrame, Request, RequestFrame, ServerFrame, encode_line};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, timeout, timeout_at};
use tokio_util::codec::Decoder;
use tokio_util::sync::CancellationToken;

use super::backoff::Backoff;
use super::command::Command;
use super::welcome::WelcomeCheck;
use crate::event::{DisconnectReason, Event};

/// The client sends a ping after this long without input. The server pings after 30 s, so only one side of
/// a healthy connection does.
const PING_AFTER: Duration = Duration::from_secs(40);
/// The connection is given up if nothing arrives within this time after the ping.
const PONG_TIMEOUT: Duration = Duration::from_secs(15);
/// Each chunk of this many bytes must be written within [`WRITE_TIMEOUT`], so that a slow connection is not considered dead.
const WRITE_CHUNK_BYTES: usize = 16 * 1024;
/// The time limit for one chunk. The slowest accepted connection carries about 1 KiB per second.
const WRITE_TIMEOUT: Duration = Duration::from_secs(15);
/// The time limit for the first complete line after the connection was opened. A peer that sends none is not a
/// papo server, or hangs.
pub(super) const FIRST_LINE_TIMEOUT: Duration = Duration::from_secs(10);
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
    welcome: Option<WelcomeCheck<'_>>,
) -> Result<LinkEnd, Loss> {
    let (reader, writer) = tokio::io::split(stream);
    let (keep_alives, keep_alive_queue) = mpsc::channel(KEEP_ALIVE_QUEUE);
    tokio::select! {
        ended = read(reader, events, keep_alives, backoff, welcome) => ended,
        ended = write(writer, commands, keep_alive_queue) => ended,
        // A stalled write does not notice that the command channel was closed.
        () = async { stop.cancelled().await; sleep(FINAL_WRITE_TIMEOUT).await } => Ok(LinkEnd::Stopped),
    }
}

async fn read(
    mut reader: impl AsyncRead + Unpin,
    events: &mpsc::Sender<Event>,
    keep_alives: mpsc::Sender<Request>,
    backoff: &mut Backoff,
    mut welcome_check: Option<WelcomeCheck<'_>>,
) -> Result<LinkEnd, Loss> {
    let mut codec = LineCodec::new(MAX_LINE_BYTES);
    let mut buffer = BytesMut::new();
    let mut speaks_papo = false;
    let mut retry_after = None;
    let mut has_line = false;
    let opened = Instant::now();
    loop {
        if opened.elapsed() > STABLE_AFTER {
            backoff.reset();
        }
        while let Some(line) = codec.decode(&mut buffer).map_err(|_| DisconnectReason::Closed)? {
            has_line = true;
            match decode_frame(&line) {
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
        let read = if has_line {
            match timeout(PING_AFTER, reader.read_buf(&mut buffer)).await {
                Ok(read) => read,
                Err(_) => {
                    drop(keep_alives.try_send(Request::Ping));
                    timeout(PONG_TIMEOUT, reader.read_buf(&mut buffer)).await.map_err(|_| DisconnectReason::Silent)?
                }
            }
        } else {
            timeout_at(opened + FIRST_LINE_TIMEOUT, reader.read_buf(&mut buffer)).await.map_err(|_| DisconnectReason::NoReply)?
        };
        // An incomplete line at the end of the stream is discarded.
        if !matches!(read, Ok(1..)) {
            return Err(Loss { reason: DisconnectReason::Closed, retry_after });
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
) -> Result<LinkEnd, Loss> {
    let mut buffer = BytesMut::new();
    loop {
        let command = tokio::select! {
            command = commands.recv() => command,
            Some(request) = keep_alives.recv() => Some(Command::Send(RequestFrame { id: PING_ID, request })),
        };
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
                Some(Command::Send(frame)) => encode_line(&frame, &mut buffer),
            }
            match commands.try_recv() {
                Ok(command) => next = Some(command),
                Err(mpsc::error::TryRecvError::Empty) => break,
                Err(mpsc::error::TryRecvError::Disconnected) => next = None,
            }
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
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use papo_shared::model::{ClientId, ConversationId, Fingerprint};
    use papo_shared::protocol::{Request, RequestFrame, SendMessage};
    use rustls::ServerConfig;
    use rustls::crypto::ring;
    use rustls::pki_types::PrivateKeyDer;
    use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, DuplexStream};
    use tokio::sync::mpsc;
    use tokio::time::Instant;
    use tokio_rustls::TlsAcceptor;
    use tokio_util::sync::CancellationToken;

    use super::super::tls::encrypt;
    use super::{
        Backoff, Command, DisconnectReason, Event, FINAL_WRITE_TIMEOUT, FIRST_LINE_TIMEOUT, LinkEnd, Loss, PING_AFTER,
        PONG_TIMEOUT, WRITE_TIMEOUT, run,
    };
    use crate::known_servers::TrustedCertificates;

    /// A connection whose server side is controlled by the test.
    struct Peer {
        server: BufReader<DuplexStream>,
        commands: mpsc::Sender<Command>,
        events: mpsc::Receiver<Event>,
        stop: CancellationToken,
        ended: tokio::task::JoinHandle<Result<LinkEnd, Loss>>,
    }

    fn connect() -> Peer {
        let (client, server) = tokio::io::duplex(4096);
        let (commands, mut queue) = mpsc::channel(8);
        let (sender, events) = mpsc::channel(8);
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        let ended = tokio::spawn(async move { run(client, &sender, &mut queue, &stopped, &mut Backoff::new(1), None).await });
        Peer { server: BufReader::new(server), commands, events, stop, ended }
    }

    impl Peer {
        async fn read_line(&mut self) -> String {
            let mut line = String::new();
            self.server.read_line(&mut line).await.unwrap();
            line
        }

        async fn write(&mut self, line: &str) {
            self.server.get_mut().write_all(line.as_bytes()).await.unwrap();
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_connection_is_pinged_and_then_given_up() {
        let mut peer = connect();
        peer.write("{\"id\":0,\"type\":\"pong\"}\n").await;
        let start = Instant::now();
        assert_eq!(peer.read_line().await, "{\"id\":0,\"type\":\"ping\"}\n");
        assert_eq!(start.elapsed().as_secs(), PING_AFTER.as_secs());
        let loss = peer.ended.await.unwrap().unwrap_err();
        assert_eq!(loss.reason, DisconnectReason::Silent);
        assert_eq!(start.elapsed().as_secs(), (PING_AFTER + PONG_TIMEOUT).as_secs());
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_that_answers_pings_stays_open() {
        let mut peer = connect();
        peer.write("{\"type\":\"ping\"}\n").await;
        assert!(peer.read_line().await.contains("pong"));
        for _ in 0..3 {
            assert!(peer.read_line().await.contains("ping"));
            peer.write("{\"id\":0,\"type\":\"pong\"}\n").await;
            assert!(matches!(peer.events.recv().await, Some(Event::Received(_))));
        }
        assert!(!peer.ended.is_finished());
    }

    #[tokio::test]
    async fn pings_of_the_server_are_answered() {
        let mut peer = connect();
        peer.write("{\"type\":\"ping\"}\n").await;
        assert_eq!(peer.read_line().await, "{\"id\":0,\"type\":\"pong\"}\n");
    }

    #[tokio::test]
    async fn a_peer_with_another_protocol_is_reported() {
        let mut peer = connect();
        peer.write("HTTP/1.1 400 Bad Request\r\n").await;
        assert_eq!(peer.ended.await.unwrap().unwrap_err().reason, DisconnectReason::NotPapo);
    }

    #[tokio::test]
    async fn the_wait_requested_by_a_stopping_server_is_reported() {
        let mut peer = connect();
        peer.write("{\"type\":\"goodbye\",\"reason\":\"stopping\",\"come_back_ms\":1500}\n").await;
        drop(peer.server);
        let loss = peer.ended.await.unwrap().unwrap_err();
        assert_eq!((loss.reason, loss.retry_after), (DisconnectReason::Closed, Some(Duration::from_millis(1500))));
    }

    #[tokio::test]
    async fn queued_requests_are_sent_before_stopping() {
        let mut peer = connect();
        peer.commands.send(Command::Send(RequestFrame { id: 1, request: Request::SignOut })).await.unwrap();
        drop(peer.commands);
        let mut line = String::new();
        peer.server.read_line(&mut line).await.unwrap();
        assert_eq!(line, "{\"id\":1,\"type\":\"sign_out\"}\n");
        assert_eq!(peer.ended.await.unwrap().unwrap(), LinkEnd::Stopped);
    }

    /// A message whose text has this many bytes.
    fn message(bytes: usize) -> Command {
        let (conversation, client_id) = (ConversationId(1), ClientId::new());
        let send = SendMessage { conversation, client_id, text: "x".repeat(bytes), reply_to: None };
        Command::Send(RequestFrame { id: 1, request: Request::SendMessage(send) })
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_that_sends_no_complete_line_is_given_up() {
        let Peer { mut server, ended, commands: _commands, events: _events, .. } = connect();
        let start = Instant::now();
        // It keeps sending bytes, but never a line break.
        tokio::spawn(async move {
            while server.get_mut().write_all(b"{").await.is_ok() {
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        });
        assert_eq!(ended.await.unwrap().unwrap_err().reason, DisconnectReason::NoReply);
        assert_eq!(start.elapsed(), FIRST_LINE_TIMEOUT);
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_that_accepts_no_bytes_is_given_up() {
        let mut peer = connect();
        peer.write("{\"type\":\"ping\"}\n").await;
        let start = Instant::now();
        peer.commands.send(message(8_192)).await.unwrap();
        assert_eq!(peer.ended.await.unwrap().unwrap_err().reason, DisconnectReason::Silent);
        assert_eq!(start.elapsed(), WRITE_TIMEOUT);
    }

    #[tokio::test(start_paused = true)]
    async fn stopping_bounds_the_wait_for_a_stalled_write() {
        let peer = connect();
        peer.commands.send(message(8_192)).await.unwrap();
        while peer.commands.capacity() < peer.commands.max_capacity() {
            tokio::task::yield_now().await;
        }
        let start = Instant::now();
        peer.stop.cancel();
        drop(peer.commands);
        assert_eq!(peer.ended.await.unwrap().unwrap(), LinkEnd::Stopped);
        assert_eq!(start.elapsed(), FINAL_WRITE_TIMEOUT);
    }

    /// Without a flush, the end of the message would stay in the TLS stream until the next write.
    #[tokio::test(start_paused = true)]
    async fn a_long_message_is_written_completely_over_tls_to_a_slow_reader() {
        let certificate = rcgen::generate_simple_self_signed(["papo.example".to_owned()]).unwrap();
        let key = PrivateKeyDer::try_from(certificate.signing_key.serialize_der()).unwrap();
        let server_config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.cert.der().clone()], key)
            .unwrap();
        // A small buffer, as on a slow connection.
        let (client, server) = tokio::io::duplex(512);
        let at_address = Some(Fingerprint::of(certificate.cert.der()));
        let trusted = TrustedCertificates { at_address, ..TrustedCertificates::default() };
        let accepted = TlsAcceptor::from(Arc::new(server_config)).accept(server);
        let (client, server) = tokio::join!(encrypt(client, "papo.example", trusted), accepted);
        let (client, mut server) = (client.unwrap().0, BufReader::new(server.unwrap()));

        let (commands, mut queue) = mpsc::channel(8);
        let (sender, _events) = mpsc::channel(8);
        let stop = CancellationToken::new();
        let ended = tokio::spawn(async move { run(client, &sender, &mut queue, &stop, &mut Backoff::new(1), None).await });
        server.get_mut().write_all(b"{\"type\":\"ping\"}\n").await.unwrap();
        server.get_mut().flush().await.unwrap();
        let mut line = String::new();
        server.read_line(&mut line).await.unwrap();

        let start = Instant::now();
        let bytes = 16 * 1024;
        commands.send(message(bytes)).await.unwrap();
        line.clear();
        let mut byte = [0];
        while !line.ends_with('\n') {
            server.read_exact(&mut byte).await.unwrap();
            line.push(char::from(byte[0]));
        }
        assert!(line.len() > bytes && start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
        drop(commands);
        assert_eq!(ended.await.unwrap().unwrap(), LinkEnd::Stopped);
    }
}
