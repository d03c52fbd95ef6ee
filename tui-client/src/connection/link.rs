//! One open connection, until it ends.

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
use super::local_port::LocalPort;
use crate::event::{Event, Lost};

/// After this long without a line the server is asked whether it is there. Its own pings come after 30 s, so that a healthy
/// line is asked by one side only.
const PING_AFTER: Duration = Duration::from_secs(40);
/// After this long more without an answer the line is dead.
const DEAD_AFTER: Duration = Duration::from_secs(15);
/// Each piece of this many bytes must leave within [`WRITE_TIMEOUT`], so that a slow line is not taken for a dead one.
const WRITE_BYTES: usize = 16 * 1024;
/// A connection that takes no such piece for this long is dead: the slowest one that stays carries about 1 KiB a second.
const WRITE_TIMEOUT: Duration = Duration::from_secs(15);
/// How long a server may take for its first complete line, from the moment when the connection is open. One that sends none is
/// no papo server, or is stuck.
pub(super) const FIRST_LINE_TIMEOUT: Duration = Duration::from_secs(10);
/// How long the last requests (a sign-out perhaps) may take to leave once the runtime has let go.
pub(super) const LAST_WORDS: Duration = Duration::from_secs(1);
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

/// Carries lines both ways until the connection ends; at most [`LAST_WORDS`] longer than until `stop`.
pub(super) async fn run(
    stream: impl AsyncRead + AsyncWrite,
    events: &mpsc::Sender<Event>,
    commands: &mut mpsc::Receiver<Command>,
    stop: &CancellationToken,
    backoff: &mut Backoff,
    local_port: Option<&mut LocalPort>,
) -> Result<Ended, Loss> {
    let (reader, writer) = tokio::io::split(stream);
    let (own_lines, own_queue) = mpsc::channel(OWN_LINES);
    tokio::select! {
        ended = read(reader, events, own_lines, backoff, local_port) => ended,
        ended = write(writer, commands, own_queue) => ended,
        // The write may be stalled, and not see that nobody commands any more.
        () = async { stop.cancelled().await; sleep(LAST_WORDS).await } => Ok(Ended::Stopped),
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
    let mut has_line = false;
    let opened = Instant::now();
    loop {
        if opened.elapsed() > STEADY_AFTER {
            backoff.reset();
        }
        while let Some(line) = codec.decode(&mut buffer).map_err(|_| Lost::Closed)? {
            has_line = true;
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
        let heard = if has_line {
            match timeout(PING_AFTER, reader.read_buf(&mut buffer)).await {
                Ok(heard) => heard,
                Err(_) => {
                    drop(own_lines.try_send(Request::Ping));
                    timeout(DEAD_AFTER, reader.read_buf(&mut buffer)).await.map_err(|_| Lost::Silent)?
                }
            }
        } else {
            timeout_at(opened + FIRST_LINE_TIMEOUT, reader.read_buf(&mut buffer)).await.map_err(|_| Lost::NoReply)?
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
                    // The last words should still arrive; `run` bounds how long that takes.
                    let _ = send(&mut writer, &buffer).await;
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
        send(&mut writer, &buffer).await?;
        buffer.clear();
    }
}

/// Writes all of it, and flushes: a TLS stream takes bytes while its socket is full, and keeps them until it is flushed.
async fn send(writer: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) -> Result<(), Lost> {
    for piece in bytes.chunks(WRITE_BYTES) {
        let write = async {
            writer.write_all(piece).await?;
            writer.flush().await
        };
        timeout(WRITE_TIMEOUT, write).await.map_err(|_| Lost::Silent)?.map_err(|_| Lost::Closed)?;
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
        Backoff, Command, DEAD_AFTER, Ended, Event, FIRST_LINE_TIMEOUT, LAST_WORDS, Loss, Lost, PING_AFTER, WRITE_TIMEOUT, run,
    };

    /// A connection whose other end is the test's.
    struct OtherEnd {
        server: BufReader<DuplexStream>,
        commands: mpsc::Sender<Command>,
        events: mpsc::Receiver<Event>,
        stop: CancellationToken,
        ended: tokio::task::JoinHandle<Result<Ended, Loss>>,
    }

    fn connect() -> OtherEnd {
        let (client, server) = tokio::io::duplex(4096);
        let (commands, mut queue) = mpsc::channel(8);
        let (sender, events) = mpsc::channel(8);
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        let ended = tokio::spawn(async move { run(client, &sender, &mut queue, &stopped, &mut Backoff::default(), None).await });
        OtherEnd { server: BufReader::new(server), commands, events, stop, ended }
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
        other.say("{\"id\":0,\"type\":\"pong\"}\n").await;
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
        other.say("{\"type\":\"ping\"}\n").await;
        assert!(other.hear().await.contains("pong"));
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

    /// A message of so many bytes.
    fn message(bytes: usize) -> Command {
        let (conversation, client_id) = (ConversationId(1), ClientId::new());
        let send = SendMessage { conversation, client_id, text: "x".repeat(bytes), reply_to: None };
        Command::Send(RequestFrame { id: 1, request: Request::SendMessage(send) })
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_that_sends_no_complete_line_is_given_up() {
        let OtherEnd { mut server, ended, commands: _commands, events: _events, .. } = connect();
        let start = Instant::now();
        // It goes on sending, and never ends its line.
        tokio::spawn(async move {
            while server.get_mut().write_all(b"{").await.is_ok() {
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        });
        assert_eq!(ended.await.unwrap().unwrap_err().why, Lost::NoReply);
        assert_eq!(start.elapsed(), FIRST_LINE_TIMEOUT);
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_that_takes_nothing_any_more_is_given_up() {
        let mut other = connect();
        other.say("{\"type\":\"ping\"}\n").await;
        let start = Instant::now();
        other.commands.send(message(8_192)).await.unwrap();
        assert_eq!(other.ended.await.unwrap().unwrap_err().why, Lost::Silent);
        assert_eq!(start.elapsed(), WRITE_TIMEOUT);
    }

    #[tokio::test(start_paused = true)]
    async fn stopping_waits_for_a_stalled_write_only_as_long_as_the_last_words_may_take() {
        let other = connect();
        other.commands.send(message(8_192)).await.unwrap();
        while other.commands.capacity() < other.commands.max_capacity() {
            tokio::task::yield_now().await;
        }
        let start = Instant::now();
        other.stop.cancel();
        drop(other.commands);
        assert_eq!(other.ended.await.unwrap().unwrap(), Ended::Stopped);
        assert_eq!(start.elapsed(), LAST_WORDS);
    }

    /// Without a flush the end of it stays in the TLS stream until something else is written: the next ping.
    #[tokio::test(start_paused = true)]
    async fn all_of_a_long_message_leaves_over_tls_at_the_pace_of_a_slow_reader() {
        let certificate = rcgen::generate_simple_self_signed(["papo.example".to_owned()]).unwrap();
        let key = PrivateKeyDer::try_from(certificate.signing_key.serialize_der()).unwrap();
        let server_config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.cert.der().clone()], key)
            .unwrap();
        // As little room as a slow line has.
        let (client, server) = tokio::io::duplex(512);
        let known = Some(Fingerprint::of(certificate.cert.der()));
        let accepted = TlsAcceptor::from(Arc::new(server_config)).accept(server);
        let (client, server) = tokio::join!(encrypt(client, "papo.example", known), accepted);
        let (client, mut server) = (client.unwrap().0, BufReader::new(server.unwrap()));

        let (commands, mut queue) = mpsc::channel(8);
        let (sender, _events) = mpsc::channel(8);
        let stop = CancellationToken::new();
        let ended = tokio::spawn(async move { run(client, &sender, &mut queue, &stop, &mut Backoff::default(), None).await });
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
        assert_eq!(ended.await.unwrap().unwrap(), Ended::Stopped);
    }
}
