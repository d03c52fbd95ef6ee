//! A connection whose other end the test controls, on a clock of its own.

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
    Backoff, Command, DisconnectReason, Event, FINAL_WRITE_TIMEOUT, LinkEnd, Loss, Patience, STABLE_AFTER, WRITE_TIMEOUT, run,
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
    connect_with(Patience::WITH_ONE_ADDRESS)
}

fn connect_with(patience: Patience) -> Peer {
    let (client, server) = tokio::io::duplex(4096);
    let (commands, mut queue) = mpsc::channel(8);
    let (sender, events) = mpsc::channel(8);
    let stop = CancellationToken::new();
    let stopped = stop.clone();
    let ended =
        tokio::spawn(async move { run(client, &sender, &mut queue, &stopped, &mut Backoff::new(1), patience, None).await });
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
    for patience in [Patience::WITH_ONE_ADDRESS, Patience::WITH_ALTERNATIVES] {
        let mut peer = connect_with(patience);
        peer.write("{\"id\":0,\"type\":\"pong\"}\n").await;
        let start = Instant::now();
        assert_eq!(peer.read_line().await, "{\"id\":0,\"type\":\"ping\"}\n");
        assert_eq!(start.elapsed().as_secs(), patience.ping_after.as_secs());
        let loss = peer.ended.await.unwrap().unwrap_err();
        assert_eq!(loss.reason, DisconnectReason::Silent);
        assert_eq!(start.elapsed().as_secs(), (patience.ping_after + patience.pong).as_secs());
    }
}

const SIGNED_IN: &str = "{\"id\":1,\"type\":\"signed_in\",\"token\":\"t\",\"you\":{\"username\":\"ana\",\"display_name\":\"Ana\",\
                         \"online\":true,\"away\":false}}\n";

/// The time from an event of the server, with requests that it does not answer after `wait`, to the end of the connection.
async fn time_without_replies(patience: Patience, first_line: &str, wait: Duration) -> Duration {
    let mut peer = connect_with(patience);
    peer.commands.send(message(1)).await.unwrap();
    peer.read_line().await;
    peer.write(first_line).await;
    assert!(matches!(peer.events.recv().await, Some(Event::Received(_))));
    let start = Instant::now();
    tokio::time::sleep(wait).await;
    // A second request does not prolong the wait for the first one.
    for pause in [Duration::from_secs(1), Duration::ZERO] {
        peer.commands.send(message(1)).await.unwrap();
        tokio::time::sleep(pause).await;
    }
    assert_eq!(peer.ended.await.unwrap().unwrap_err().reason, DisconnectReason::Silent);
    start.elapsed()
}

#[tokio::test(start_paused = true)]
async fn a_server_that_leaves_a_request_without_reply_is_given_up_sooner_if_there_are_others() {
    let (several, one) = (Patience::WITH_ALTERNATIVES, Patience::WITH_ONE_ADDRESS);
    let wait = Duration::from_secs(3);
    assert_eq!(time_without_replies(several, SIGNED_IN, wait).await, wait + several.reply.unwrap());
    assert_eq!(time_without_replies(one, SIGNED_IN, wait).await, one.ping_after + one.pong);
    // Passwords wait for their turn before sign-in.
    let pong = "{\"id\":1,\"type\":\"pong\"}\n";
    assert_eq!(time_without_replies(several, pong, wait).await, several.ping_after + several.pong);
    // A ping that was sent before decides.
    let late = several.ping_after + Duration::from_secs(2);
    assert_eq!(time_without_replies(several, SIGNED_IN, late).await, several.ping_after + several.pong);
}

/// As after a rolling restart, when the client was connected to each node for a while and nobody wrote.
#[tokio::test(start_paused = true)]
async fn a_connection_that_lasted_resets_the_back_off_even_if_its_end_is_the_next_that_is_heard() {
    let (client, mut server) = tokio::io::duplex(4096);
    let (_commands, mut queue) = mpsc::channel(8);
    let (sender, _events) = mpsc::channel(8);
    let mut backoff = Backoff::new(1);
    for _ in 0..9 {
        backoff.next_wait();
    }
    let stop = CancellationToken::new();
    let patience = Patience::WITH_ALTERNATIVES;
    let node = async {
        server.write_all(b"{\"type\":\"ping\"}\n").await.unwrap();
        tokio::time::sleep(STABLE_AFTER + Duration::from_secs(1)).await;
        drop(server);
    };
    let (ended, ()) = tokio::join!(run(client, &sender, &mut queue, &stop, &mut backoff, patience, None), node);
    assert_eq!(ended.unwrap_err().reason, DisconnectReason::Closed);
    assert!(backoff.next_wait() < Duration::from_secs(1));
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
    assert_eq!(start.elapsed(), Patience::WITH_ONE_ADDRESS.first_line);
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
    let ended = tokio::spawn(async move {
        run(client, &sender, &mut queue, &stop, &mut Backoff::new(1), Patience::WITH_ONE_ADDRESS, None).await
    });
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
