//! The server's own figures, from its metrics page.

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The metrics page of a server.
pub(crate) struct ServerMetrics {
    address: SocketAddr,
}

/// Batches committed so far, and the time that they took.
#[derive(Clone, Copy)]
pub(crate) struct Commits {
    count: f64,
    seconds: f64,
}

impl ServerMetrics {
    /// Chooses an address for the page.
    pub(crate) fn on_free_port() -> Self {
        Self { address: TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap() }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) async fn commits(&self) -> Commits {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: papo\r\nConnection: close\r\n\r\n").await.unwrap();
        let mut page = String::new();
        stream.read_to_string(&mut page).await.unwrap();
        let value = |name| page.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok()).unwrap();
        Commits { count: value("papo_commit_seconds_count "), seconds: value("papo_commit_seconds_sum ") }
    }
}

impl Commits {
    /// Time of the commits since `before`; `None` if there was none.
    pub(crate) fn time_since(&self, before: &Self) -> Option<Duration> {
        (self.count > before.count).then(|| Duration::from_secs_f64((self.seconds - before.seconds).max(0.0)))
    }
}
