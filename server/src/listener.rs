//! Accepts connections, with a limit per address, and negotiates encryption.
//!
//! A connection from a proxy named in the configuration begins with a PROXY header, and is from then on a connection of the
//! client that the header names.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ipnet::IpNet;
use papo_shared::protocol::{Event, Goodbye, GoodbyeReason, Refusal};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::mpsc;
use tokio::time::timeout;
use tracing::Instrument;
use tracing::field::Empty;

use crate::accept::accept;
use crate::config::Plaintext;
use crate::domain::{SessionId, SessionIds};
use crate::metrics::RefusedConnection;
use crate::proxy_protocol::{HeaderError, read_client};
use crate::send_queue::encode_event;
use crate::session::{self, CountedStream, JSON_LINES, ServerContext, Socket, address_prefixes};
use crate::tls::Greeting;

/// Connections that the kernel queues until they are accepted. The usual 128 is too few when all clients reconnect at once.
const BACKLOG: u32 = 1024;

/// Opens a listening TCP socket at this address. Port 0 lets the system choose one.
pub(crate) fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // Lets a restarted server bind while connections of the previous process are in TIME_WAIT.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Accepts connections until the server stops. Each connection holds a clone of `alive`, so that the caller can wait
/// for the last one to end.
pub(crate) async fn run(listener: TcpListener, context: Arc<ServerContext>, alive: mpsc::Sender<()>) {
    let open = OpenConnections::default();
    let mut stopping = context.stopping.clone();
    let mut session_ids = SessionIds::of(context.node);
    loop {
        let (stream, peer) = tokio::select! {
            _ = stopping.wait_for(|stopping| *stopping) => return,
            connection = accept("clients", &listener) => connection,
        };
        let connection = Connection { stream, peer: Peer::direct(peer), session: session_ids.assign() };
        let held = alive.clone();
        if context.config.proxies.iter().any(|proxy| proxy.contains(&peer.ip().to_canonical())) {
            tokio::spawn(serve_proxied(connection, open.clone(), context.clone(), held));
        } else if let Some(slot) = open.reserve(connection.peer, &context) {
            tokio::spawn(serve(connection, context.clone(), (slot, held)));
        }
    }
}

/// An accepted connection.
struct Connection {
    stream: TcpStream,
    peer: Peer,
    session: SessionId,
}

/// The other end of a connection.
#[derive(Clone, Copy)]
struct Peer {
    /// Address of the client, also if it connected through a proxy.
    address: SocketAddr,
    /// Whether the client is on the server's own machine. Never true behind a proxy, whose header could only tell that the
    /// client is on the proxy's machine.
    is_local: bool,
}

impl Peer {
    fn direct(address: SocketAddr) -> Self {
        Self { address, is_local: address.ip().to_canonical().is_loopback() }
    }

    fn behind_proxy(client: SocketAddr) -> Self {
        Self { address: client, is_local: false }
    }
}

/// Reads the PROXY header, and serves the connection of the client that it names. Without one, the connection is the
/// proxy's own, such as a health check.
async fn serve_proxied<T>(mut connection: Connection, open: OpenConnections, context: Arc<ServerContext>, held: T) {
    let proxy = connection.peer.address;
    let mut stopping = context.stopping.clone();
    let read = tokio::select! {
        _ = stopping.wait_for(|stopping| *stopping) => return,
        read = timeout(context.config.hello_timeout, read_client(&mut connection.stream)) => read,
    };
    match read {
        Ok(Ok(client)) => connection.peer = Peer::behind_proxy(client.unwrap_or(proxy)),
        // Opened and closed, as health checks do.
        Ok(Err(HeaderError::Empty)) => return,
        Ok(Err(error)) => return refuse_proxy(proxy, &error, &context),
        Err(elapsed) => return refuse_proxy(proxy, &elapsed, &context),
    }
    if let Some(slot) = open.reserve(connection.peer, &context) {
        serve(connection, context, (slot, held)).await;
    }
}

