//! How a server behaves. Every number that a test shortens or an operator may want to turn is here.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::{Clock, SystemClock};
use crate::tls::CertificateFiles;

/// Everything a server is told before it starts.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen. Port 0 takes a free one: see `Server::local_addr`.
    pub listen: SocketAddr,
    /// Where `chat.db` is kept. Created where it is missing.
    pub data_dir: PathBuf,
    /// The operator's certificate. None: the server makes one for itself in `data_dir`.
    pub certificate: Option<CertificateFiles>,
    /// From where unencrypted connections are taken.
    pub plaintext: Plaintext,
    /// bcrypt's cost: the work doubles with each step. 12 is about 0.3 s of one core.
    pub password_cost: u32,
    /// Longest time a TLS handshake may take.
    pub tls_timeout: Duration,
    /// Longest time from the connection to its hello.
    pub hello_timeout: Duration,
    /// Longest time from the hello to being signed in. Long, since a person types meanwhile.
    pub sign_in_timeout: Duration,
    /// A session that said nothing for this long is asked whether it is there.
    pub ping_after: Duration,
    /// A session that said nothing for this long is closed.
    pub silent_after: Duration,
    /// A session to which not a byte could be written for this long is closed.
    pub stuck_after: Duration,
    /// How long a closing session may still write what waits for it.
    pub closing_grace: Duration,
    /// What may wait for one session's socket.
    pub send_queue: SendQueueLimits,
    /// Requests a session may make a second, on average.
    pub requests_per_second: u32,
    /// Requests a session may make at once, after a pause.
    pub request_burst: u32,
    /// Attempts to register or to sign in by password, a minute, from one address (an IPv6 /64 counts as one).
    pub sign_ins_per_minute_by_address: u32,
    /// Attempts to sign in by password, a minute, to one account.
    pub sign_ins_per_minute_by_username: u32,
    /// Connections open at once from one address. The machine itself is exempt.
    pub connections_by_address: usize,
    /// How long somebody stays online after the last session ended, so that a short loss is not told to everybody.
    pub offline_grace: Duration,
    /// Changes of presence within this time are told together.
    pub presence_tick: Duration,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
}

/// From where unencrypted connections are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plaintext {
    /// From the machine the server runs on.
    FromThisMachine,
    /// From anywhere: whoever is on the way can read everything, passwords included.
    FromAnywhere,
}

/// What may wait for one session's socket.
#[derive(Clone, Copy, Debug)]
pub struct SendQueueLimits {
    /// Beyond this the session lags: live events are dropped for it until all that waits is written.
    pub soft_bytes: usize,
    /// Beyond this the session is closed.
    pub hard_bytes: usize,
}

impl Config {
    /// The defaults, for this address and directory.
    #[must_use]
    pub fn new(listen: SocketAddr, data_dir: PathBuf) -> Self {
        Self {
            listen,
            data_dir,
            certificate: None,
            plaintext: Plaintext::FromThisMachine,
            password_cost: 12,
            tls_timeout: Duration::from_secs(5),
            hello_timeout: Duration::from_secs(10),
            sign_in_timeout: Duration::from_secs(5 * 60),
            ping_after: Duration::from_secs(30),
            silent_after: Duration::from_secs(75),
            stuck_after: Duration::from_secs(30),
            closing_grace: Duration::from_secs(2),
            send_queue: SendQueueLimits { soft_bytes: 256 * 1024, hard_bytes: 1024 * 1024 },
            requests_per_second: 5_000,
            request_burst: 10_000,
            sign_ins_per_minute_by_address: 30,
            sign_ins_per_minute_by_username: 10,
            connections_by_address: 64,
            offline_grace: Duration::from_secs(5),
            presence_tick: Duration::from_millis(200),
            clock: Arc::new(SystemClock),
        }
    }
}
