//! A proxy that cuts a connection after a given number of bytes.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::client::ANY_PORT;

/// Where the first connection is cut: after this many bytes in the given direction. Both directions end at once.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cut {
    /// Bytes sent to the server.
    Up(u64),
    /// Bytes sent to the client.
    Down(u64),
}

/// A proxy in front of a server. Stops when dropped.
pub(crate) struct Proxy {
    address: SocketAddr,
    has_cut: Arc<AtomicBool>,
    running: JoinHandle<()>,
}

impl Proxy {
    pub(crate) async fn start(server: SocketAddr, cut: Cut) -> Self {
        let listener = TcpListener::bind(ANY_PORT).await.unwrap();
        let address = listener.local_addr().unwrap();
        let has_cut = Arc::new(AtomicBool::new(false));
        let noted = has_cut.clone();
        let running = tokio::spawn(async move {
            noted.store(pass_on(&listener, server, cut).await, Ordering::SeqCst);
            loop {
                pass_on(&listener, server, Cut::Up(u64::MAX)).await;
            }
        });
        Self { address, has_cut, running }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Whether the first connection lasted until the cut.
    pub(crate) fn has_cut(&self) -> bool {
        self.has_cut.load(Ordering::SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.running.abort();
    }
}

/// Forwards one connection until it ends. Returns whether it was cut.
async fn pass_on(listener: &TcpListener, server: SocketAddr, cut: Cut) -> bool {
    let (client, _) = listener.accept().await.unwrap();
    let server = TcpStream::connect(server).await.unwrap();
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let (up, down) = match cut {
        Cut::Up(bytes) => (bytes, u64::MAX),
        Cut::Down(bytes) => (u64::MAX, bytes),
    };
    tokio::select! {
        has_cut = copy(from_client, to_server, up) => has_cut,
        has_cut = copy(from_server, to_client, down) => has_cut,
    }
}

async fn copy(from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin, bytes: u64) -> bool {
    // Either side may close before the cut.
    tokio::io::copy(&mut from.take(bytes), &mut to).await.is_ok_and(|copied| copied == bytes)
}