fn refuse_proxy(proxy: SocketAddr, error: &(dyn std::error::Error + 'static), context: &ServerContext) {
    tracing::warn!(%proxy, error, "refused a connection from a proxy, because its PROXY header is invalid");
    context.metrics.record_refused_connection(RefusedConnection::InvalidProxyHeader);
}

async fn serve<T>(connection: Connection, context: Arc<ServerContext>, held: T) {
    let Connection { stream, peer, session } = connection;
    let mut stopping = context.stopping.clone();
    let accepted = tokio::select! {
        // No goodbye: the protocol has not started yet.
        _ = stopping.wait_for(|stopping| *stopping) => return,
        // Boxed, because the state of a handshake would otherwise take space in every connection's future for its
        // whole life.
        accepted = Box::pin(accept_handshake(stream, peer, &context)) => accepted,
    };
    match accepted {
        Ok(socket) => {
            // Every log line of the session carries its number, peer and account.
            let span = tracing::info_span!("session", id = session.number(), peer = %peer.address, account = Empty);
            session::serve(socket, peer.address.ip(), session, context).instrument(span).await;
        }
        Err(error) => tracing::debug!(peer = %peer.address, %error, "the connection ended before a session started"),
    }
    drop(held);
}

/// Detects TLS by the first byte and performs the handshake.
async fn accept_handshake(stream: TcpStream, peer: Peer, context: &ServerContext) -> io::Result<Socket> {
    // Lines are written whole and should be sent immediately.
    stream.set_nodelay(true)?;
    let mut first = [0];
    match timeout(context.config.hello_timeout, stream.peek(&mut first)).await {
        Ok(Ok(1)) => {}
        Ok(Ok(_)) => return Err(io::ErrorKind::UnexpectedEof.into()),
        Ok(Err(error)) => return Err(error),
        Err(elapsed) => {
            let goodbye = Goodbye { reason: GoodbyeReason::SignInTooSlow, come_back_ms: None };
            send_and_close(stream, &Event::Goodbye(goodbye), context).await?;
            return Err(elapsed.into());
        }
    }
    match Greeting::of(first[0]) {
        Greeting::Tls => {
            let encrypted =
                timeout(context.config.tls_timeout, context.tls.acceptor().accept(CountedStream::new(stream))).await??;
            Ok(Socket::Tls(Box::new(encrypted)))
        }
        Greeting::Plain if accepts_plain_text(peer, context.config.plaintext) => Ok(Socket::Plain(stream)),
        Greeting::Plain => {
            context.metrics.record_refused_connection(RefusedConnection::PlainText);
            send_and_close(stream, &Event::Refused(Refusal::TlsRequired), context).await?;
            Err(io::Error::other("plain text from another machine"))
        }
    }
}

/// Sends a single event and closes the connection.
async fn send_and_close(mut stream: TcpStream, event: &Event, context: &ServerContext) -> io::Result<()> {
    let send = async {
        stream.write_all(&encode_event(&JSON_LINES, event)).await?;
        stream.shutdown().await?;
        session::drain(stream, &context.config.limits).await;
        Ok(())
    };
    timeout(context.config.closing_grace, send).await?
}

/// Unencrypted connections are accepted from this machine only, unless the operator configured otherwise.
fn accepts_plain_text(peer: Peer, plaintext: Plaintext) -> bool {
    match plaintext {
        Plaintext::FromNowhere => false,
        Plaintext::FromThisMachine => peer.is_local,
        Plaintext::FromAnywhere => true,
    }
}

/// Number of open connections per network that limits them.
#[derive(Clone, Default)]
struct OpenConnections {
    by_prefix: Arc<Mutex<HashMap<IpNet, usize>>>,
}

/// A counted connection; dropping it decrements the counts. `counted` is `None` for exempt loopback connections.
struct ConnectionSlot {
    counted: Option<(OpenConnections, IpAddr)>,
}

impl OpenConnections {
    /// Counts a new connection, or logs why not.
    fn reserve(&self, peer: Peer, context: &ServerContext) -> Option<ConnectionSlot> {
        let slot = self.try_reserve(peer, context.config.limits.connections_by_address);
        if slot.is_none() {
            tracing::warn!(peer = %peer.address, "too many connections from this address");
            context.metrics.record_refused_connection(RefusedConnection::TooMany);
        }
        slot
    }

    /// Counts a new connection; `None` if the address or one of its networks has reached its limit.
    fn try_reserve(&self, peer: Peer, limit: usize) -> Option<ConnectionSlot> {
        if peer.is_local {
            return Some(ConnectionSlot { counted: None });
        }
        let address = peer.address.ip();
        let mut by_prefix = self.lock();
        let has_room = |(network, factor): (IpNet, u32)| {
            by_prefix.get(&network).is_none_or(|open| *open < limit.saturating_mul(factor as usize))
        };
        if !address_prefixes(address).all(has_room) {
            return None;
        }
        for (network, _) in address_prefixes(address) {
            *by_prefix.entry(network).or_default() += 1;
        }
        Some(ConnectionSlot { counted: Some((self.clone(), address)) })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<IpNet, usize>> {
        self.by_prefix.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for ConnectionSlot {
    fn drop(&mut self) {
        let Some((open, address)) = self.counted.take() else { return };
        let mut by_prefix = open.lock();
        for (network, _) in address_prefixes(address) {
            if let Some(count) = by_prefix.get_mut(&network) {
                *count -= 1;
                if *count == 0 {
                    by_prefix.remove(&network);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;
    use std::time::Duration;

    use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
    use tokio::time::{Instant, sleep};

    use super::{OpenConnections, Peer, Plaintext, Socket, accept_handshake, accepts_plain_text};
    use crate::config::Config;
    use crate::session::tests::{connection, context};

    const ALMOST: Duration = Duration::from_millis(10_000 - 1);

    fn peer(address: &str) -> Peer {
        Peer::direct((address.parse::<IpAddr>().unwrap(), 4711).into())
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_must_send_its_first_byte_in_time() {
        let context = context(Config::default());
        let (stream, peer) = connection().await;
        let address = Peer::direct(stream.peer_addr().unwrap());
        let began = Instant::now();
        let mut line = String::new();
        let mut peer = BufReader::new(peer);
        let reading = async {
            peer.read_line(&mut line).await.unwrap();
            let took = began.elapsed();
            drop(peer);
            took
        };
        let (accepted, took) = tokio::join!(accept_handshake(stream, address, &context), reading);
        assert!(accepted.is_err() && line.contains("sign_in_too_slow"), "{line}");
        assert!(
            took >= context.config.hello_timeout && took < context.config.hello_timeout + Duration::from_millis(5),
            "{took:?}"
        );

        let (stream, mut peer) = connection().await;
        let writing = async {
            sleep(ALMOST).await;
            peer.write_all(b"{").await.unwrap();
        };
        let (accepted, ()) = tokio::join!(accept_handshake(stream, address, &context), writing);
        assert!(matches!(accepted, Ok(Socket::Plain(_))));
    }

    #[tokio::test(start_paused = true)]
    async fn a_tls_handshake_must_finish_in_time() {
        let context = context(Config::default());
        let (stream, mut peer) = connection().await;
        let address = Peer::direct(stream.peer_addr().unwrap());
        let began = Instant::now();
        // The start of a TLS handshake, and nothing more.
        peer.write_all(&[0x16, 3, 1]).await.unwrap();
        assert!(accept_handshake(stream, address, &context).await.is_err());
        let took = began.elapsed();
        assert!(took >= context.config.tls_timeout && took < context.config.tls_timeout + Duration::from_millis(5), "{took:?}");
    }

    #[test]
    fn plain_text_is_accepted_only_from_this_machine_by_default() {
        for (address, by_default) in [("127.0.0.1", true), ("::1", true), ("::ffff:127.0.0.1", true), ("192.0.2.1", false)] {
            let peer = peer(address);
            assert_eq!(accepts_plain_text(peer, Plaintext::FromThisMachine), by_default, "{address}");
            assert!(accepts_plain_text(peer, Plaintext::FromAnywhere));
            assert!(!accepts_plain_text(peer, Plaintext::FromNowhere));
            let proxied = Peer::behind_proxy(peer.address);
            assert!(!accepts_plain_text(proxied, Plaintext::FromThisMachine), "{address} behind a proxy");
        }
    }

    #[test]
    fn connections_are_limited_by_address_and_freed_when_closed() {
        let open = OpenConnections::default();
        let (one, other) = (peer("192.0.2.1"), peer("192.0.2.2"));
        let first = open.try_reserve(one, 2);
        let second = open.try_reserve(one, 2);
        assert!(first.is_some() && second.is_some());
        assert!(open.try_reserve(one, 2).is_none(), "a third connection exceeds the limit");
        assert!(open.try_reserve(other, 2).is_some(), "another address has its own limit");
        drop(first);
        assert!(open.try_reserve(one, 2).is_some());
        drop(second);
        assert!(open.lock().is_empty(), "an address without connections is removed");
    }

    #[test]
    fn connections_are_limited_by_the_networks_of_an_ipv6_address() {
        let open = OpenConnections::default();
        let slots: Vec<_> =
            (0..=0xff).filter_map(|subnet| open.try_reserve(peer(&format!("2001:db8:0:{subnet:x}::1")), 2)).collect();
        assert_eq!(slots.len(), 2 * 4, "256 addresses of one /56 may open as many connections as four");
        drop(slots);
        assert!(open.lock().is_empty(), "networks without connections are removed");
    }

    #[test]
    fn loopback_connections_are_exempt_unless_they_come_through_a_proxy() {
        let open = OpenConnections::default();
        let local = peer("127.0.0.1");
        let reserved = |peer| (0..9).filter_map(|_| open.try_reserve(peer, 1)).collect::<Vec<_>>().len();
        assert_eq!(reserved(local), 9);
        assert_eq!(reserved(Peer::behind_proxy(local.address)), 1);
    }
}
